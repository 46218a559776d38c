import { test } from "uvu";
import * as assert from "uvu/assert";
import { createRandom } from "../../lib/random";
import { normalQuantile } from "../../lib/statistics/normal";
import { meanInterval, studentQuantile } from "../../lib/statistics/student";

test("quantiles: closed forms for 1 and 2 degrees of freedom, scipy's for others, the normal's in the limit", () => {
  for (const p of [0.001, 0.2, 0.5, 0.9, 0.975, 0.9999]) {
    const near = (value: number, expected: number) =>
      Math.abs(value - expected) < 1e-9 * Math.max(1, Math.abs(expected));
    assert.ok(near(studentQuantile(p, 1), Math.tan(Math.PI * (p - 0.5))), `${p}`);
    const spread = 4 * p * (1 - p);
    assert.ok(near(studentQuantile(p, 2), 2 * (p - 0.5) * Math.sqrt(2 / spread)), `${p}`);
    assert.ok(Math.abs(studentQuantile(p, 1e9) - normalQuantile(p)) < 1e-6);
  }
  // scipy 1.17.1: [t.ppf(q, df) for q, df in ((.975, 4), (.995, 9), (.95, 30), (.975, .5))]
  const scipy = [2.7764451051977934, 3.249835541592126, 1.697260886593957, 164.55767348048818];
  [
    [0.975, 4],
    [0.995, 9],
    [0.95, 30],
    [0.975, 0.5],
  ].forEach(([p, degrees], i) => {
    assert.ok(Math.abs(studentQuantile(p, degrees) / scipy[i] - 1) < 1e-9, `${studentQuantile(p, degrees)}`);
  });
});

test("intervals of five normal values cover their mean in 95 of 100 cases", () => {
  const random = createRandom("coverage");
  let covered = 0;
  for (let trial = 0; trial < 4000; trial++) {
    const { low, high } = meanInterval(Array.from({ length: 5 }, () => 3 + 2 * random.normal()));
    if (low <= 3 && high >= 3) covered++;
  }
  assert.ok(Math.abs(covered / 4000 - 0.95) < 4 * Math.sqrt((0.95 * 0.05) / 4000), `${covered / 4000}`);
});

test("equal values have an interval of no width; too few values and no chances are refused", () => {
  assert.equal(meanInterval([2, 2, 2]), { estimate: 2, low: 2, high: 2, level: 0.95 });
  assert.throws(() => meanInterval([1]), /two values/);
  assert.throws(() => meanInterval([1, 2], 1), /confidence level/);
  assert.throws(() => studentQuantile(1, 4), /probability/);
  assert.throws(() => studentQuantile(0.5, 0), /degrees/);
});

test.run();
