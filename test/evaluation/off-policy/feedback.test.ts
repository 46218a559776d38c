import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../../lib/errors";
import {
  checkFeedback,
  ipw,
  type LoggedFeedback,
  positionPolicy,
  uniformPolicy,
} from "../../../lib/evaluation/off-policy";
import { feedback, target } from "./oracle";

/** Refused with a message that names the place. */
const refused = (work: () => unknown, place: RegExp) =>
  assert.throws(work, (error: unknown) => error instanceof InputError && place.test(error.message));
const changed = (change: (copy: LoggedFeedback) => void) => {
  const copy = Object.fromEntries(Object.entries(feedback).map(([name, column]) => [name, column.slice()]));
  change(copy as unknown as LoggedFeedback);
  return copy as unknown as LoggedFeedback;
};

test("a sound log passes and tells its number of actions", () => {
  assert.is(checkFeedback(feedback, target), 4);
  assert.is(checkFeedback(feedback, Float32Array.from(target)), 4);
});

test("a propensity of 0, above 1 or missing is refused where it stands", () => {
  for (const bad of [0, -0.1, 1.2, Number.NaN])
    refused(
      () =>
        ipw(
          changed(({ propensity }) => propensity.fill(bad, 17, 18)),
          target,
        ),
      /propensity, round 17/,
    );
});

test("rows that don't sum to 1 and negative probabilities are refused", () => {
  const unsummed = target.slice();
  unsummed[4 * 9] += 0.01;
  refused(() => checkFeedback(feedback, unsummed), /target, round 9/);
  const negative = target.slice();
  negative[4 * 3] -= 2;
  negative[4 * 3 + 1] += 2;
  refused(() => checkFeedback(feedback, negative), /round 3, action 0/);
});

test("unknown actions, rewards that aren't numbers, ragged columns and empty logs are refused", () => {
  refused(
    () =>
      checkFeedback(
        changed(({ action }) => action.fill(4, 2, 3)),
        target,
      ),
    /action, round 2/,
  );
  refused(
    () =>
      checkFeedback(
        changed(({ reward }) => reward.fill(Number.NaN, 5, 6)),
        target,
      ),
    /reward, round 5/,
  );
  refused(() => checkFeedback({ ...feedback, reward: feedback.reward.slice(1) }, target), /reward/);
  refused(() => checkFeedback(feedback, target.slice(1)), /target/);
  refused(() => checkFeedback({ ...feedback, context: feedback.context.slice(1) }, target), /context/);
  const none = { context: new Float32Array(), action: new Int32Array(), reward: new Float64Array() };
  refused(() => checkFeedback({ ...none, propensity: new Float64Array() }, new Float64Array()), /action/);
});

test("a policy by position repeats the row of the round's position", () => {
  const table = Float64Array.of(1, 0, 0, 0.2, 0.3, 0.5);
  assert.equal(
    positionPolicy(table, 3, Int32Array.of(1, 0, 1)),
    Float64Array.of(0.2, 0.3, 0.5, 1, 0, 0, 0.2, 0.3, 0.5),
  );
  refused(() => positionPolicy(table, 3, Int32Array.of(2)), /position, round 0/);
  assert.equal(uniformPolicy(1, 4), Float64Array.of(0.25, 0.25, 0.25, 0.25));
});

test.run();
