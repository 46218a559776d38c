import { estimateFrom, type OffPolicyEstimate } from "./estimate";
import type { ActionProbabilities, LoggedFeedback } from "./feedback";
import { importanceWeights, type WeightOptions } from "./weights";

/**
 * Inverse propensity weighting (Horvitz and Thompson 1952; for policies Strehl et al. 2010):
 *
 *   V = 1/n Σᵢ wᵢ rᵢ,  wᵢ = π(aᵢ | xᵢ) / p(aᵢ | xᵢ)
 *
 * Unbiased when the propensities are the true ones and the logging policy gives a chance above 0 to every action that
 * the target takes (no unseen causes of both choice and reward). Its variance grows with the weights; it isn't
 * bounded by the largest reward. With a `cap` it is biased toward 0 and less variable.
 */
export function ipw(
  feedback: LoggedFeedback,
  target: ActionProbabilities,
  options: WeightOptions = {},
): OffPolicyEstimate {
  const weights = importanceWeights(feedback, target, options);
  return estimateFrom("IPW", [weights.map((weight, round) => weight * feedback.reward[round])]);
}

/**
 * Self-normalised inverse propensity weighting (Swaminathan and Joachims 2015):
 *
 *   V = Σᵢ wᵢ rᵢ / Σᵢ wᵢ
 *
 * Consistent under {@link ipw}'s assumptions, with a bias of order 1/n, mostly less variable, and never outside the
 * range of the rewards. Where no weight is above 0 there is nothing to average: the value is NaN.
 */
export function selfNormalisedIpw(
  feedback: LoggedFeedback,
  target: ActionProbabilities,
  options: WeightOptions = {},
): OffPolicyEstimate {
  const weights = importanceWeights(feedback, target, options);
  const weighted = weights.map((weight, round) => weight * feedback.reward[round]);
  return estimateFrom("SNIPW", [weighted, weights], (means) => means[0] / means[1]);
}
