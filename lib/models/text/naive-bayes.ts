import { InputError } from "../../errors";
import type { SparseMatrix } from "../../sparse/index";

/**
 * Log-count ratios of the columns (Wang and Manning 2012, eq. 2): r = ln((p / ‖p‖₁) / (q / ‖q‖₁)), p and q being one more
 * than the number of rows of label 1 and of label 0 that have the column.
 *
 * @param labels 0 or 1, [rows]
 * @returns [columns]
 */
export function logCountRatios(features: SparseMatrix, labels: ArrayLike<number>): Float64Array {
  const { rowCount, columnCount, offsets, indices } = features;
  if (labels.length !== rowCount)
    throw new InputError(`there is a label for each of ${rowCount} rows`, { value: labels.length, place: "labels" });
  const [p, q] = [new Float64Array(columnCount).fill(1), new Float64Array(columnCount).fill(1)];
  for (let row = 0; row < rowCount; row++) {
    const counts = labels[row] === 1 ? p : q;
    for (let at = offsets[row]; at < offsets[row + 1]; at++) counts[indices[at]]++;
  }
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
  const shift = Math.log(sum(q) / sum(p));
  return p.map((good, column) => Math.log(good / q[column]) + shift);
}

/**
 * The features times a weight for each column, each row scaled to length 1 again. With {@link logCountRatios}, what a linear
 * SVM learns from it is the paper's NBSVM. Differs from the paper: it leaves rows as long as they are, and mixes in naive Bayes.
 */
export function weighColumns(features: SparseMatrix, weights: ArrayLike<number>): SparseMatrix {
  const values = new Float32Array(features.values.length);
  for (let row = 0; row < features.rowCount; row++) {
    const [begin, end] = [features.offsets[row], features.offsets[row + 1]];
    let squares = 0;
    for (let at = begin; at < end; at++) {
      values[at] = features.values[at] * weights[features.indices[at]];
      squares += values[at] ** 2;
    }
    if (squares > 0) for (let at = begin; at < end; at++) values[at] /= Math.sqrt(squares);
  }
  return { ...features, values };
}
