/** Events to clean events, user features and splits; each step a function from relation to relation. */
export { type Cleaned, type CleanOptions, clean } from "./clean";
export { CleaningReport, type ReasonCount } from "./cleaning-report";
export { dropExactDuplicates } from "./duplicates";
export { dropRepeats, type RepeatOptions } from "./duplicates-window";
export {
  decode,
  type Encoder,
  type Encoding,
  encode,
  type FittedEncoding,
  fitEncoder,
  oneHotNames,
} from "./encode";
export { fillMissing } from "./fill-missing";
export { type Fitted, loadFitted, saveFitted } from "./fitted";
export { type FunnelOptions, type FunnelStep, funnel } from "./funnel";
export type { Grouped } from "./groups";
export { type InteractionMatrix, type InteractionMatrixOptions, interactionMatrix } from "./interactions";
export { type ItemFeatureOptions, type ItemFeatures, itemFeatures } from "./item-features";
export { checkSplit, type Leak, type LeakReport, type SplitCheckOptions } from "./leakage";
export { checkMoment, type FeatureBuilder } from "./leakage-moment";
export { checkTarget, type TargetCheckOptions } from "./leakage-target";
export { fitMissing, type MissingFit, type MissingPlan, type MissingStrategy } from "./missing-values";
export { denormalise, type FittedScaling, fitNormaliser, type Normaliser, normalise, type Scaling } from "./normalise";
export { fitOutliers, type OutlierBounds, type OutlierMethod, type OutlierOptions, type Range } from "./outliers";
export { type MatchedRefunds, matchRefunds, type RefundOptions, refundsMatched } from "./refunds";
export { addRejects, REJECT_COLUMNS, type Rejected } from "./rejects";
export { applyRules, dropMalformed, EVENT_RULES, type Rule } from "./rules";
export { type EventSequences, readSequences, type SequenceOptions } from "./sequences";
export { DWELL_CAP, type ItemDwellOptions, inSessions, itemDwell, type SessionEventOptions } from "./session-events";
export { SESSION_GAP, type SessionOptions, type Sessions, sessionise } from "./sessions";
export { type Origin, type RollingOptions, rollingOrigin, splitByTime, type TimeSplit } from "./split";
export { type LeaveLastOptions, leaveLastOut, type Parts, splitByUser, type UserSplitOptions } from "./split-users";
export {
  type PipelineOptions,
  type PipelineResult,
  runSteps,
  type Step,
  type StepContext,
  type StepReport,
} from "./step";
export {
  applyTargetEncoding,
  encodeOutOfFold,
  fitTargetEncoding,
  type OutOfFoldOptions,
  type TargetEncoding,
  type TargetEncodingOptions,
} from "./target-encoding";
export { type OutlierAction, treatOutliers } from "./treat-outliers";
export { type FeatureGroups, type UserFeatureOptions, type UserFeatures, userFeatures } from "./user-features";
export { type Validation, validationRules } from "./validation";
