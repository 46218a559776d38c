import { InputError, requireInteger, requireNumber } from "../../errors";
import { bfgs } from "../bfgs";

/** A fitted softmax regression: P(class c | x) ∝ exp(interceptₐ + x · coefficientsₐ) for a = c. */
export interface SoftmaxRegression {
  /** [classes × width] */
  coefficients: Float64Array;
  /** [classes] */
  intercepts: Float64Array;
  /** Probabilities, [rows × classes]. */
  predict(features: ArrayLike<number>): Float64Array;
}

/**
 * Ridge-penalised softmax (multinomial logistic) regression for a handful of columns, by BFGS:
 *
 *   Σᵢ −ln P(labelᵢ | xᵢ) + penalty / 2 · ‖coefficients‖²,
 *
 * intercepts free: the objective of scikit-learn's `LogisticRegression(C=1/penalty)` with three classes or more.
 * Throws {@link InputError} for shapes that don't fit and a penalty that isn't above 0, without which nothing is determined.
 *
 * @param features [rows × width]
 * @param labels 0 … classes − 1, [rows]
 */
export function softmaxRegression(
  features: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
  penalty = 1,
): SoftmaxRegression {
  const rows = labels.length;
  const width = features.length / rows;
  requireInteger(classes, "classes", 2);
  if (rows === 0 || !Number.isInteger(width))
    throw new InputError("features are [rows × width], with a row at least", {
      value: features.length,
      place: "features",
    });
  for (let row = 0; row < rows; row++) requireInteger(labels[row], `labels, row ${row}`, 0, classes - 1);
  requireNumber(penalty, "penalty", Number.MIN_VALUE);
  const chances = new Float64Array(classes);
  const objective = (x: Float64Array, gradient: Float64Array) => {
    gradient.fill(0);
    let loss = 0;
    for (let row = 0; row < rows; row++) {
      softmaxRow(x, features, row, width, chances);
      loss -= Math.log(chances[labels[row]]);
      for (let c = 0; c < classes; c++) {
        const residual = chances[c] - (c === labels[row] ? 1 : 0);
        for (let j = 0; j < width; j++) gradient[c * width + j] += residual * features[row * width + j];
        gradient[classes * width + c] += residual;
      }
    }
    for (let at = 0; at < classes * width; at++) {
      loss += 0.5 * penalty * x[at] * x[at];
      gradient[at] += penalty * x[at];
    }
    return loss;
  };
  const { x } = bfgs(objective, new Float64Array(classes * (width + 1)), { tolerance: 1e-10, iterations: 2000 });
  return {
    coefficients: x.slice(0, classes * width),
    intercepts: x.slice(classes * width),
    predict(others) {
      const result = new Float64Array((others.length / width) * classes);
      for (let row = 0; row * classes < result.length; row++)
        softmaxRow(x, others, row, width, result.subarray(row * classes, (row + 1) * classes));
      return result;
    },
  };
}

/** Writes the probabilities of one row; `x` holds all coefficients, then the intercepts. */
function softmaxRow(
  x: Float64Array,
  features: ArrayLike<number>,
  row: number,
  width: number,
  into: Float64Array,
): void {
  const classes = into.length;
  let highest = -Infinity;
  for (let c = 0; c < classes; c++) {
    let sum = x[classes * width + c];
    for (let j = 0; j < width; j++) sum += x[c * width + j] * features[row * width + j];
    into[c] = sum;
    highest = Math.max(highest, sum);
  }
  let total = 0;
  for (let c = 0; c < classes; c++) {
    into[c] = Math.exp(into[c] - highest);
    total += into[c];
  }
  for (let c = 0; c < classes; c++) into[c] /= total;
}
