/** Events to clean events, user features and splits; each step a function from relation to relation. */
export { type Cleaned, type CleaningReport, type CleanOptions, clean } from "./clean";
export { dropExactDuplicates } from "./duplicates";
export { applyRules, dropMalformed, EVENT_RULES, type Rule } from "./rules";
export { splitByTime, type TimeSplit } from "./split";
export { type PipelineResult, runSteps, type Step, type StepContext, type StepReport } from "./step";
export { type UserFeatureOptions, type UserFeatures, userFeatures } from "./user-features";
