import { InputError } from "../../errors";
import { normalCdf, normalQuantile } from "../../statistics/normal";

/** How two models' areas under the ROC curve on the same rows differ. */
export interface AucComparison {
  first: number;
  second: number;
  /** first − second, its standard error and interval. */
  difference: number;
  standardError: number;
  low: number;
  high: number;
  level: number;
  /** Two-sided; 1 for models that rank alike. */
  pValue: number;
}

/**
 * The paired test of DeLong, DeLong and Clarke-Pearson (1988): with V the share of negatives below each positive, and of positives
 * above each negative, for both models on the same rows,
 *
 *   var(AUC₁ − AUC₂) = var(V₁ − V₂ over positives) / positives + var(V₁ − V₂ over negatives) / negatives,
 *
 * ties counting half, and the difference normal. By midranks (Sun and Xu 2014), in n log n. Rows are to be independent:
 * where users have several, use one of each, or a bootstrap over users.
 * Throws {@link InputError} for lengths that differ and where a class has fewer than two rows.
 */
export function delong(
  labels: ArrayLike<number>,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  level = 0.95,
): AucComparison {
  if (!(level > 0 && level < 1)) throw new InputError("a level is in (0, 1)", { value: level, place: "level" });
  const [one, other] = [placements(labels, first), placements(labels, second)];
  const spread = (positive: number) => {
    const differences: number[] = [];
    for (let row = 0; row < labels.length; row++)
      if (labels[row] === positive) differences.push(one.share[row] - other.share[row]);
    return variance(differences) / differences.length;
  };
  const difference = one.auc - other.auc;
  const standardError = Math.sqrt(spread(1) + spread(0));
  const reach = normalQuantile((1 + level) / 2) * standardError;
  return {
    first: one.auc,
    second: other.auc,
    difference,
    standardError,
    low: difference - reach,
    high: difference + reach,
    level,
    pValue: standardError === 0 ? (difference === 0 ? 1 : 0) : 2 * normalCdf(-Math.abs(difference) / standardError),
  };
}

/** Of each row the share of the other class on its wrong side, ties half, turned so that 1 is best; and the area. */
function placements(labels: ArrayLike<number>, scores: ArrayLike<number>): { auc: number; share: Float64Array } {
  const rows = labels.length;
  if (scores.length !== rows)
    throw new InputError(`there is a score for each of ${rows} labels`, { value: scores.length, place: "scores" });
  let positives = 0;
  for (let row = 0; row < rows; row++) {
    if (labels[row] !== 0 && labels[row] !== 1)
      throw new InputError("a label is 0 or 1", { value: labels[row], place: `labels, row ${row}` });
    if (Number.isNaN(scores[row])) throw new InputError("a score is a number", { place: `scores, row ${row}` });
    positives += labels[row];
  }
  const negatives = rows - positives;
  if (positives < 2 || negatives < 2)
    throw new InputError("a comparison needs two rows of each class", {
      value: [positives, negatives],
      place: "labels",
    });
  const order = Uint32Array.from({ length: rows }, (_, row) => row).sort((a, b) => scores[a] - scores[b]);
  const share = new Float64Array(rows);
  let [below, negativesBelow, auc] = [0, 0, 0];
  for (let at = 0; at < rows; ) {
    let end = at;
    let tied = 0;
    for (; end < rows && scores[order[end]] === scores[order[at]]; end++) tied += labels[order[end]];
    const negativesTied = end - at - tied;
    for (; at < end; at++) {
      const row = order[at];
      share[row] =
        labels[row] === 1
          ? (negativesBelow + negativesTied / 2) / negatives
          : (positives - below - tied + tied / 2) / positives;
      if (labels[row] === 1) auc += share[row] / positives;
    }
    below += tied;
    negativesBelow += negativesTied;
  }
  return { auc, share };
}

function variance(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}
