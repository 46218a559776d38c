import { logisticChance, logisticRegression } from "../../statistics/logistic-regression";
import { type Calibration, requireRows } from "./isotonic";

/**
 * Platt's (1999) calibration: P(1 | s) = 1 / (1 + exp(−b − c s)), fitted by maximum likelihood to labels moved inwards, to
 * (n₁ + 1) / (n₁ + 2) and 1 / (n₀ + 2), so that few rows don't give certainty. For scores on the log-odds scale.
 */
export function plattCalibration(labels: ArrayLike<number>, scores: ArrayLike<number>): Calibration {
  requireRows(labels, scores);
  const rows = labels.length;
  let positives = 0;
  for (let row = 0; row < rows; row++) positives += labels[row];
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (rows - positives + 2);
  // A row with a label between 0 and 1 is one row of each label, weighted.
  const twice = new Float64Array(2 * rows);
  const weights = new Float64Array(2 * rows);
  for (let row = 0; row < rows; row++) {
    const target = labels[row] === 1 ? high : low;
    twice.fill(scores[row], 2 * row, 2 * row + 2);
    weights[2 * row] = target;
    weights[2 * row + 1] = 1 - target;
  }
  const both = Uint8Array.from({ length: 2 * rows }, (_, at) => 1 - (at % 2));
  const model = logisticRegression({ features: twice, width: 1, labels: both, weights, penalty: 0 });
  return (score) => logisticChance(model, [score]);
}
