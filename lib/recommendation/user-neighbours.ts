import { type SparseMatrix, topSimilar, transpose } from "../sparse/index";
import { type NeighbourScoring, productRecommender } from "./neighbour-scoring";
import { type NeighbourOptions, requireSquare } from "./neighbours";
import type { Recommender } from "./recommender";

/**
 * Each user's most similar users, by the cosine of their rows unless said otherwise, [users × users] with at most k
 * entries a row; a user is not their own neighbour. As {@link itemNeighbours}, of the transposed interactions: with
 * `adjusted-cosine` each value is taken less its item's mean.
 */
export function userNeighbours(interactions: SparseMatrix, options: NeighbourOptions = {}): Promise<SparseMatrix> {
  return topSimilar(transpose(interactions), { ...options, k: options.k ?? 50 });
}

/**
 * Recommends what similar users had: Σᵥ s(u, v) rᵥᵢ over the user's neighbours v who had the item, or its mean, divided
 * by Σᵥ |s(u, v)| once; see {@link neighbourRecommender} on texts that divide twice.
 *
 * @param interactions the users' histories, [users × items]
 * @param neighbours from {@link userNeighbours}, [users × users]
 */
export function userNeighbourRecommender(
  interactions: SparseMatrix,
  neighbours: SparseMatrix,
  scoring: NeighbourScoring = {},
): Recommender {
  requireSquare(neighbours, interactions.rowCount, "users");
  const parts = { left: neighbours, right: interactions, own: interactions, similarities: "left" } as const;
  return productRecommender("user neighbours", parts, scoring);
}
