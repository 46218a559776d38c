import { FlashlabError, InputError, requireInteger, requireNumber } from "../errors";
import { cholesky, choleskySolve } from "./cholesky";

/** What {@link logisticRegression} is fitted to. */
export interface LogisticRegressionOptions {
  /** [rows × width], row by row. */
  features: Float64Array | Float32Array;
  width: number;
  /** 0 or 1, [rows]. */
  labels: ArrayLike<number>;
  /** Weight of each row, at least 0, [rows]; 1 unless said. */
  weights?: ArrayLike<number>;
  /** The factor of ½‖coefficients‖² in the loss: 1 unless said; the intercept is free. */
  penalty?: number;
  /** Stop when no part of the gradient exceeds this times the rows; 1e-10 unless said. */
  tolerance?: number;
}

/** A fitted logistic regression: P(label = 1 | x) = 1 / (1 + exp(−intercept − x · coefficients)). */
export interface LogisticRegression {
  /** [width] */
  coefficients: Float64Array;
  intercept: number;
  /** The minimised Σ log-loss + penalty / 2 · ‖coefficients‖². */
  loss: number;
  iterations: number;
}

/**
 * Ridge-penalised logistic regression by Newton's method with halved steps.
 *
 * Minimises Σᵢ wᵢ ln(1 + exp(−sᵢ (b + xᵢ·c))) + penalty / 2 · ‖c‖², s = ±1: the same objective as scikit-learn's
 * `LogisticRegression(C=1/penalty)`. The loss is convex, strictly so for a penalty above 0, and this goes on to its
 * minimum; scikit-learn's default solver stops earlier (tolerance 1e-4, 100 steps), so that its coefficients can
 * differ in the third digit. Each step costs rows × width²: meant for up to a few hundred features.
 *
 * Throws {@link InputError} for shapes that don't fit and labels other than 0 and 1, and {@link FlashlabError} where
 * there is no finite minimum (one label only, or separable labels, without a penalty that prevents it).
 */
export function logisticRegression(options: LogisticRegressionOptions): LogisticRegression {
  const { features, labels, weights } = options;
  const width = requireInteger(options.width, "width", 0);
  const penalty = requireNumber(options.penalty ?? 1, "penalty", 0);
  const tolerance = requireNumber(options.tolerance ?? 1e-10, "tolerance", 0);
  const rows = labels.length;
  check(options, rows);
  const size = width + 1;
  let parameters = new Float64Array(size);
  let loss = objective(options, parameters, penalty);
  const gradient = new Float64Array(size);
  const hessian = new Float64Array(size * size);
  for (let iteration = 0; iteration < 100; iteration++) {
    gradient.fill(0);
    hessian.fill(0);
    for (let row = 0; row < rows; row++) {
      const weight = weights ? weights[row] : 1;
      const chance = 1 / (1 + Math.exp(-score(features, parameters, width, row)));
      addRow(features, width, row, weight * (chance - labels[row]), weight * chance * (1 - chance), gradient, hessian);
    }
    for (let j = 0; j < width; j++) {
      gradient[j] += penalty * parameters[j];
      hessian[j * size + j] += penalty;
    }
    const step = newtonStep(hessian, gradient, size);
    // Far out on separable labels the gradient vanishes too, but the next step does not.
    if (gradient.every((part) => Math.abs(part) <= tolerance * rows) && norm(step) <= 1e-6 * (1 + norm(parameters)))
      return { coefficients: parameters.slice(0, width), intercept: parameters[width], loss, iterations: iteration };
    let scale = 1;
    for (; ; scale /= 2) {
      const next = parameters.map((value, j) => value - scale * step[j]);
      const nextLoss = objective(options, next, penalty);
      // Rounding in the loss hides the last steps' gain.
      if (nextLoss <= loss + 1e-12 * Math.abs(loss) || scale < 1e-10) {
        parameters = next;
        loss = nextLoss;
        break;
      }
    }
  }
  throw noMinimum();
}

/** P(label = 1) of one row of features, given from position `at` on. */
export function logisticChance(model: LogisticRegression, features: ArrayLike<number>, at = 0): number {
  let sum = model.intercept;
  for (let j = 0; j < model.coefficients.length; j++) sum += model.coefficients[j] * features[at + j];
  return 1 / (1 + Math.exp(-sum));
}

function check({ features, width, labels, weights }: LogisticRegressionOptions, rows: number): void {
  if (rows === 0) throw new InputError("a regression needs at least one row", { value: rows, place: "labels" });
  if (features.length !== rows * width)
    throw new InputError(`${rows} rows of ${width} features are ${rows * width} numbers`, {
      value: features.length,
      place: "features",
    });
  if (weights && weights.length !== rows)
    throw new InputError(`there is one weight for each of ${rows} rows`, { value: weights.length, place: "weights" });
  for (let row = 0; row < rows; row++) {
    if (labels[row] !== 0 && labels[row] !== 1)
      throw new InputError("a label is 0 or 1", { value: labels[row], place: `labels, row ${row}` });
    if (weights && !(weights[row] >= 0 && weights[row] < Infinity))
      throw new InputError("a weight is at least 0", { value: weights[row], place: `weights, row ${row}` });
  }
  for (let at = 0; at < features.length; at++)
    if (!Number.isFinite(features[at]))
      throw new InputError("a feature is a finite number", {
        value: features[at],
        place: `features, row ${Math.floor(at / width)}, column ${at % width}`,
        remedy: "Fill or drop missing values first.",
      });
}

/** x · coefficients + intercept; the intercept is the last parameter. */
function score(features: ArrayLike<number>, parameters: Float64Array, width: number, row: number): number {
  let sum = parameters[width];
  for (let j = 0; j < width; j++) sum += parameters[j] * features[row * width + j];
  return sum;
}

function objective(options: LogisticRegressionOptions, parameters: Float64Array, penalty: number): number {
  const { features, width, labels, weights } = options;
  let loss = 0;
  for (let row = 0; row < labels.length; row++) {
    const sum = score(features, parameters, width, row);
    const toward = labels[row] === 1 ? -sum : sum;
    const soft = toward > 0 ? toward + Math.log1p(Math.exp(-toward)) : Math.log1p(Math.exp(toward));
    loss += (weights ? weights[row] : 1) * soft;
  }
  for (let j = 0; j < width; j++) loss += 0.5 * penalty * parameters[j] ** 2;
  return loss;
}

/** Adds a row's score and its information; only the lower triangle of the Hessian is kept. */
function addRow(
  features: ArrayLike<number>,
  width: number,
  row: number,
  residual: number,
  information: number,
  gradient: Float64Array,
  hessian: Float64Array,
): void {
  const size = width + 1;
  for (let j = 0; j < size; j++) {
    const x = j === width ? 1 : features[row * width + j];
    if (x === 0) continue;
    gradient[j] += residual * x;
    const scaled = information * x;
    for (let k = 0; k <= j; k++) hessian[j * size + k] += scaled * (k === width ? 1 : features[row * width + k]);
  }
}

function norm(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

function newtonStep(hessian: Float64Array, gradient: Float64Array, size: number): Float64Array {
  try {
    return choleskySolve(cholesky(hessian, size), size, gradient);
  } catch (cause) {
    throw noMinimum(cause);
  }
}

function noMinimum(cause?: unknown): FlashlabError {
  return new FlashlabError("the logistic regression has no finite minimum", {
    remedy: "Raise the penalty, leave out columns that others determine, or give rows of both labels.",
    cause,
  });
}
