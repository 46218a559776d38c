import { test } from "uvu";
import * as assert from "uvu/assert";
import { evaluatePolicy, uniformPolicy } from "../../../lib/evaluation/off-policy";
import { createRandom } from "../../../lib/random";
import { estimates, feedback, rewards, target } from "./oracle";

test("a policy seen through every estimator, each with its interval around it and its ratio to the logged value", () => {
  const found = evaluatePolicy(feedback, target, { rewards, random: createRandom(1), resamples: 200 });
  assert.equal(
    found.estimates.map(({ estimator }) => estimator),
    ["on-policy", "IPW", "SNIPW", "DM", "DR"],
  );
  assert.is(found.table.numRows(), 5);
  for (const row of found.table.objects() as { value: number; low: number; high: number; ratio: number }[]) {
    assert.ok(row.low < row.value && row.value < row.high);
    assert.ok(Math.abs(row.ratio * found.estimates[0].value - row.value) < 1e-15);
  }
  assert.ok(Math.abs(found.estimates[1].value - estimates.ipw) < 1e-13);
  assert.is(found.diagnostics.rounds, 240);
});

test("an estimator's interval doesn't depend on which others were asked for", () => {
  const options = { random: createRandom(1), resamples: 50 };
  const [without, beside] = [
    evaluatePolicy(feedback, target, options),
    evaluatePolicy(feedback, target, { ...options, rewards }),
  ];
  assert.is(without.estimates.length, 3);
  assert.equal(without.estimates[2].interval, beside.estimates[2].interval);
});

test("uniform against itself: every weighted estimate is the logged mean", () => {
  const rounds = 30;
  const log = {
    context: new Float32Array(rounds),
    action: Int32Array.from({ length: rounds }, (_, round) => round % 3),
    reward: Float64Array.from({ length: rounds }, (_, round) => round % 2),
    propensity: new Float64Array(rounds).fill(1 / 3),
  };
  const { estimates: same } = evaluatePolicy(log, uniformPolicy(rounds, 3), { random: createRandom(1), resamples: 20 });
  assert.ok(same.every(({ value }) => value === 0.5));
});

test.run();
