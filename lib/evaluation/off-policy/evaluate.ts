import { type ColumnTable, table } from "arquero";
import type { BootstrapInterval, BootstrapOptions } from "../../statistics/bootstrap";
import { estimateInterval, type OffPolicyEstimate, onPolicy } from "./estimate";
import type { ActionProbabilities, LoggedFeedback } from "./feedback";
import { ipw, selfNormalisedIpw } from "./ipw";
import { directMethod, doublyRobust } from "./model-based";
import { type WeightDiagnostics, type WeightOptions, weightDiagnostics } from "./weights";

/** What {@link evaluatePolicy} needs beside the log and the target. */
export interface EvaluateOptions extends BootstrapOptions, WeightOptions {
  /** Expected rewards of a model, [rounds × actions]; without them DM and DR are left out. */
  rewards?: ActionProbabilities;
}

/** A target policy seen through every estimator. */
export interface PolicyEvaluation {
  /** The logging policy's own value first, then IPW, SNIPW and, with a reward model, DM and DR. */
  estimates: (OffPolicyEstimate & { interval: BootstrapInterval })[];
  diagnostics: WeightDiagnostics;
  /** One row an estimate: estimator, value, low, high (the interval's ends), ratio (to the logging policy's value). */
  table: ColumnTable;
}

/**
 * What a policy would have earned a round, told from another policy's log by the estimators of this folder, each with a
 * bootstrap interval, and what to hold of them (`diagnostics.warnings`).
 * Throws {@link InputError} as {@link checkFeedback} does.
 */
export function evaluatePolicy(
  feedback: LoggedFeedback,
  target: ActionProbabilities,
  options: EvaluateOptions,
): PolicyEvaluation {
  const { rewards, random } = options;
  const estimates = [
    onPolicy(feedback),
    ipw(feedback, target, options),
    selfNormalisedIpw(feedback, target, options),
    ...(rewards ? [directMethod(feedback, target, rewards), doublyRobust(feedback, target, rewards, options)] : []),
  ].map((estimate) => ({
    ...estimate,
    interval: estimateInterval(estimate, { ...options, random: random.fork(estimate.estimator) }),
  }));
  const logged = estimates[0].value;
  return {
    estimates,
    diagnostics: weightDiagnostics(feedback, target),
    table: table({
      estimator: estimates.map((estimate) => estimate.estimator),
      value: estimates.map((estimate) => estimate.value),
      low: estimates.map((estimate) => estimate.interval.low),
      high: estimates.map((estimate) => estimate.interval.high),
      ratio: estimates.map((estimate) => estimate.value / logged),
    }),
  };
}
