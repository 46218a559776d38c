import { test } from "uvu";
import * as assert from "uvu/assert";
import { createThreefry, unit } from "../../../../lib/strategy/market/shop/threefry";
import { chiSquare, fits } from "../../../statistics/goodness-of-fit";

/** From the authors' Random123, tests/kat_vectors, lines "threefry2x32 13": counter, key, result. */
const KNOWN = [
  [0, 0, 0, 0, 0x9d1c5ec6, 0x8bd50731],
  [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xfd36d048, 0x2d17272c],
  [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xba3e4725, 0xf27d669e],
];

test("the authors' known answers", () => {
  const { words, fill } = createThreefry();
  for (const [c0, c1, k0, k1, first, second] of KNOWN) {
    fill(k0, k1, c0, c1);
    assert.equal(
      Array.from(words, (word) => word >>> 0),
      [first, second],
    );
  }
});

test("neighbouring counters give independent uniform numbers: pairs fill 16 × 16 cells evenly", () => {
  const { words, fill } = createThreefry();
  const draws = 100_000;
  for (const [c0, c1] of [
    [0, 1],
    [1, 0],
  ]) {
    const cells = new Float64Array(256);
    let before = 0;
    for (let n = 0; n <= draws; n++) {
      fill(7, 11, c0 * n, c1 * n);
      const now = Math.floor(unit(words[0]) * 16);
      if (n > 0) cells[before * 16 + now]++;
      before = now;
    }
    fits(chiSquare(cells, new Float64Array(256).fill(1 / 256), draws), `counter word ${c1}`);
  }
});

test("a unit number is strictly between 0 and 1", () => {
  assert.ok(unit(0) > 0);
  assert.ok(unit(-1) < 1);
  assert.ok(Math.abs(unit(0x80000000 | 0) - 0.5) < 1e-9);
});

test.run();
