import type { SparseMatrix } from "../sparse/index";
import type { Recommender } from "./recommender";

/** How neighbours' values are put together. */
export interface NeighbourScoring {
  /**
   * `sum` (the default) ranks by Σ s r over the neighbours (Deshpande and Karypis 2004). `mean` divides by Σ |s| over
   * the same neighbours: the similarity-weighted mean, which predicts a value such as a rating (Sarwar et al. 2001) and
   * says nothing where all values are alike.
   */
  form?: "sum" | "mean";
  /** Similarity to oneself: 0 (the default) to recommend something new, 1 where buying again counts. */
  self?: number;
}

/**
 * Scores a user's items by their row of `left` · `right`, one of which holds similarities and the other values; the
 * mean divides by what the similarities sum to.
 *
 * @param own the users' own values, [users × items]
 */
export function productRecommender(
  name: string,
  {
    left,
    right,
    similarities,
    own,
  }: Record<"left" | "right" | "own", SparseMatrix> & { similarities: "left" | "right" },
  { form = "sum", self = 0 }: NeighbourScoring,
): Recommender {
  const itemCount = right.columnCount;
  const totals = form === "mean" ? new Float64Array(itemCount) : undefined;
  const seen = new Uint8Array(itemCount);
  const near = new Int32Array(itemCount);
  const fromLeft = similarities === "left";

  const candidates = (user: number, scores: Float64Array, touched: Int32Array) => {
    let count = 0;
    const meet = (item: number) => {
      if (seen[item] !== 0) return;
      seen[item] = 1;
      touched[count++] = item;
    };
    for (let at = left.offsets[user]; at < left.offsets[user + 1]; at++) {
      const between = left.indices[at];
      const factor = left.values[at];
      const end = right.offsets[between + 1];
      for (let entry = right.offsets[between]; entry < end; entry++) {
        const item = right.indices[entry];
        const value = right.values[entry];
        if (seen[item] === 0) {
          seen[item] = 1;
          touched[count++] = item;
        }
        scores[item] += factor * value;
        if (totals) totals[item] += Math.abs(fromLeft ? factor : value);
      }
    }
    if (self !== 0)
      for (let at = own.offsets[user]; at < own.offsets[user + 1]; at++) {
        const item = own.indices[at];
        meet(item);
        scores[item] += self * own.values[at];
        if (totals) totals[item] += Math.abs(self);
      }
    for (let at = 0; at < count; at++) {
      const item = touched[at];
      seen[item] = 0;
      if (!totals) continue;
      if (totals[item] > 0) scores[item] /= totals[item];
      totals[item] = 0;
    }
    return count;
  };
  return {
    name,
    itemCount,
    candidates,
    score(user, scores) {
      scores.fill(0);
      candidates(user, scores, near);
    },
  };
}
