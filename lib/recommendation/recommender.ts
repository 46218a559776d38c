import { Largest } from "../sparse/index";

/** What can rank all items for a user. */
export interface Recommender {
  /** A short name for tables. */
  readonly name: string;
  readonly itemCount: number;
  /** Writes a score for every item, higher is better, into `scores`, [items]. */
  score(user: number, scores: Float64Array): void;
}

/**
 * The k best items for a user, best first; items marked in `excluded` are left out. Among equal scores the smaller item
 * number comes first.
 */
export function recommend(recommender: Recommender, user: number, k: number, excluded?: Uint8Array): Int32Array {
  const scores = new Float64Array(recommender.itemCount);
  recommender.score(user, scores);
  return topItems(scores, new Largest(k), excluded);
}

/** The best items by score, best first, through a heap that can be used again. */
export function topItems(scores: Float64Array, largest: Largest, excluded?: Uint8Array): Int32Array {
  largest.clear();
  let least = largest.least;
  for (let item = 0; item < scores.length; item++)
    if (scores[item] > least && !excluded?.[item]) {
      largest.offer(item, scores[item]);
      least = largest.least;
    }
  return largest.drain();
}
