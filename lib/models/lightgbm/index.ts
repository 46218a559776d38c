/** Gradient-boosted trees by LightGBM's own library, through its C interface. */
export type { TrainingData } from "./dataset";
export { EarlyStopping, type Score } from "./early-stopping";
export { LightgbmError } from "./library";
export type { Matrix } from "./matrix";
export { LightgbmModel, type PredictOptions } from "./model";
export type { Parameters } from "./parameters";
export { type Trained, type TrainOptions, trainLightgbm } from "./train";
