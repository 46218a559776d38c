import { InputError, requireNumber } from "../../errors";
import type { Random } from "../../random";
import type { SparseMatrix } from "../../sparse/index";

/** Settings of {@link linearSvm}. */
export interface LinearSvmOptions {
  /** What an error costs beside ½‖w‖². Default 1. */
  cost?: number;
  /** The order in which rows are visited. */
  random: Random;
  /** Done when no row's optimality is off by more. Default 1e-4. */
  tolerance?: number;
  /** Passes over the rows at most. Default 1000. */
  passes?: number;
}

/** A linear decision: positive for label 1. */
export interface LinearSvm {
  /** [columns] */
  weights: Float64Array;
  intercept: number;
  /** ½(‖w‖² + b²) + cost · Σ max(0, 1 − y(x·w + b))². */
  objective: number;
  passes: number;
}

/**
 * A linear support vector machine with squared hinge loss, by coordinate descent in the dual (Hsieh et al. 2008,
 * algorithm 1, without shrinking): the objective of scikit-learn's `LinearSVC`, where the intercept is the weight of a
 * column of ones and is shrunk like the others. The objective is strictly convex, so that both find the same weights.
 *
 * @param features [rows × columns]
 * @param labels 0 or 1, [rows]
 */
export function linearSvm(features: SparseMatrix, labels: ArrayLike<number>, options: LinearSvmOptions): LinearSvm {
  const { random, tolerance = 1e-4, passes: most = 1000 } = options;
  const cost = requireNumber(options.cost ?? 1, "cost", 1e-12);
  const { rowCount, columnCount, offsets, indices, values } = features;
  if (labels.length !== rowCount || rowCount === 0)
    throw new InputError("there is a label for each row", { value: [labels.length, rowCount], place: "labels" });
  const signs = Float64Array.from(labels, (label, row) => {
    if (label === 0 || label === 1) return 2 * label - 1;
    throw new InputError("a label is 0 or 1", { value: label, place: `labels, row ${row}` });
  });
  const weights = new Float64Array(columnCount + 1);
  const duals = new Float64Array(rowCount);
  const ridge = 1 / (2 * cost);
  const curvature = Float64Array.from({ length: rowCount }, (_, row) => {
    let squares = 1 + ridge;
    for (let at = offsets[row]; at < offsets[row + 1]; at++) squares += values[at] ** 2;
    return squares;
  });
  const margin = (row: number) => {
    let sum = weights[columnCount];
    for (let at = offsets[row]; at < offsets[row + 1]; at++) sum += weights[indices[at]] * values[at];
    return signs[row] * sum;
  };
  const order = Int32Array.from({ length: rowCount }, (_, row) => row);
  let passes = 0;
  for (let spread = Infinity; spread > tolerance && passes < most; passes++) {
    let [highest, lowest] = [-Infinity, Infinity];
    for (const row of random.shuffle(order)) {
      const slope = margin(row) - 1 + ridge * duals[row];
      const projected = duals[row] === 0 ? Math.min(slope, 0) : slope;
      highest = Math.max(highest, projected);
      lowest = Math.min(lowest, projected);
      if (projected === 0) continue;
      const next = Math.max(duals[row] - slope / curvature[row], 0);
      const move = (next - duals[row]) * signs[row];
      duals[row] = next;
      for (let at = offsets[row]; at < offsets[row + 1]; at++) weights[indices[at]] += move * values[at];
      weights[columnCount] += move;
    }
    spread = highest - lowest;
  }
  let objective = 0;
  for (const weight of weights) objective += 0.5 * weight * weight;
  for (let row = 0; row < rowCount; row++) objective += cost * Math.max(0, 1 - margin(row)) ** 2;
  return { weights: weights.subarray(0, columnCount), intercept: weights[columnCount], objective, passes };
}

/** x·w + b of each row. */
export function decisions({ weights, intercept }: LinearSvm, features: SparseMatrix): Float64Array {
  if (features.columnCount !== weights.length)
    throw new InputError("features have the columns that the model was fitted to", {
      value: features.columnCount,
      place: `${weights.length} columns`,
    });
  const { offsets, indices, values } = features;
  return Float64Array.from({ length: features.rowCount }, (_, row) => {
    let sum = intercept;
    for (let at = offsets[row]; at < offsets[row + 1]; at++) sum += weights[indices[at]] * values[at];
    return sum;
  });
}
