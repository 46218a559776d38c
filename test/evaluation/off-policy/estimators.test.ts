import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  directMethod,
  doublyRobust,
  estimateInterval,
  ipw,
  type LoggedFeedback,
  onPolicy,
  selfNormalisedIpw,
  uniformPolicy,
} from "../../../lib/evaluation/off-policy";
import { createRandom } from "../../../lib/random";
import { estimates, feedback, ipwInterval, near, rewards, target } from "./oracle";

test("every estimator gives the Open Bandit Pipeline's figure", () => {
  // Stored rewards are rounded to 9 digits; the rest is double precision on both sides.
  near(ipw(feedback, target).value, estimates.ipw, 1e-13);
  near(ipw(feedback, target, { cap: 2 }).value, estimates["ipw, cap 2"], 1e-13);
  near(selfNormalisedIpw(feedback, target).value, estimates.snipw, 1e-13);
  near(directMethod(feedback, target, rewards).value, estimates.dm, 1e-9);
  near(doublyRobust(feedback, target, rewards).value, estimates.dr, 5e-9);
  near(doublyRobust(feedback, target, rewards, { cap: 2 }).value, estimates["dr, cap 2"], 5e-9);
});

test("IPW's bootstrap interval is the pipeline's, up to both sides' simulation error", () => {
  const { low, high, standardError } = estimateInterval(ipw(feedback, target), {
    random: createRandom(1),
    resamples: 20000,
  });
  // A 2.5 % quantile of 20,000 draws has an error of about 0.02 standard deviations; both sides, four of them.
  near(low, ipwInterval[0], 0.11 * standardError);
  near(high, ipwInterval[1], 0.11 * standardError);
});

test("evaluating the logging policy itself gives the on-policy mean exactly", () => {
  const rounds = 96;
  const log: LoggedFeedback = {
    context: new Float32Array(rounds),
    action: Int32Array.from({ length: rounds }, (_, round) => (round * 7) % 8),
    reward: Float64Array.from({ length: rounds }, (_, round) => (round * round) % 5),
    propensity: new Float64Array(rounds).fill(1 / 8),
  };
  const same = uniformPolicy(rounds, 8);
  const mean = onPolicy(log).value;
  assert.is(ipw(log, same).value, mean);
  assert.is(selfNormalisedIpw(log, same).value, mean);
  near(mean, log.reward.reduce((sum, reward) => sum + reward, 0) / rounds, 1e-15);
});

test("a model of zeros makes DR IPW; a perfect model makes DR and DM the same", () => {
  const zeros = new Float64Array(target.length);
  near(doublyRobust(feedback, target, zeros).value, estimates.ipw, 1e-13);
  assert.is(directMethod(feedback, target, zeros).value, 0);
  const perfect = Float64Array.from(target, (_, at) => feedback.reward[Math.floor(at / 4)]);
  near(doublyRobust(feedback, target, perfect).value, directMethod(feedback, target, perfect).value, 1e-14);
});

test("IPW and DR are unbiased: the mean over every log that could have been", () => {
  // Two contexts, three actions, rewards of 0 and 1: every log of two rounds, with its chance.
  const share = [0.3, 0.7];
  const logging = [0.2, 0.5, 0.3, 0.6, 0.1, 0.3];
  const target = [0.1, 0.1, 0.8, 0.05, 0.9, 0.05];
  const chance = [0.1, 0.4, 0.7, 0.5, 0.2, 0.9];
  const model = [0.9, 0.1, 0.3, 0.3, 0.6, 0.2];
  let truth = 0;
  for (let x = 0; x < 2; x++) for (let a = 0; a < 3; a++) truth += share[x] * target[x * 3 + a] * chance[x * 3 + a];
  const rounds: { x: number; a: number; r: number; p: number }[] = [];
  for (let x = 0; x < 2; x++)
    for (let a = 0; a < 3; a++)
      for (let r = 0; r < 2; r++) {
        const reward = r === 1 ? chance[x * 3 + a] : 1 - chance[x * 3 + a];
        rounds.push({ x, a, r, p: share[x] * logging[x * 3 + a] * reward });
      }
  const rows = (table: number[], ...log: { x: number }[]) =>
    Float64Array.from(log.flatMap(({ x }) => table.slice(x * 3, x * 3 + 3)));
  let [byIpw, byDr, byDm] = [0, 0, 0];
  for (const first of rounds)
    for (const second of rounds) {
      const log: LoggedFeedback = {
        context: Float32Array.of(first.x, second.x),
        action: Int32Array.of(first.a, second.a),
        reward: Float64Array.of(first.r, second.r),
        propensity: Float64Array.of(logging[first.x * 3 + first.a], logging[second.x * 3 + second.a]),
      };
      const [policy, q, p] = [rows(target, first, second), rows(model, first, second), first.p * second.p];
      byIpw += p * ipw(log, policy).value;
      byDr += p * doublyRobust(log, policy, q).value;
      byDm += p * directMethod(log, policy, q).value;
    }
  near(byIpw, truth, 1e-14);
  near(byDr, truth, 1e-14);
  // The direct method carries its model's bias instead.
  let expected = 0;
  for (let x = 0; x < 2; x++) for (let a = 0; a < 3; a++) expected += share[x] * target[x * 3 + a] * model[x * 3 + a];
  near(byDm, expected, 1e-14);
  assert.ok(Math.abs(byDm - truth) > 0.05);
});

test.run();
