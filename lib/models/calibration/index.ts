/** From scores to probabilities that can be believed, and whether they can. */
export { type Calibration, isotonicCalibration } from "./isotonic";
export { plattCalibration } from "./platt";
export { type Reliability, reliability } from "./reliability";
export { type Temperature, temperatureCalibration, temperatureScaling } from "./temperature";
