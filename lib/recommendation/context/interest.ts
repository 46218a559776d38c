import { InputError, requireNumber } from "../../errors";
import type { SparseMatrix } from "../../sparse/index";
import type { Recommender } from "../recommender";

/** Settings of {@link interestProfiles}. */
export interface InterestOptions {
  /** Weight of everyone's interests against the user's own, in interactions. Default 5. */
  smoothing?: number;
}

/** What each user is interested in. */
export interface InterestProfiles {
  /** Names of the categories; what has none is in "". */
  categories: string[];
  /** Number of each item's category, [items]. */
  categoryOfItem: Int32Array;
  /** A user's interest in each category, a share; they sum to 1, [categories]. */
  profile(user: number): Float64Array;
  /** The same of anyone who had these items so often. */
  profileOf(items: ArrayLike<number>, values: ArrayLike<number>): Float64Array;
  /** Scores of all items for a profile, [items]; they sum to 1. */
  scores(profile: Float64Array): Float64Array;
  recommender: Recommender;
}

/**
 * Ranks by what kinds of things a user takes: with nᵤ꜀ the user's interactions in category c and nᵤ all of them,
 *
 *   score(u, i) = (nᵤ꜀ + m p꜀) / (nᵤ + m) · pᵢ / p꜀,   c the category of i,
 *
 * the chance of the category for this user, drawn towards its share for everyone, times the item's share of its
 * category. A user without history has popularity's list; with interactions that fade with age (interactionMatrix's
 * `halfLife`), interests fade too.
 *
 * @param interactions [users × items]
 * @param categories each item's, [items]
 */
export function interestProfiles(
  interactions: SparseMatrix,
  categories: readonly (string | null | undefined)[],
  options: InterestOptions = {},
): InterestProfiles {
  const { columnCount: itemCount, offsets, indices, values } = interactions;
  const smoothing = requireNumber(options.smoothing ?? 5, "smoothing", 0);
  if (categories.length !== itemCount)
    throw new InputError(`there is a category for each of ${itemCount} items`, {
      value: categories.length,
      place: "categories",
    });
  const numberOf = new Map<string, number>();
  const categoryOfItem = Int32Array.from(categories, (name) => {
    const key = name ?? "";
    const number = numberOf.get(key) ?? numberOf.size;
    numberOf.set(key, number);
    return number;
  });
  const itemTotals = new Float64Array(itemCount);
  const categoryTotals = new Float64Array(numberOf.size);
  let all = 0;
  for (let at = 0; at < indices.length; at++) {
    itemTotals[indices[at]] += values[at];
    categoryTotals[categoryOfItem[indices[at]]] += values[at];
    all += values[at];
  }
  const within = itemTotals.map((total, item) => total / (categoryTotals[categoryOfItem[item]] || 1));
  const everyone = categoryTotals.map((total) => total / (all || 1));

  const profileOf = (had: ArrayLike<number>, amounts: ArrayLike<number>) => {
    const own = new Float64Array(everyone.length);
    let total = 0;
    for (let at = 0; at < had.length; at++) {
      own[categoryOfItem[had[at]]] += amounts[at];
      total += amounts[at];
    }
    const prior = total === 0 && smoothing === 0 ? 1 : smoothing;
    return own.map((value, category) => (value + prior * everyone[category]) / (total + prior));
  };
  const profile = (user: number) =>
    profileOf(indices.subarray(offsets[user], offsets[user + 1]), values.subarray(offsets[user], offsets[user + 1]));
  const scores = (own: Float64Array) => within.map((share, item) => own[categoryOfItem[item]] * share);
  return {
    categories: [...numberOf.keys()],
    categoryOfItem,
    profile,
    profileOf,
    scores,
    recommender: { name: "interest", itemCount, score: (user, into) => into.set(scores(profile(user))) },
  };
}
