import { maskedSoftmax } from "../masked-softmax";
import type { Learner } from "./learner";

/**
 * −Σ weight · log π(a | s) over what was taken in the states of an update, π the softmax of the logits over allowed actions,
 * and its slopes by the logits.
 *
 * @param logits [batch × actions]
 * @param pairWeights how much a step of each pair counts, [pairs]; 1 unless given.
 * @param slopes receives the slopes, [batch × actions].
 */
export function likelihoodSlopes(
  learner: Learner,
  logits: Float64Array,
  slopes: Float64Array,
  pairWeights?: Float64Array,
): number {
  const { merged, drawn, weights, batch } = learner;
  const { actions, starts, taken, pairCounts, counts, masks } = merged;
  const chances = new Float64Array(actions);
  let loss = 0;
  for (let row = 0; row < batch; row++) {
    const state = drawn[row];
    maskedSoftmax(logits, row * actions, masks, state * actions, chances);
    let total = 0;
    slopes.fill(0, row * actions, (row + 1) * actions);
    for (let pair = starts[state]; pair < starts[state + 1]; pair++) {
      const share = (weights[row] * (pairWeights?.[pair] ?? 1) * pairCounts[pair]) / counts[state];
      loss -= share * Math.log(Math.max(chances[taken[pair]], Number.MIN_VALUE));
      slopes[row * actions + taken[pair]] -= share;
      total += share;
    }
    for (let action = 0; action < actions; action++) slopes[row * actions + action] += total * chances[action];
  }
  return loss;
}
