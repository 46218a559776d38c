/** What a policy would have earned, told from another policy's log. */
export { estimateInterval, type OffPolicyEstimate, onPolicy } from "./estimate";
export { type EvaluateOptions, evaluatePolicy, type PolicyEvaluation } from "./evaluate";
export {
  type ActionProbabilities,
  checkFeedback,
  type LoggedFeedback,
  type Policy,
  positionPolicy,
  uniformPolicy,
} from "./feedback";
export { ipw, selfNormalisedIpw } from "./ipw";
export { directMethod, doublyRobust } from "./model-based";
export { type ItemFeatures, openBanditItems } from "./open-bandit";
export { assignFolds, crossFitRewards, type RewardModelOptions } from "./reward-model";
export {
  effectiveSampleSize,
  importanceWeights,
  type WeightDiagnostics,
  type WeightOptions,
  weightDiagnostics,
} from "./weights";
