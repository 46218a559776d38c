import { requireInteger, requireNumber } from "../../../errors";
import type { LoggedSteps } from "../../logs/logged-steps";
import { backUp } from "../../logs/merge";
import { maskedSoftmax } from "../masked-softmax";
import type { Encoding } from "../network/encoding";
import type { Network } from "../network/network";
import { Learner, type OfflineOptions } from "./learner";
import { bestAllowed } from "./value-agent";

/** How {@link learnValues} draws Q towards its targets. */
export interface ValueOptions extends OfflineOptions {
  /** α of the conservative penalty; 0 for none. */
  alpha: number;
  /** Updates from one renewal of the targets to the next. */
  targetEvery: number;
}

/**
 * A network's Q(s, a) from logged steps, by steps down the gradient of the log's mean of
 *
 *   ½ (Q(s, a) − y)² + α (log Σ over allowed b of e^Q(s, b) − Q(s, a)),   y = r + γ max over allowed b of Q⁻(s′, b),
 *
 * Q⁻ being Q as it was at the last multiple of `targetEvery` updates: the common ground of fitted Q iteration (α = 0) and conservative
 * Q-learning. Gradients longer than 10 are shortened.
 */
export async function learnValues(
  log: LoggedSteps,
  name: string,
  options: ValueOptions,
): Promise<{ network: Network; encoding: Encoding; rewardScale: number }> {
  const alpha = requireNumber(options.alpha, "alpha", 0);
  const targetEvery = requireInteger(options.targetEvery, "targetEvery", 1);
  const learner = new Learner(log, name, options);
  const { merged, batch, inputs, next, encoding, rewardScale, discount } = learner;
  const { actions, nextStates } = merged;
  const { online, adam } = learner.network("values", actions);
  const rewards = merged.rewards.map((reward) => reward * rewardScale);
  const later = new Float64Array(nextStates);
  const targets = new Float64Array(merged.pairs);
  const slopes = new Float64Array(batch * actions);
  const fix = () => {
    const worth = online.forward(next, nextStates);
    for (let state = 0; state < nextStates; state++) {
      const row = state * actions;
      later[state] = worth[row + bestAllowed(worth, row, merged.nextMasks, row, actions)];
    }
    backUp(merged, later, discount, rewards, targets);
  };
  const target = (_row: number, pair: number) => targets[pair];
  fix();
  await learner.descend(name, (rate, number) => {
    const losses = conservativeSlopes(learner, online.forward(inputs, batch), { alpha, target, slopes });
    online.backward(slopes, batch);
    adam.step(online.parameters, online.gradient, rate, 10);
    if (number % targetEvery === 0) fix();
    losses.meanValue /= rewardScale;
    return losses;
  });
  return { network: online, encoding, rewardScale };
}

/**
 * The loss of {@link learnValues} over the states of an update, and its slopes by the values.
 * @param values Q of each row, [batch × actions].
 * @param more `target` is y of a pair in a row of the update; `slopes` receives the slopes, [batch × actions].
 * @returns `loss` ½ · mean squared error (without what chance makes of a pair), `penalty` the bracket behind α, `meanValue`
 * of the actions taken.
 */
export function conservativeSlopes(
  learner: Pick<Learner, "merged" | "drawn" | "weights" | "batch">,
  values: Float64Array,
  more: { alpha: number; target: (row: number, pair: number) => number; slopes: Float64Array },
): { loss: number; penalty: number; meanValue: number } {
  const { merged, drawn, weights, batch } = learner;
  const { actions, starts, taken, pairCounts, counts, masks } = merged;
  const { alpha, target, slopes } = more;
  const chances = new Float64Array(actions);
  const losses = { loss: 0, penalty: 0, meanValue: 0 };
  for (let row = 0; row < batch; row++) {
    const state = drawn[row];
    maskedSoftmax(values, row * actions, masks, state * actions, chances);
    for (let action = 0; action < actions; action++)
      slopes[row * actions + action] = weights[row] * alpha * chances[action];
    for (let pair = starts[state]; pair < starts[state + 1]; pair++) {
      const share = (weights[row] * pairCounts[pair]) / counts[state];
      const at = row * actions + taken[pair];
      const error = values[at] - target(row, pair);
      losses.loss += 0.5 * share * error * error;
      // log Σ e^Q − Q(a) is −log of the softmax's chance of a.
      losses.penalty -= share * Math.log(Math.max(chances[taken[pair]], Number.MIN_VALUE));
      losses.meanValue += share * values[at];
      slopes[at] += share * (error - alpha);
    }
  }
  return losses;
}
