/** What a network over events is asked about a user at a moment: heads, what they learn from, and fine-tuning. */
export { type AdapterOptions, addAdapters, isAdapterWeight } from "./adapters";
export { type ChoiceHead, categoryHead, nextItemHead } from "./category";
export { type Examples, elapsed, exampleBatch, examplesAt, pickExamples } from "./examples";
export { type ExampleFeatures, featuresAt } from "./features";
export {
  type ExampleSet,
  type FineTuneBatch,
  type FineTuneMode,
  type FineTuneOptions,
  fineTuneTask,
  lastRows,
  type PassOptions,
  predictHeads,
} from "./fine-tune";
export { type Head, type Target, target } from "./head";
export { addHeads, type HeadsOptions, isHeadWeight, removeHeads } from "./heads";
export { intentHead } from "./intent";
export {
  type Future,
  nextCategory,
  nextItem,
  type PurchaseTimes,
  purchaseWithin,
  spendWithin,
  timeToPurchase,
} from "./labels";
export { type CalibrationGroup, concordance, survivalCalibration } from "./purchase-time-metrics";
export { type SpendPrediction, spendHead } from "./spend";
export {
  expectedPurchaseTime,
  hazards,
  type PurchaseTimePrediction,
  purchaseTimeQuantile,
  timeToPurchaseHead,
} from "./time-to-purchase";
export { type TransferOptions, transferBackbone } from "./transfer";
