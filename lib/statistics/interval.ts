import { InputError, requireInteger, requireNumber } from "../errors";
import { normalQuantile } from "./normal";

/** An estimate with its confidence interval; all but `level` in the estimate's unit. */
export interface Interval {
  estimate: number;
  low: number;
  high: number;
  /** The confidence level, e.g. 0.95. */
  level: number;
}

/** estimate ± z · standardError, for an estimate that is nearly normal (many rows, no row that dominates). */
export function normalInterval(estimate: number, standardError: number, level = 0.95): Interval {
  const margin = criticalValue(level) * requireNumber(standardError, "standardError", 0);
  return { estimate, low: estimate - margin, high: estimate + margin, level };
}

/**
 * Wilson's (1927) score interval of a proportion: the chances for which `successes` in `trials` is no surprise. Unlike
 * the normal interval it stays inside [0, 1] and holds its level for rare successes (Brown, Cai and DasGupta 2001).
 */
export function wilsonInterval(successes: number, trials: number, level = 0.95): Interval {
  requireInteger(trials, "trials", 1);
  requireInteger(successes, "successes", 0, trials);
  const z = criticalValue(level);
  const share = successes / trials;
  const shrink = 1 + (z * z) / trials;
  const middle = (share + (z * z) / (2 * trials)) / shrink;
  const margin = (z / shrink) * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials));
  return {
    estimate: share,
    low: successes === 0 ? 0 : middle - margin,
    high: successes === trials ? 1 : middle + margin,
    level,
  };
}

/**
 * The quantile of values sorted ascending, linear between order statistics (Hyndman and Fan's type 7, the default of
 * NumPy and R). Throws {@link InputError} for no values and for a probability outside [0, 1].
 */
export function sortedQuantile(sorted: ArrayLike<number>, probability: number): number {
  if (sorted.length === 0) throw new InputError("a quantile needs at least one value", { place: "sorted" });
  const at = requireNumber(probability, "probability", 0, 1) * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

function criticalValue(level: number): number {
  if (!(level > 0 && level < 1))
    throw new InputError("a confidence level is in (0, 1)", { value: level, place: "level", remedy: "Use 0.95." });
  return normalQuantile(0.5 + level / 2);
}
