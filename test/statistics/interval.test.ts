import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/errors";
import { normalInterval, sortedQuantile, wilsonInterval } from "../../lib/statistics/interval";
import oracle from "./oracles/beta-and-draws.json";

test("quantiles are NumPy's", () => {
  const sorted = Float64Array.from(oracle.quantiles.values).sort();
  for (const [p, expected] of oracle.quantiles.at) assert.ok(Math.abs(sortedQuantile(sorted, p) - expected) < 1e-12);
});

test("the normal interval of a standard normal at 95 % ends at 1.959964", () => {
  const { low, high, estimate } = normalInterval(0, 1);
  assert.ok(Math.abs(high - 1.959963984540054) < 1e-12);
  assert.is(low, -high);
  assert.is(estimate, 0);
});

test("Wilson's interval holds exactly the chances whose score test passes", () => {
  const z = 1.959963984540054;
  for (const [successes, trials] of [
    [38, 10000],
    [1, 7],
    [5, 10],
  ]) {
    const { low, high, estimate } = wilsonInterval(successes, trials);
    for (const end of [low, high]) {
      const score = (estimate - end) / Math.sqrt((end * (1 - end)) / trials);
      assert.ok(Math.abs(Math.abs(score) - z) < 1e-9, `${score}`);
    }
  }
  assert.is(wilsonInterval(0, 20).low, 0);
  assert.is(wilsonInterval(20, 20).high, 1);
});

test("bad input is refused", () => {
  const refused = (work: () => unknown) => assert.throws(work, (error: unknown) => error instanceof InputError);
  refused(() => wilsonInterval(5, 4));
  refused(() => normalInterval(0, 1, 1));
  refused(() => sortedQuantile([], 0.5));
});

test.run();
