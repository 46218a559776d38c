/** Logs of steps: collected under a policy with known chances, kept in typed arrays, saved as Parquet. */
export { type CollectOptions, collectSteps } from "./collect";
export {
  checkLog,
  episodeReturns,
  episodeStarts,
  type LoggedSteps,
  observationWidth,
  selectEpisodes,
  splitEpisodes,
} from "./logged-steps";
export { backUp, type MergedLog, mergeSteps } from "./merge";
export { loadSteps, saveSteps } from "./parquet";
export { type Actor, deterministic, exploring, type StepPolicy, saleActor } from "./step-policy";
