import { InputError } from "../errors";
import { betaPoint } from "./beta";
import type { Interval } from "./interval";

/** Student's t quantile at p in (0, 1), `degrees` of freedom above 0, by bisection on t² / (t² + ν) ~ Beta(½, ν / 2). */
export function studentQuantile(p: number, degrees: number): number {
  if (!(p > 0 && p < 1)) throw new InputError("a quantile needs a probability in (0, 1)", { value: p, place: "p" });
  if (!(degrees > 0)) throw new InputError("degrees of freedom are above 0", { value: degrees, place: "degrees" });
  if (p < 0.5) return -studentQuantile(1 - p, degrees);
  // The share ν / (t² + ν) falls from 1 to 0 as t rises; half of its lower tail is the chance beyond t.
  let low = 0;
  let high = 1;
  for (let step = 0; step < 1100 && low < high; step++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (betaPoint(middle, degrees / 2, 0.5).below / 2 < 1 - p) low = middle;
    else high = middle;
  }
  return Math.sqrt((degrees * (1 - high)) / high);
}

/**
 * The mean of a few independent values, such as one per seed, with Student's (1908) interval: mean ± t · s / √n.
 * Throws {@link InputError} for fewer than two values.
 */
export function meanInterval(values: ArrayLike<number>, level = 0.95): Interval {
  const all = Array.from(values);
  const n = all.length;
  if (n < 2) throw new InputError("an interval of a mean needs two values", { value: all, place: "values" });
  if (!(level > 0 && level < 1))
    throw new InputError("a confidence level is in (0, 1)", { value: level, place: "level", remedy: "Use 0.95." });
  const estimate = all.reduce((sum, value) => sum + value / n, 0);
  const variance = all.reduce((sum, value) => sum + (value - estimate) ** 2, 0) / (n - 1);
  const margin = studentQuantile(0.5 + level / 2, n - 1) * Math.sqrt(variance / n);
  return { estimate, low: estimate - margin, high: estimate + margin, level };
}
