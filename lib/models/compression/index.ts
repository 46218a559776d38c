/** Smaller models: pruned, with fewer bits a weight, or taught by a larger one. */
export { type DistilOptions, distil, softTargetLoss, type TaughtBatch } from "./distil";
export { type GradualOptions, gradualShare, pruneGradually } from "./gradual";
export { toHalf } from "./half";
export { type Channel, dequantiseInt8, type Int8Weights, quantiseInt8 } from "./int8";
export { type PruneOptions, prune, pruningMasks, sparsity } from "./prune";
export {
  type CompressOptions,
  compress,
  decodeCompressed,
  loadCompressed,
  type Precision,
  restore,
  saveCompressed,
} from "./store";
export { compareVariants, type Variant } from "./table";
export { type Taught, type TaughtHeadOptions, taughtHead } from "./taught-head";
