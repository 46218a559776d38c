import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { toHalf } from "../../../lib/models/compression/half";
import { dequantiseInt8, quantiseInt8 } from "../../../lib/models/compression/int8";
import { countKept, pack, unpack } from "../../../lib/models/compression/sparse";
import { fromHalf } from "../../../lib/models/safetensors";
import oracle from "./oracles/compression.json";

test("half precision is numpy's float16, and every half is its own nearest", () => {
  for (const [at, number] of oracle.numbers.entries()) assert.is(toHalf(number), oracle.halves[at], `${number}`);
  for (let bits = 0; bits < 65536; bits++) {
    const value = fromHalf(bits);
    if (Number.isNaN(value)) assert.ok(Number.isNaN(fromHalf(toHalf(value))));
    else assert.is(toHalf(value), bits, `${value}`);
  }
  assert.is(toHalf(Number.NaN), 0x7e00);
  assert.is(toHalf(-Infinity), 0xfc00);
  assert.is(toHalf(1e-10), 0);
});

test("half precision is off by half a step at most", () => {
  fc.assert(
    fc.property(fc.float({ min: -65504, max: 65504, noNaN: true }), (value) => {
      const step = Math.max(2 ** -24, 2 ** (Math.floor(Math.log2(Math.max(Math.abs(value), 2 ** -30))) - 10));
      assert.ok(Math.abs(fromHalf(toHalf(value)) - value) <= step / 2);
    }),
  );
});

for (const channel of ["row", "column"] as const)
  test(`int8 with a scale for each ${channel} is torch's quantize_per_channel`, () => {
    const { values, scales } = quantiseInt8(Float32Array.from(oracle.matrix), [6, 5], channel);
    assert.equal([...scales], oracle[channel].scales);
    assert.equal([...values], oracle[channel].values);
  });

test("no weight is off by more than half its channel's scale; zeros stay, and what isn't finite is refused", () => {
  const shape = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }));
  const number = fc.float({ min: -1000, max: 1000, noNaN: true });
  fc.assert(
    fc.property(
      shape,
      fc.infiniteStream(number),
      fc.constantFrom("row" as const, "column" as const),
      (size, stream, channel) => {
        const weights = Float32Array.from({ length: size[0] * size[1] }, () => stream.next().value as number);
        const { values, scales } = quantiseInt8(weights, size, channel);
        const back = dequantiseInt8(values, scales, size, channel);
        for (let at = 0; at < weights.length; at++) {
          const scale = scales[channel === "row" ? Math.floor(at / size[1]) : at % size[1]];
          assert.ok(
            Math.abs(back[at] - weights[at]) <= scale * 0.5 * (1 + 1e-5) || scale === 1,
            `${weights[at]}: ${back[at]}`,
          );
          if (weights[at] === 0) assert.is(back[at] + 0, 0);
        }
      },
    ),
  );
  assert.throws(() => quantiseInt8(Float32Array.of(1, Number.NaN), [1, 2], "row"), /finite.*number 1/);
  assert.equal([...quantiseInt8(new Float32Array(4), [2, 2], "row").scales], [1, 1]);
});

test("what is packed is unpacked, number by number", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constant(0), fc.float({ noNaN: true })), { maxLength: 40 }), (numbers) => {
      const weights = Float32Array.from(numbers);
      const { bits, kept } = pack(weights, weights);
      assert.is(kept.length, countKept(weights));
      assert.is(bits.length, Math.ceil(weights.length / 8));
      assert.equal(
        [...unpack(bits, kept, weights.length)],
        [...weights].map((value) => value + 0),
      );
    }),
  );
});

test.run();
