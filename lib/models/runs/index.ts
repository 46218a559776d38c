/** What was trained, from what, and how it went: a registry of runs, and logs for TensorBoard. */
export { digestArrays } from "./digest";
export type { Journal, Outcome, RunFacts, Setting } from "./journal";
export { type Recorder, type RecordOptions, recorded, recordRun } from "./record";
export { openRuns, type RunRegistry } from "./registry";
export { type Clock, openTensorboard, type TensorboardLog } from "./tensorboard";
