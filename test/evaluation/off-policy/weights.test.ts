import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  effectiveSampleSize,
  importanceWeights,
  type LoggedFeedback,
  uniformPolicy,
  weightDiagnostics,
} from "../../../lib/evaluation/off-policy";
import { near } from "./oracle";

/** A log of a uniformly random policy over `actions`, every action in turn, a reward every second round. */
function uniformLog(rounds: number, actions: number): LoggedFeedback {
  return {
    context: new Float32Array(rounds),
    action: Int32Array.from({ length: rounds }, (_, round) => round % actions),
    reward: Float64Array.from({ length: rounds }, (_, round) => round % 2),
    propensity: new Float64Array(rounds).fill(1 / actions),
  };
}

test("equal policies: every weight is 1, the effective sample size is the rounds, and there is no warning", () => {
  const log = uniformLog(400, 4);
  const same = uniformPolicy(400, 4);
  assert.ok(importanceWeights(log, same).every((weight) => weight === 1));
  const found = weightDiagnostics(log, same);
  assert.is(found.effectiveSampleSize, 400);
  assert.is(found.meanWeight, 1);
  assert.equal(found.warnings, []);
});

test("a deterministic target keeps the rounds that it agrees with", () => {
  const log = uniformLog(400, 4);
  const first = Float64Array.from({ length: 1600 }, (_, at) => (at % 4 === 0 ? 1 : 0));
  const weights = importanceWeights(log, first);
  assert.is(weights.filter((weight) => weight === 4).length, 100);
  near(effectiveSampleSize(weights), 100, 1e-9);
  assert.equal(importanceWeights(log, first, { cap: 2 }).filter((weight) => weight > 0)[0], 2);
});

test("the effective sample size lies between 1 and the count, whatever the unit", () => {
  const weights = fc.array(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(weights, (values) => {
      const size = effectiveSampleSize(values);
      assert.ok(size >= 1 - 1e-9 && size <= values.length + 1e-9);
      near(effectiveSampleSize(values.map((value) => value * 1000)), size, 1e-9 * size);
    }),
  );
  assert.is(effectiveSampleSize([0, 5, 0]), 1);
  assert.is(effectiveSampleSize([0, 0]), 0);
});

test("what goes wrong is said in words", () => {
  const says = (log: LoggedFeedback, target: Float64Array, words: RegExp) => {
    const { warnings } = weightDiagnostics(log, target);
    assert.ok(
      warnings.some((warning) => words.test(warning)),
      `${words} in ${JSON.stringify(warnings)}`,
    );
  };
  const log = uniformLog(400, 4);
  const same = uniformPolicy(400, 4);
  // One round whose action was nearly never taken carries a thousand times another's weight.
  const rare = { ...log, propensity: log.propensity.map((p, round) => (round === 0 ? p / 1000 : p)) };
  says(rare, same, /carries \d+ % of all weight/);
  says(rare, same, /as much about this policy as/);
  // Propensities half of what they should be.
  says({ ...log, propensity: log.propensity.map((p) => p / 2) }, same, /average 2.00 where 1 is expected/);
  // A target that likes an action which the log never took.
  const fifth = Float64Array.from({ length: 400 * 5 }, (_, at) => (at % 5 === 4 ? 0.6 : 0.1));
  says(log, fifth, /60 % of its choices on actions that the log never tried/);
  near(weightDiagnostics(log, fifth).unseenMass, 0.6, 1e-12);
  says({ ...log, reward: log.reward.map((_, round) => (round < 3 ? 1 : 0)) }, same, /Only 3 rounds were rewarded/);
});

test.run();
