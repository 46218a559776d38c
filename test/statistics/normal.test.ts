import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { normalCdf, normalQuantile } from "../../lib/statistics/normal";

test("the distribution function agrees with published points", () => {
  // Abramowitz and Stegun, table 26.1 (15 decimals).
  const table: [number, number][] = [
    [0, 0.5],
    [0.5, 0.691462461274013],
    [1, 0.841344746068543],
    [1.96, 0.97500210485178],
    [3, 0.99865010196837],
  ];
  for (const [x, probability] of table) {
    assert.ok(Math.abs(normalCdf(x) - probability) < 1e-14, `Φ(${x})`);
    assert.ok(Math.abs(normalCdf(-x) - (1 - probability)) < 1e-14, `Φ(−${x})`);
  }
});

test("far tails keep their digits", () => {
  // Mills's ratio: Φ(−x) = φ(x) / (x + 1/(x + 2/(x + 3/(x + …)))).
  for (const x of [5, 8, 12]) {
    let fraction = x;
    for (let k = 200; k > 0; k--) fraction = x + k / fraction;
    const tail = Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI) / fraction;
    assert.ok(Math.abs(normalCdf(-x) / tail - 1) < 1e-12, `Φ(−${x})`);
  }
});

test("the quantile inverts the distribution function", () => {
  assert.ok(Math.abs(normalQuantile(0.5)) < 1e-16);
  assert.ok(Math.abs(normalQuantile(0.975) - 1.959963984540054) < 1e-14);
  fc.assert(
    fc.property(fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true }), (p) => {
      const back = normalCdf(normalQuantile(p));
      assert.ok(Math.abs(back - p) <= 1e-12 * Math.min(p, 1 - p) + 2e-16, `${back} for ${p}`);
    }),
  );
});

test("probabilities at or beyond the ends are refused", () => {
  for (const p of [0, 1, -0.1, Number.NaN]) assert.throws(() => normalQuantile(p), /probability in \(0, 1\)/);
});

test.run();
