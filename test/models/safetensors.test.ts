import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { NamedArrays } from "../../lib/models/parameters";
import { decodeSafetensors, encodeSafetensors, fromHalf } from "../../lib/models/safetensors";

/**
 * Written by the reference implementation, PyPI safetensors 0.8.0:
 * `save({"b": np.arange(3, dtype=np.float16) / 2, "a": np.array([[1, -2], [0.5, 1e-3]], np.float32), "i": np.array([7], np.int64)}, {"format": "np"})`
 */
const REFERENCE =
  "yAAAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJmb3JtYXQiOiJucCJ9LCJpIjp7ImR0eXBlIjoiSTY0Iiwic2hhcGUiOlsxXSwiZGF0YV9vZmZzZXRzIjpbMCw4XX0sImEiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzIsMl0sImRhdGFfb2Zmc2V0cyI6WzgsMjRdfSwiYiI6eyJkdHlwZSI6IkYxNiIsInNoYXBlIjpbM10sImRhdGFfb2Zmc2V0cyI6WzI0LDMwXX19ICAgIAcAAAAAAAAAAACAPwAAAMAAAAA/bxKDOgAAADgAPA==";

test("reads what the reference implementation wrote", () => {
  const { arrays, metadata } = decodeSafetensors(Buffer.from(REFERENCE, "base64"));
  assert.equal(metadata, { format: "np" });
  assert.equal([...arrays.keys()].sort(), ["a", "b", "i"]);
  assert.equal(arrays.get("a"), { shape: [2, 2], values: Float32Array.of(1, -2, 0.5, 1e-3) });
  assert.equal(arrays.get("b"), { shape: [3], values: Float32Array.of(0, 0.5, 1) });
  assert.equal(arrays.get("i"), { shape: [1], values: Float32Array.of(7) });
});

test("what is written is read again, bit by bit", () => {
  const numbers = fc.float32Array({ maxLength: 20 });
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.string({ minLength: 1 }).filter((name) => name !== "__metadata__" && name !== "__proto__"),
        numbers,
      ),
      (record) => {
        const arrays: NamedArrays = new Map(
          Object.entries(record).map(([name, values]) => [name, { shape: [values.length], values }]),
        );
        const read = decodeSafetensors(encodeSafetensors(arrays, { made: "here" }));
        assert.equal(read.metadata, { made: "here" });
        assert.equal([...read.arrays.keys()].sort(), [...arrays.keys()].sort());
        for (const [name, { values }] of arrays)
          assert.equal(
            new Uint8Array(read.arrays.get(name)!.values.slice().buffer),
            new Uint8Array(values.slice().buffer),
          );
      },
    ),
  );
});

test("a file that isn't whole, or says what isn't so, is refused in words", () => {
  const bytes = encodeSafetensors(new Map([["a", { shape: [2], values: Float32Array.of(1, 2) }]]));
  assert.throws(() => decodeSafetensors(bytes.slice(0, 5)), /shorter than its first eight bytes/);
  assert.throws(() => decodeSafetensors(bytes.slice(0, bytes.length - 1)), /isn't where its header says/);
  assert.throws(() => decodeSafetensors(Buffer.concat([bytes, Buffer.from([0])])), /bytes that no array owns/);
  const long = Buffer.from(bytes);
  long.writeBigUInt64LE(2n ** 40n);
  assert.throws(
    () => decodeSafetensors(long, "model.safetensors"),
    /header is longer than the file.*model\.safetensors/,
  );
  const broken = Buffer.from(bytes);
  broken[8] = 0x21;
  assert.throws(() => decodeSafetensors(broken), /header is no JSON/);
});

test("any bytes are read or refused, never anything else", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      try {
        decodeSafetensors(bytes);
      } catch (error) {
        assert.match((error as Error).message, "not a safetensors file");
      }
    }),
  );
});

test("half precision: every finite number, the infinities and NaN, as IEEE 754 says", () => {
  assert.is(fromHalf(0x3c00), 1);
  assert.is(fromHalf(0xc000), -2);
  assert.is(fromHalf(0x7bff), 65504);
  assert.is(fromHalf(0x0001), 2 ** -24);
  assert.is(fromHalf(0x0400), 2 ** -14);
  assert.is(fromHalf(0x7c00), Infinity);
  assert.is(fromHalf(0xfc00), -Infinity);
  assert.ok(Number.isNaN(fromHalf(0x7e00)));
});

test.run();
