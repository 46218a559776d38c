import { FlashlabError } from "../../errors";
import { bfgs } from "../../models/bfgs";
import { cholesky, choleskyInverse } from "../../statistics/cholesky";

/** A log-likelihood: returns its value at positive parameters and writes its gradient. */
export type LogLikelihood = (parameters: Float64Array, gradient: Float64Array) => number;

/** Positive parameters fitted by maximum likelihood. */
export interface Fit {
  parameters: Float64Array;
  /** Square roots of the diagonal of the inverse observed information. */
  standardErrors: Float64Array;
  /** [parameters × parameters], the inverse observed information. */
  covariance: Float64Array;
  logLikelihood: number;
  iterations: number;
}

/**
 * Maximises a log-likelihood of `rows` rows over positive parameters: BFGS on their logarithms and on the mean, so that a
 * tolerance means the same at every size. The observed information is the negative Hessian at the maximum, by central differences of
 * the exact gradient (relative step 1e-5: error about 1e-10).
 * Throws {@link FlashlabError} where the likelihood has no maximum inside, or is flat there.
 */
export function maximumLikelihood(likelihood: LogLikelihood, start: readonly number[], rows: number): Fit {
  const size = start.length;
  const minimum = bfgs((logs, gradient) => {
    const parameters = logs.map(Math.exp);
    const value = likelihood(parameters, gradient);
    for (let i = 0; i < size; i++) gradient[i] *= -parameters[i] / rows;
    return -value / rows;
  }, start.map(Math.log));
  const parameters = minimum.x.map(Math.exp);
  const covariance = inverseInformation(likelihood, parameters);
  return {
    parameters,
    standardErrors: parameters.map((_, i) => Math.sqrt(covariance[i * size + i])),
    covariance,
    logLikelihood: -minimum.value * rows,
    iterations: minimum.iterations,
  };
}

/** A fit to so many customers in the model's own terms: `named` gives the parameters, in their order, their names. */
export function describeFit<Parameters>(fit: Fit, named: (values: Float64Array) => Parameters, customers: number) {
  return {
    ...named(fit.parameters),
    standardErrors: named(fit.standardErrors),
    logLikelihood: fit.logLikelihood,
    customers,
    iterations: fit.iterations,
  };
}

function inverseInformation(likelihood: LogLikelihood, parameters: Float64Array): Float64Array {
  const size = parameters.length;
  const slopeAt = (column: number, factor: number) => {
    const gradient = new Float64Array(size);
    likelihood(
      parameters.map((value, i) => (i === column ? value * factor : value)),
      gradient,
    );
    return gradient;
  };
  const information = new Float64Array(size * size);
  for (let column = 0; column < size; column++) {
    const above = slopeAt(column, 1 + 1e-5);
    const below = slopeAt(column, 1 - 1e-5);
    for (let row = 0; row < size; row++)
      information[row * size + column] = (below[row] - above[row]) / (2e-5 * parameters[column]);
  }
  try {
    return choleskyInverse(cholesky(information, size), size);
  } catch (cause) {
    throw new FlashlabError("the data do not determine the parameters", {
      value: Array.from(parameters),
      place: "the likelihood's maximum",
      remedy: "Use more customers, or more of their time.",
      cause,
    });
  }
}

/** How often each value occurs. */
export function countEach(values: ArrayLike<number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (let row = 0; row < values.length; row++) counts.set(values[row], (counts.get(values[row]) ?? 0) + 1);
  return counts;
}
