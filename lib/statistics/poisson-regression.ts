import { FlashlabError, InputError } from "../errors";
import { cholesky, choleskyInverse, choleskySolve } from "./cholesky";
import { logGamma } from "./gamma";
import { sandwich } from "./sandwich";

/** What {@link poissonRegression} is fitted to. */
export interface PoissonRegressionOptions {
  /** The counts, [rows], each at least 0. */
  counts: ArrayLike<number>;
  /** The regressors by name, each [rows]. A constant named `intercept` is put before them. */
  terms: Record<string, ArrayLike<number>>;
  /** What the counts are a rate of (days, visitors), [rows], each above 0: enters as the offset ln exposure. */
  exposure?: ArrayLike<number>;
}

/** A fitted Poisson log-linear regression. Matrices are [terms × terms], row by row. */
export interface PoissonRegression {
  /** Names of the coefficients, `intercept` first. */
  terms: string[];
  coefficients: Float64Array;
  /** Inverse Fisher information: right if the variance equals the mean. */
  covariance: Float64Array;
  /**
   * White's sandwich for `lags` 0; Newey and West's for more: right also if counts are over-dispersed and, up to
   * `lags` rows apart, correlated. Rows must be in time order.
   */
  robustCovariance(lags?: number): Float64Array;
  /** Expected count of each row, [rows]. */
  fitted: Float64Array;
  logLikelihood: number;
  deviance: number;
  /** Pearson's chi-square over the residual degrees of freedom: 1 for Poisson counts, above 1 for over-dispersed ones. */
  dispersion: number;
  iterations: number;
}

/**
 * Maximum likelihood fit of count ~ Poisson(exposure · exp(intercept + Σ coefficient · term)).
 *
 * Newton's method, which for the log link is iteratively reweighted least squares (McCullagh and Nelder 1989,
 * ch. 2.5), with halved steps where a full one would lower the likelihood. The likelihood is concave: the maximum, if
 * there is one, is the only one. Throws {@link InputError} for columns of unequal length, a negative count, an
 * exposure that isn't positive and collinear terms; {@link FlashlabError} where the maximum lies at infinity.
 */
export function poissonRegression(options: PoissonRegressionOptions): PoissonRegression {
  const { counts, exposure } = options;
  const rows = counts.length;
  const terms = ["intercept", ...Object.keys(options.terms)];
  const size = terms.length;
  if (exposure && exposure.length !== rows)
    throw new InputError(`the exposure has as many rows as the counts (${rows})`, {
      value: exposure.length,
      place: "exposure",
    });
  const design = designMatrix(options, terms);
  const offset = new Float64Array(rows);
  let total = 0;
  let base = 0;
  for (let row = 0; row < rows; row++) {
    if (!(counts[row] >= 0 && counts[row] < Infinity))
      throw new InputError("a count is a number of at least 0", { value: counts[row], place: `counts[${row}]` });
    if (exposure && !(exposure[row] > 0 && exposure[row] < Infinity))
      throw new InputError("an exposure is above 0", { value: exposure[row], place: `exposure[${row}]` });
    offset[row] = exposure ? Math.log(exposure[row]) : 0;
    total += counts[row];
    base += exposure ? exposure[row] : 1;
  }
  if (total === 0) throw new InputError("all counts are 0", { place: "counts", remedy: "Choose rows with sales." });

  let coefficients = new Float64Array(size);
  coefficients[0] = Math.log(total / base);
  const fitted = new Float64Array(rows);
  let likelihood = expect(design, offset, counts, coefficients, fitted);
  for (let iteration = 1; iteration <= 100; iteration++) {
    const { score, information } = derivatives(design, counts, fitted, size);
    const factor = cholesky(information, size);
    const step = choleskySolve(factor, size, score);
    // Newton doubles the right digits at each step: one that moves no row by 1e-9 leaves nothing to find.
    if (farthest(design, step) < 1e-9)
      return summary({ terms, design, counts, coefficients, fitted, likelihood, iteration, factor });
    for (let shrink = 1; ; shrink /= 2) {
      const tried = coefficients.map((value, j) => value + shrink * step[j]);
      const gained = expect(design, offset, counts, tried, fitted);
      // A loss within rounding is none.
      if (gained >= likelihood - 1e-12 * (1 + Math.abs(likelihood)) || shrink < 1e-9) {
        coefficients = tried;
        likelihood = gained;
        break;
      }
    }
  }
  throw new FlashlabError("the Poisson regression has no finite maximum", {
    place:
      terms[coefficients.reduce((worst, value, j) => (Math.abs(value) > Math.abs(coefficients[worst]) ? j : worst), 0)],
    remedy: "Leave out the term whose rows with a value all have count 0.",
  });
}

function designMatrix(options: PoissonRegressionOptions, terms: string[]): Float64Array {
  const rows = options.counts.length;
  const design = new Float64Array(rows * terms.length).fill(1);
  terms.slice(1).forEach((name, index) => {
    const column = options.terms[name];
    if (column.length !== rows)
      throw new InputError(`a term has as many rows as the counts (${rows})`, { value: column.length, place: name });
    for (let row = 0; row < rows; row++) {
      if (!Number.isFinite(column[row]))
        throw new InputError("a term is a finite number", { value: column[row], place: `${name}[${row}]` });
      design[row * terms.length + index + 1] = column[row];
    }
  });
  return design;
}

/** Fills `fitted` with the expected counts and returns Σ count · ln fitted − fitted. */
function expect(
  design: Float64Array,
  offset: Float64Array,
  counts: ArrayLike<number>,
  coefficients: Float64Array,
  fitted: Float64Array,
): number {
  const size = coefficients.length;
  let likelihood = 0;
  for (let row = 0; row < fitted.length; row++) {
    let eta = offset[row];
    for (let j = 0; j < size; j++) eta += design[row * size + j] * coefficients[j];
    fitted[row] = Math.exp(eta);
    likelihood += counts[row] * eta - fitted[row];
  }
  return likelihood;
}

/** The largest change of a row's linear predictor: stays near 1 while a coefficient runs off to infinity. */
function farthest(design: Float64Array, step: Float64Array): number {
  let largest = 0;
  for (let row = 0; row < design.length; row += step.length) {
    let change = 0;
    for (let j = 0; j < step.length; j++) change += design[row + j] * step[j];
    largest = Math.max(largest, Math.abs(change));
  }
  return largest;
}

/** Score Xᵀ(y − μ) and Fisher information Xᵀ diag(μ) X. */
function derivatives(design: Float64Array, counts: ArrayLike<number>, fitted: Float64Array, size: number) {
  const score = new Float64Array(size);
  const information = new Float64Array(size * size);
  for (let row = 0; row < fitted.length; row++) {
    for (let j = 0; j < size; j++) {
      const x = design[row * size + j];
      score[j] += x * (counts[row] - fitted[row]);
      for (let k = 0; k <= j; k++) information[j * size + k] += x * fitted[row] * design[row * size + k];
    }
  }
  for (let j = 0; j < size; j++) for (let k = 0; k < j; k++) information[k * size + j] = information[j * size + k];
  return { score, information };
}

interface Fit {
  terms: string[];
  design: Float64Array;
  counts: ArrayLike<number>;
  coefficients: Float64Array;
  fitted: Float64Array;
  likelihood: number;
  iteration: number;
  factor: Float64Array;
}

function summary({
  terms,
  design,
  counts,
  coefficients,
  fitted,
  likelihood,
  iteration,
  factor,
}: Fit): PoissonRegression {
  const size = terms.length;
  let logLikelihood = likelihood;
  let deviance = 0;
  let pearson = 0;
  for (let row = 0; row < fitted.length; row++) {
    const y = counts[row];
    logLikelihood -= logGamma(y + 1);
    deviance += 2 * ((y > 0 ? y * Math.log(y / fitted[row]) : 0) - (y - fitted[row]));
    pearson += (y - fitted[row]) ** 2 / fitted[row];
  }
  const covariance = choleskyInverse(factor, size);
  return {
    terms,
    coefficients,
    covariance,
    robustCovariance(lags = 0) {
      const scores = design.map((x, index) => {
        const row = Math.floor(index / size);
        return x * (counts[row] - fitted[row]);
      });
      return sandwich(covariance, scores, size, lags);
    },
    fitted,
    logLikelihood,
    deviance,
    dispersion: pearson / (fitted.length - size),
    iterations: iteration,
  };
}

/** Square roots of a covariance matrix's diagonal. */
export function standardErrors(covariance: Float64Array): Float64Array {
  const size = Math.sqrt(covariance.length);
  return Float64Array.from({ length: size }, (_, j) => Math.sqrt(covariance[j * size + j]));
}
