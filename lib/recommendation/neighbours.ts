import { InputError } from "../errors";
import { type SparseMatrix, type TopSimilarOptions, topSimilar } from "../sparse/index";
import { type NeighbourScoring, productRecommender } from "./neighbour-scoring";
import type { Recommender } from "./recommender";

/**
 * Settings of {@link itemNeighbours} and userNeighbours. `k` neighbours are kept of each; 50 unless said. `shrinkage`
 * shrinks similarities that rest on few: times n / (n + shrinkage), n those who had both (Bell and Koren 2007, eq. 4).
 */
export type NeighbourOptions = Partial<TopSimilarOptions>;

/**
 * Each item's most similar items, by the cosine of their columns unless said otherwise,
 *
 *   s(i, j) = Σᵤ rᵤᵢ rᵤⱼ / (‖r·ᵢ‖ ‖r·ⱼ‖),
 *
 * [items × items] with at most k entries a row; an item is not its own neighbour. Among equal similarities the smaller
 * item number wins. The matrix of all similarities is never formed, and all cores take part (see topSimilar).
 */
export function itemNeighbours(interactions: SparseMatrix, options: NeighbourOptions = {}): Promise<SparseMatrix> {
  return topSimilar(interactions, { ...options, k: options.k ?? 50 });
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
  scoring: NeighbourScoring = {},
): Recommender {
  requireSquare(neighbours, interactions.columnCount, "items");
  const parts = { left: interactions, right: neighbours, own: interactions, similarities: "right" } as const;
  return productRecommender("item neighbours", parts, scoring);
}

/** Throws {@link InputError} unless similarities are those of as many users or items. */
export function requireSquare({ rowCount, columnCount }: SparseMatrix, count: number, whose: string): void {
  if (rowCount !== count || columnCount !== count)
    throw new InputError(`neighbours of ${count} ${whose} are [${count} × ${count}]`, {
      value: [rowCount, columnCount],
      place: "neighbours",
    });
}
