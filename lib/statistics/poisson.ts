import { requireInteger, requireNumber } from "../errors";
import { logGamma, lowerGamma, upperGamma } from "./gamma";

/** P(X = count) of a Poisson count of the given mean (>= 0). */
export function poissonProbability(mean: number, count: number): number {
  requireNumber(mean, "mean", 0);
  requireInteger(count, "count", 0);
  if (mean === 0) return count === 0 ? 1 : 0;
  return Math.exp(count * Math.log(mean) - mean - logGamma(count + 1));
}

/** P(X <= count) of a Poisson count of the given mean (>= 0). */
export function poissonCdf(mean: number, count: number): number {
  requireNumber(mean, "mean", 0);
  return count < 0 ? 0 : upperGamma(Math.floor(count) + 1, mean);
}

/**
 * Writes P(X = k), k = 0 … size − 1, of a Poisson count into `probabilities` from `at` on, and returns P(X >= size),
 * the mass beyond the table.
 *
 * The recurrence p(k) = p(k − 1) · mean / k starts at the mode and runs both ways, so that a large mean neither
 * underflows at 0 nor loses digits on the way up; at the end all is divided by the total, which leaves a sum of 1
 * within rounding.
 */
export function fillPoisson(mean: number, size: number, probabilities: Float64Array, at = 0): number {
  requireNumber(mean, "mean", 0);
  if (size === 0) return 1;
  if (mean === 0) {
    probabilities.fill(0, at, at + size);
    probabilities[at] = 1;
    return 0;
  }
  const mode = Math.min(Math.floor(mean), size - 1);
  probabilities[at + mode] = poissonProbability(mean, mode);
  for (let k = mode; k > 0; k--) probabilities[at + k - 1] = (probabilities[at + k] * k) / mean;
  for (let k = mode + 1; k < size; k++) probabilities[at + k] = (probabilities[at + k - 1] * mean) / k;
  const tail = lowerGamma(size, mean);
  let total = tail;
  for (let k = 0; k < size; k++) total += probabilities[at + k];
  for (let k = 0; k < size; k++) probabilities[at + k] /= total;
  return tail / total;
}
