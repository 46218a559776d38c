import { InputError } from "../errors";
import { type SparseMatrix, topCosines } from "../sparse/index";
import type { Recommender } from "./recommender";

/** Settings of {@link itemNeighbours}. */
export interface NeighbourOptions {
  /** Neighbours kept of each item; 50 unless said. */
  k?: number;
  /**
   * Shrinks similarities that rest on few users: times n / (n + shrinkage), n the users who had both (Bell and Koren
   * 2007, eq. 4). 0, no shrinkage, unless said.
   */
  shrinkage?: number;
  signal?: AbortSignal;
}

/**
 * Each item's most similar items by the cosine of their columns,
 *
 *   s(i, j) = Σᵤ rᵤᵢ rᵤⱼ / (‖r·ᵢ‖ ‖r·ⱼ‖),
 *
 * [items × items] with at most k entries a row; an item is not its own neighbour. Among equal similarities the smaller
 * item number wins. The matrix of all similarities is never formed (see topCosines).
 */
export function itemNeighbours(interactions: SparseMatrix, options: NeighbourOptions = {}): SparseMatrix {
  const { k = 50, shrinkage = 0, signal } = options;
  return topCosines(interactions, { k, shrinkage, signal });
}

/** How {@link neighbourRecommender} scores. */
export interface NeighbourScoring {
  /**
   * `sum` (the default) ranks by Σ s(i, j) rᵤᵢ over the user's items i that have j among their neighbours (Deshpande and
   * Karypis 2004). `mean` divides by Σ |s(i, j)| over the same i: the similarity-weighted mean, which predicts a value
   * such as a rating (Sarwar et al. 2001) and says nothing where all values are alike.
   */
  form?: "sum" | "mean";
  /** An item's similarity to itself: 0 (the default) to recommend something new, 1 where buying again counts. */
  self?: number;
}

/**
 * Recommends items that are similar to what the user had.
 *
 * The weighted mean is Σ s r / Σ |s|: one division by the similarities' sum. Some texts on flash-sale recommendation
 * print it with a factor 1 / Σ |s| before a sum whose weights are s / Σ |s| already; dividing twice is a slip, it
 * would shrink a prediction the more, the more neighbours it rests on.
 *
 * @param interactions the users' histories, [users × items]
 * @param neighbours from {@link itemNeighbours}, [items × items]
 */
export function neighbourRecommender(
  interactions: SparseMatrix,
  neighbours: SparseMatrix,
  { form = "sum", self = 0 }: NeighbourScoring = {},
): Recommender {
  const itemCount = interactions.columnCount;
  if (neighbours.rowCount !== itemCount || neighbours.columnCount !== itemCount)
    throw new InputError(`neighbours of ${itemCount} items are [${itemCount} × ${itemCount}]`, {
      value: [neighbours.rowCount, neighbours.columnCount],
      place: "neighbours",
    });
  const totals = form === "mean" ? new Float64Array(itemCount) : undefined;
  const seen = new Uint8Array(itemCount);
  const near = new Int32Array(itemCount);
  const { offsets, indices, values } = interactions;

  const candidates = (user: number, scores: Float64Array, touched: Int32Array) => {
    let count = 0;
    for (let at = offsets[user]; at < offsets[user + 1]; at++) {
      const item = indices[at];
      const value = values[at];
      for (let entry = neighbours.offsets[item]; entry < neighbours.offsets[item + 1]; entry++) {
        const other = neighbours.indices[entry];
        const weight = neighbours.values[entry];
        if (seen[other] === 0) {
          seen[other] = 1;
          touched[count++] = other;
        }
        scores[other] += weight * value;
        if (totals) totals[other] += Math.abs(weight);
      }
      if (self === 0) continue;
      if (seen[item] === 0) {
        seen[item] = 1;
        touched[count++] = item;
      }
      scores[item] += self * value;
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
    name: "item neighbours",
    itemCount,
    candidates,
    score(user, scores) {
      scores.fill(0);
      candidates(user, scores, near);
    },
  };
}
