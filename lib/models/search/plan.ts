import { InputError, requireInteger, requireNumber } from "../../errors";

/** A stage of successive halving: how many trials it trains, and how far each. */
export interface Rung {
  trials: number;
  /** What each of them has used at its end: epochs, rows, trees. */
  resource: number;
}

/** The sizes of a search by successive halving. */
export interface HalvingSizes {
  /** Trials in the first rung. */
  trials: number;
  /** The most that a trial may use, a whole number of epochs, rows or trees. */
  most: number;
  /** The least that tells trials apart; no rung has less. Default 1. */
  least?: number;
  /** The share of trials that go on is 1 / factor, each to factor times as much. Default 3. */
  factor?: number;
}

/**
 * The rungs of successive halving (Jamieson and Talwalkar 2016; as a bracket of Hyperband, Li et al. 2018, algorithm 1):
 *
 *   s = min(⌊log_η(most / least)⌋, ⌊log_η trials⌋),  rung i of 0 … s:  ⌊trials / ηⁱ⌋ trials, most / η^(s−i) each,
 *
 * the resource rounded to a whole number. The last rung has the whole resource and at least one trial.
 * Throws InputError for sizes out of range.
 */
export function halvingRungs({ trials, most, least = 1, factor = 3 }: HalvingSizes): Rung[] {
  requireInteger(trials, "trials", 1);
  requireInteger(most, "most", 1);
  requireInteger(least, "least", 1);
  requireNumber(factor, "factor");
  if (!(factor > 1)) throw new InputError("a factor is above 1", { value: factor, place: "factor", remedy: "Use 3." });
  if (least > most)
    throw new InputError("the least that a trial uses is at most the most", { value: [least, most], place: "least" });
  let steps = 0;
  // A millionth is for powers that a rounded product misses.
  while (least * factor ** (steps + 1) <= most * (1 + 1e-6) && factor ** (steps + 1) <= trials * (1 + 1e-6)) steps++;
  const rungs = Array.from({ length: steps + 1 }, (_, rung) => ({
    trials: Math.max(1, Math.floor((trials / factor ** rung) * (1 + 1e-9))),
    resource: Math.round(most / factor ** (steps - rung)),
  }));
  return rungs.filter(({ resource }, rung) => rung === 0 || resource > rungs[rung - 1].resource);
}

/** What all trials together use: a trial goes on from where it was, so a rung costs what it adds. */
export function budget(rungs: readonly Rung[]): number {
  return rungs.reduce(
    (sum, { trials, resource }, rung) => sum + trials * (resource - (rungs[rung - 1]?.resource ?? 0)),
    0,
  );
}

/**
 * Hyperband's brackets (Li et al. 2018, algorithm 1), the boldest first: with s_max = ⌊log_η most⌋,
 *
 *   bracket s = s_max … 0:  ⌈(s_max + 1) ηˢ / (s + 1)⌉ trials, from most / ηˢ each,
 *
 * so that all cost about the same, and the last is random search.
 */
export function hyperbandBrackets({ most, factor = 3 }: Pick<HalvingSizes, "most" | "factor">): HalvingSizes[] {
  const last = halvingRungs({ trials: Number.MAX_SAFE_INTEGER, most, factor }).length - 1;
  return Array.from({ length: last + 1 }, (_, at) => {
    const s = last - at;
    const trials = Math.ceil(((last + 1) * factor ** s) / (s + 1) - 1e-9);
    return { trials, most, least: Math.max(1, Math.floor(most / factor ** s + 1e-9)), factor };
  });
}
