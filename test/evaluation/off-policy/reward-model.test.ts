import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../../lib/errors";
import { assignFolds, crossFitRewards } from "../../../lib/evaluation/off-policy";
import { createRandom } from "../../../lib/random";
import { numpyRandom } from "../../../lib/statistics/numpy-random";
import { actionFeatures, actions, feedback, near, rewards } from "./oracle";

test("cross-fitted rewards are those of the Open Bandit Pipeline's regression model, folds included", () => {
  const folds = assignFolds(feedback.action.length, 3, numpyRandom(12345));
  const ours = crossFitRewards(feedback, { actionFeatures, actions, folds });
  // Stored with 9 digits.
  ours.forEach((reward, at) => {
    near(reward, rewards[at], 1e-8, `[${at}]`);
  });
});

test("folds part the rounds as equally as can be, and no round is predicted from itself", () => {
  const folds = assignFolds(10, 3, createRandom(1));
  assert.equal(
    [0, 1, 2].map((fold) => folds.filter((value) => value === fold).length),
    [4, 3, 3],
  );
  // Turning a round's reward around leaves its own prediction as it was and changes others'.
  const flipped = { ...feedback, reward: feedback.reward.map((reward, round) => (round === 20 ? 1 - reward : reward)) };
  const options = { actionFeatures, actions, folds: assignFolds(240, 3, createRandom(1)) };
  const [before, after] = [crossFitRewards(feedback, options), crossFitRewards(flipped, options)];
  assert.equal(before.slice(80, 84), after.slice(80, 84));
  assert.not.equal(before, after);
});

test("shapes that don't fit are refused", () => {
  const folds = assignFolds(240, 2, createRandom(1));
  const refused = (work: () => unknown) => assert.throws(work, (error: unknown) => error instanceof InputError);
  refused(() => crossFitRewards(feedback, { actionFeatures: actionFeatures.slice(1), actions, folds }));
  refused(() => crossFitRewards(feedback, { actionFeatures, actions, folds: folds.slice(1) }));
  refused(() => crossFitRewards(feedback, { actionFeatures, actions, folds: new Int32Array(240) }));
  refused(() => assignFolds(10, 1, createRandom(1)));
});

test.run();
