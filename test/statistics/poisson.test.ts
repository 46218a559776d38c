import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { fillPoisson, poissonCdf, poissonProbability } from "../../lib/statistics/poisson";

test("probabilities are e^−m m^k / k!", () => {
  let factorial = 1;
  for (let k = 0; k < 15; k++) {
    if (k > 0) factorial *= k;
    const expected = (Math.exp(-2.5) * 2.5 ** k) / factorial;
    assert.ok(Math.abs(poissonProbability(2.5, k) / expected - 1) < 1e-13);
  }
  assert.is(poissonProbability(0, 0), 1);
  assert.is(poissonProbability(0, 3), 0);
});

test("a table and its tail are the distribution: exact sum, mean by the tail-sum formula", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 300, noNaN: true }), fc.integer({ min: 1, max: 400 }), (mean, size) => {
      const table = new Float64Array(size + 3).fill(7);
      const tail = fillPoisson(mean, size, table, 2);
      let sum = tail;
      for (let k = 0; k < size; k++) {
        assert.ok(table[k + 2] >= 0);
        sum += table[k + 2];
      }
      assert.ok(Math.abs(sum - 1) < 1e-14 * size + 1e-15);
      assert.ok(Math.abs(tail - (1 - poissonCdf(mean, size - 1))) < 1e-13);
      assert.is(table[1], 7, "writes only its own cells");
      assert.is(table[size + 2], 7, "writes only its own cells");
    }),
  );
});

test("each number of a table is the probability of its count", () => {
  for (const mean of [1e-9, 0.3, 7, 150, 2000]) {
    const table = new Float64Array(2500);
    fillPoisson(mean, 2500, table);
    for (const k of [0, 1, 5, 100, 150, 1990, 2100]) {
      const expected = poissonProbability(mean, k);
      assert.ok(Math.abs(table[k] - expected) <= 1e-11 * expected + 1e-300, `mean ${mean}, k ${k}`);
    }
  }
});

test("a mean far beyond the table leaves all mass in the tail", () => {
  const table = new Float64Array(5);
  assert.is(fillPoisson(1e4, 5, table), 1);
  assert.ok(table.every((probability) => probability >= 0 && probability < 1e-300));
});

test("no demand: all mass at 0", () => {
  const table = new Float64Array(4).fill(9);
  assert.is(fillPoisson(0, 4, table), 0);
  assert.equal(Array.from(table), [1, 0, 0, 0]);
  assert.throws(() => fillPoisson(-1, 4, table), /mean/);
});

test.run();
