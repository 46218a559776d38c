import { InputError } from "../../errors";
import { estimateFrom, type OffPolicyEstimate } from "./estimate";
import { type ActionProbabilities, checkFeedback, type LoggedFeedback } from "./feedback";
import { importanceWeights, type WeightOptions } from "./weights";

/**
 * The direct method (Beygelzimer and Langford 2009): what a reward model expects of the target policy,
 *
 *   V = 1/n Σᵢ Σₐ π(a | xᵢ) q(xᵢ, a)
 *
 * Hardly any variance, and all of the model's bias: its interval says how surely the model says it, not whether the
 * model is right.
 *
 * @param rewards the model's expected reward q of each action in each round, [rounds × actions]; see crossFitRewards
 */
export function directMethod(
  feedback: LoggedFeedback,
  target: ActionProbabilities,
  rewards: ActionProbabilities,
): OffPolicyEstimate {
  return estimateFrom("DM", [expectedRewards(feedback, target, rewards)]);
}

/**
 * The doubly robust estimator (Dudík, Langford and Li 2011): the direct method, corrected by weighting what the model
 * got wrong,
 *
 *   V = 1/n Σᵢ [ Σₐ π(a | xᵢ) q(xᵢ, a) + wᵢ (rᵢ − q(xᵢ, aᵢ)) ]
 *
 * Unbiased if either the propensities or the model is right, given that the model was not fitted to the round it
 * predicts (cross-fitting). Less variable than IPW as far as the model explains the rewards; it shares IPW's large
 * weights where there are any, and can fall below 0.
 */
export function doublyRobust(
  feedback: LoggedFeedback,
  target: ActionProbabilities,
  rewards: ActionProbabilities,
  options: WeightOptions = {},
): OffPolicyEstimate {
  const values = expectedRewards(feedback, target, rewards);
  const weights = importanceWeights(feedback, target, options);
  const actions = target.length / weights.length;
  for (let round = 0; round < values.length; round++)
    values[round] += weights[round] * (feedback.reward[round] - rewards[round * actions + feedback.action[round]]);
  return estimateFrom("DR", [values]);
}

/** Σₐ π(a | xᵢ) q(xᵢ, a), [rounds]. */
function expectedRewards(
  feedback: LoggedFeedback,
  target: ActionProbabilities,
  rewards: ActionProbabilities,
): Float64Array {
  const actions = checkFeedback(feedback, target);
  if (rewards.length !== target.length)
    throw new InputError(
      `expected rewards are [${feedback.action.length} × ${actions}], like the target's probabilities`,
      {
        value: rewards.length,
        place: "rewards",
      },
    );
  const values = new Float64Array(feedback.action.length);
  for (let round = 0; round < values.length; round++) {
    let sum = 0;
    for (let at = round * actions; at < (round + 1) * actions; at++) sum += target[at] * rewards[at];
    if (!Number.isFinite(sum))
      throw new InputError("an expected reward is a finite number", { value: sum, place: `rewards, round ${round}` });
    values[round] = sum;
  }
  return values;
}
