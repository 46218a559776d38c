import { requireNumber } from "../../../errors";
import { betaPoint } from "../../../statistics/beta";
import { logGamma } from "../../../statistics/gamma";
import { fillPoisson, poissonCdf } from "../../../statistics/poisson";

/** A Poisson distribution function as a table, to be searched. */
export interface PoissonTable {
  /** The count that the first entry is for. */
  first: number;
  /** P(X <= first + k). The counts left out on either side have less than 2^-40 together. */
  cdf: Float64Array;
  /** Where to begin looking for u: guide[⌊256 u⌋] entries are below it for sure (Chen and Asau 1974, the guide-table method). */
  guide: Int32Array;
}

const GUIDE = 256;

/** Tabulates a Poisson distribution function between mean ± 12 standard deviations (and a few counts). */
export function poissonTable(mean: number): PoissonTable {
  requireNumber(mean, "mean", 0, 1e7);
  const reach = 12 * Math.sqrt(mean) + 30;
  const first = Math.max(0, Math.floor(mean - reach));
  const size = Math.ceil(mean + reach) - first + 1;
  const all = new Float64Array(first + size);
  fillPoisson(mean, first + size, all);
  const cdf = all.subarray(first).slice();
  if (first > 0) cdf[0] += poissonCdf(mean, first - 1);
  for (let k = 1; k < size; k++) cdf[k] += cdf[k - 1];
  const guide = new Int32Array(GUIDE);
  for (let cell = 0, k = 0; cell < GUIDE; cell++) {
    while (k < size - 1 && cdf[k] < cell / GUIDE) k++;
    guide[cell] = k;
  }
  return { first, cdf, guide };
}

/** The least k with P(X <= k) >= u, u in (0, 1): on average within two steps of where the guide says. */
export function poissonQuantile({ first, cdf, guide }: PoissonTable, u: number): number {
  let k = guide[Math.floor(u * guide.length)];
  while (k < cdf.length - 1 && cdf[k] < u) k++;
  return first + k;
}

/**
 * The least k with P(X <= k) >= u for X ~ Binomial(trials, probability), u in (0, 1): never less for a larger u, more
 * trials or a larger probability, so that one number u gives comparable draws under different offers.
 *
 * Small means are summed from 0; from a mean of 200 on the sum starts at the mean, from the incomplete beta function.
 */
export function binomialQuantile(u: number, trials: number, probability: number): number {
  if (trials === 0 || probability <= 0) return 0;
  if (probability >= 1) return trials;
  const odds = probability / (1 - probability);
  if (trials * probability < 200 && probability < 0.9 && trials < 2 ** 22) {
    // (1 − p)^n by squaring: n < 2^22 here, so it loses less than 2^-31.
    let mass = 1;
    for (let power = 1 - probability, n = trials; n > 0; n >>= 1, power *= power) if (n & 1) mass *= power;
    let left = u - mass;
    let k = 0;
    while (left > 0 && k < trials) {
      mass *= (odds * (trials - k)) / (k + 1);
      k++;
      left -= mass;
    }
    return k;
  }
  return fromTheMean(u, trials, probability, odds);
}

function fromTheMean(u: number, trials: number, probability: number, odds: number): number {
  let k = Math.min(trials - 1, Math.floor(trials * probability));
  // P(X <= k) = P(Beta(k + 1, n − k) > p).
  let below = betaPoint(probability, k + 1, trials - k).above;
  let mass = Math.exp(
    logGamma(trials + 1) -
      logGamma(k + 1) -
      logGamma(trials - k + 1) +
      k * Math.log(probability) +
      (trials - k) * Math.log1p(-probability),
  );
  while (below < u && k < trials) {
    mass *= (odds * (trials - k)) / (k + 1);
    k++;
    below += mass;
  }
  while (k > 0 && below - mass >= u) {
    below -= mass;
    mass *= k / (odds * (trials - k + 1));
    k--;
  }
  return k;
}
