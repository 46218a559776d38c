import { InputError, requireInteger } from "../../errors";
import { rankByScore, rocAuc } from "../metrics/classification";
import type { PurchaseTimes } from "./labels";
import { hazards, type PurchaseTimePrediction } from "./time-to-purchase";

/**
 * Harrell's concordance (1982): of the pairs of users of whom one is known to have bought in an earlier interval than the
 * other, the share in which that one was foretold to, ties counting half. Pairs in which the other was censored before
 * aren't comparable, nor are purchases in one interval. 0.5 for guessing; NaN without a pair.
 *
 * @param expected time to purchase, or anything that grows with it, [examples]
 */
export function concordance({ interval, observed }: PurchaseTimes, expected: ArrayLike<number>): number {
  let [right, pairs] = [0, 0];
  for (const now of new Set(interval.filter((_, row) => observed[row] === 1))) {
    const compared = Int32Array.from(interval.keys()).filter(
      (row) => interval[row] > now || (interval[row] === now && observed[row] === 1),
    );
    const earlier = Uint8Array.from(compared, (row) => (interval[row] === now ? 1 : 0));
    const count = earlier.reduce((sum, one) => sum + one, 0) * earlier.reduce((sum, one) => sum + 1 - one, 0);
    if (count === 0) continue;
    right +=
      count *
      rocAuc(
        rankByScore(
          earlier,
          Float64Array.from(compared, (row) => -expected[row]),
        ),
      );
    pairs += count;
  }
  return right / pairs;
}

/** Users of like foretold survival, and what came. */
export interface CalibrationGroup {
  users: number;
  /** Mean chance foretold of no purchase by the limit. */
  foretold: number;
  /** The life table's, which counts censored users as long as they were seen. */
  observed: number;
}

/**
 * Whether foretold survival up to a limit can be believed: groups of about equal size by it, lowest first, each with the
 * life table's estimate of what came (D'Agostino and Nam 2003).
 *
 * @param limit which of the edges, from 1 on
 */
export function survivalCalibration(
  labels: PurchaseTimes,
  { edges, survival }: PurchaseTimePrediction,
  limit: number,
  groups = 10,
): CalibrationGroup[] {
  requireInteger(limit, "limit", 1, edges.length - 1);
  const count = labels.interval.length;
  requireInteger(groups, "groups", 1, count);
  if (survival.length !== count * edges.length)
    throw new InputError("there is a curve for each example", {
      value: survival.length,
      place: `survival [${count} × ${edges.length}]`,
    });
  const at = (row: number) => survival[row * edges.length + limit];
  const order = Int32Array.from({ length: count }, (_, row) => row).sort((a, b) => at(a) - at(b));
  return Array.from({ length: groups }, (_, group) => {
    const rows = order.subarray(Math.round((group * count) / groups), Math.round(((group + 1) * count) / groups));
    const own = {
      edges: labels.edges,
      interval: Int32Array.from(rows, (row) => labels.interval[row]),
      observed: Uint8Array.from(rows, (row) => labels.observed[row]),
    };
    return {
      users: rows.length,
      foretold: rows.reduce((sum, row) => sum + at(row), 0) / rows.length,
      observed: hazards(own).reduce((left, hazard, k) => (k < limit ? left * (1 - hazard) : left), 1),
    };
  });
}
