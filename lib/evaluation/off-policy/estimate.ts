import { type BootstrapInterval, type BootstrapOptions, bootstrap } from "../../statistics/bootstrap";

/** An estimate of what a policy would earn a round, in the reward's unit. */
export interface OffPolicyEstimate {
  /** The estimator's short name in the literature: IPW, SNIPW, DM, DR. */
  estimator: string;
  value: number;
  /** What each round contributes: the estimate is `statistic` of these columns' means, each [rounds]. */
  columns: Float64Array[];
  statistic(means: Float64Array): number;
}

/** Builds an {@link OffPolicyEstimate} from its columns. */
export function estimateFrom(
  estimator: string,
  columns: Float64Array[],
  statistic: (means: Float64Array) => number = (means) => means[0],
): OffPolicyEstimate {
  return { estimator, value: statistic(Float64Array.from(columns, mean)), columns, statistic };
}

/**
 * A bootstrap interval over rounds. It knows the noise of the rounds at hand, nothing of bias: of actions that were never
 * tried, of a wrong reward model, of rare large weights that this log happens to lack.
 */
export function estimateInterval(estimate: OffPolicyEstimate, options: BootstrapOptions): BootstrapInterval {
  return bootstrap(estimate.columns, estimate.statistic, options);
}

/** The logging policy's own value: the mean reward. The on-policy estimate, free of any weighting. */
export function onPolicy(feedback: { reward: Float64Array }): OffPolicyEstimate {
  return estimateFrom("on-policy", [feedback.reward]);
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
