/** Events to clean events, user features and splits; each step a function from relation to relation. */
export { type Cleaned, type CleanOptions, clean } from "./clean";
export { CleaningReport, type ReasonCount } from "./cleaning-report";
export { dropExactDuplicates } from "./duplicates";
export { dropRepeats, type RepeatOptions } from "./duplicates-window";
export { addRejects, REJECT_COLUMNS, type Rejected } from "./rejects";
export { applyRules, dropMalformed, EVENT_RULES, type Rule } from "./rules";
export { splitByTime, type TimeSplit } from "./split";
export {
  type PipelineOptions,
  type PipelineResult,
  runSteps,
  type Step,
  type StepContext,
  type StepReport,
} from "./step";
export { type UserFeatureOptions, type UserFeatures, userFeatures } from "./user-features";
