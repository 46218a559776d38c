import { Largest } from "../sparse/index";

/** What can rank all items for a user. */
export interface Recommender {
  /** A short name for tables. */
  readonly name: string;
  readonly itemCount: number;
  /** Writes a score for every item, higher is better, into `scores`, [items]. */
  score(user: number, scores: Float64Array): void;
  /**
   * For recommenders that know only a few items for a user: adds their scores to `scores`, which are 0 before, writes
   * their numbers into `touched`, [items], and returns how many. Saves looking at the whole catalogue.
   */
  candidates?(user: number, scores: Float64Array, touched: Int32Array): number;
  /**
   * For recommenders that score many users at once much faster than one after another: the scores of all items for each
   * of `users`, [users × items], the caller's to change until the next call.
   */
  scoreMany?(users: Int32Array): Float32Array;
}

/** Scores made at once: enough users to fill a matrix product, and little enough (16 MB) that memory is used again. */
const SCORES_TOGETHER = 2 ** 22;

/**
 * Goes through users with the scores of all items for each, [items], in blocks where the recommender can; what `visit`
 * is given is its own to change until it returns.
 */
export function forEachScored(
  recommender: Recommender,
  users: ArrayLike<number>,
  visit: (user: number, scores: Float64Array | Float32Array, at: number) => void,
): void {
  const { itemCount } = recommender;
  if (!recommender.scoreMany) {
    const scores = new Float64Array(itemCount);
    for (let at = 0; at < users.length; at++) {
      recommender.score(users[at], scores);
      visit(users[at], scores, at);
    }
    return;
  }
  const together = Math.min(1024, Math.max(64, Math.floor(SCORES_TOGETHER / itemCount)));
  for (let start = 0; start < users.length; start += together) {
    const block = Int32Array.from({ length: Math.min(together, users.length - start) }, (_, i) => users[start + i]);
    const scores = recommender.scoreMany(block);
    for (let row = 0; row < block.length; row++)
      visit(block[row], scores.subarray(row * itemCount, (row + 1) * itemCount), start + row);
  }
}

/**
 * Makes the lists of the k best items for one user after another, best first, items marked in `excluded` left out. Among
 * equal scores the smaller item number comes first. A recommender that names its candidates recommends nothing else,
 * so a list can be shorter than k.
 *
 * @returns a function from user to items; `scores` holds the list's scores until the next call
 */
export function listMaker(recommender: Recommender, k: number): (user: number, excluded?: Uint8Array) => RankedList {
  const scores = new Float64Array(recommender.itemCount);
  const touched = new Int32Array(recommender.itemCount);
  const largest = new Largest(k);
  return (user, excluded) => {
    if (!recommender.candidates) {
      recommender.score(user, scores);
      const items = topItems(scores, largest, excluded);
      return { items, scores: Float64Array.from(items, (item) => scores[item]) };
    }
    const count = recommender.candidates(user, scores, touched);
    largest.clear();
    let least = -Infinity;
    for (let at = 0; at < count; at++) {
      const item = touched[at];
      if (scores[item] >= least && !excluded?.[item]) {
        largest.offer(item, scores[item]);
        least = largest.least;
      }
    }
    const items = largest.drain();
    const values = Float64Array.from(items, (item) => scores[item]);
    for (let at = 0; at < count; at++) scores[touched[at]] = 0;
    return { items, scores: values };
  };
}

/** Recommended items, best first, and their scores. */
export interface RankedList {
  items: Int32Array;
  scores: Float64Array;
}

/** {@link listMaker} for a single user: the k best items, best first. */
export function bestItems(recommender: Recommender, user: number, k: number, excluded?: Uint8Array): Int32Array {
  return listMaker(recommender, k)(user, excluded).items;
}

/**
 * The best items by score, best first, through a heap that can be used again. Nearly every score is below what a list
 * still takes: eight are passed over by one branch, which takes less than half of the time.
 */
export function topItems(scores: Float64Array | Float32Array, largest: Largest, excluded?: Uint8Array): Int32Array {
  largest.clear();
  let least = largest.least;
  const offer = (first: number, end: number) => {
    for (let item = first; item < end; item++)
      if (scores[item] > least && !excluded?.[item]) {
        largest.offer(item, scores[item]);
        least = largest.least;
      }
  };
  const whole = scores.length - (scores.length % 8);
  for (let at = 0; at < whole; at += 8)
    if (
      scores[at] > least ||
      scores[at + 1] > least ||
      scores[at + 2] > least ||
      scores[at + 3] > least ||
      scores[at + 4] > least ||
      scores[at + 5] > least ||
      scores[at + 6] > least ||
      scores[at + 7] > least
    )
      offer(at, at + 8);
  offer(whole, scores.length);
  return largest.drain();
}
