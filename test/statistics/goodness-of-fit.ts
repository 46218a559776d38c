import * as assert from "uvu/assert";
import { upperGamma } from "../../lib/statistics/gamma";

/** P-value of counts against expected shares; shares with fewer than 5 expected are pooled into one cell. */
export function chiSquare(counts: ArrayLike<number>, shares: ArrayLike<number>, draws: number): number {
  let chi = 0;
  let cells = 0;
  let seenRest = draws;
  let shareRest = 1;
  for (let i = 0; i < shares.length; i++) {
    if (shares[i] * draws < 5) continue;
    chi += (counts[i] - shares[i] * draws) ** 2 / (shares[i] * draws);
    seenRest -= counts[i];
    shareRest -= shares[i];
    cells++;
  }
  if (shareRest * draws >= 5) {
    chi += (seenRest - shareRest * draws) ** 2 / (shareRest * draws);
    cells++;
  }
  return upperGamma((cells - 1) / 2, chi / 2);
}

/** Passes unless draws this far off would come once in 10,000 seeds; the seeds are fixed, so the outcome is too. */
export const fits = (p: number, what: string) => assert.ok(p > 1e-4, `${what}: p = ${p}`);

/** Counts of whole-number draws, those at or beyond `size` left out. */
export function tally(draws: number, size: number, draw: () => number): Float64Array {
  const counts = new Float64Array(size);
  for (let i = 0; i < draws; i++) {
    const value = draw();
    assert.ok(Number.isInteger(value) && value >= 0);
    if (value < size) counts[value]++;
  }
  return counts;
}

/** Continuous draws put through their distribution function are uniform; and mean and variance are the closed form's. */
export function continuous(
  what: string,
  draw: () => number,
  mean: number,
  variance: number,
  fourth: number,
  cdf?: (x: number) => number,
) {
  const n = 50_000;
  const counts = new Float64Array(50);
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const x = draw();
    sum += x;
    squares += (x - mean) ** 2;
    if (cdf) counts[Math.min(49, Math.floor(cdf(x) * 50))]++;
  }
  assert.ok(Math.abs(sum / n - mean) < 4.5 * Math.sqrt(variance / n), `${what}: mean ${sum / n}, not ${mean}`);
  const error = Math.sqrt((fourth - variance ** 2) / n);
  assert.ok(Math.abs(squares / n - variance) < 4.5 * error, `${what}: variance ${squares / n}, not ${variance}`);
  if (cdf) fits(chiSquare(counts, new Float64Array(50).fill(1 / 50), n), what);
}
