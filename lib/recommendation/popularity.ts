import type { SparseMatrix } from "../sparse/index";
import type { Recommender } from "./recommender";

/** Ranks items by how many users had them: the same list for everyone, and the baseline that every model must beat. */
export function popularity(interactions: SparseMatrix): Recommender {
  const users = itemUsers(interactions);
  return {
    name: "popularity",
    itemCount: interactions.columnCount,
    score: (_user, scores) => scores.set(users),
  };
}

/**
 * Ranks what the user had before by how often, and everything else by popularity below it. In groceries, where people
 * buy again what they bought, this is the baseline once repeat purchases count.
 */
export function buyAgain(interactions: SparseMatrix): Recommender {
  const users = itemUsers(interactions);
  const { rowCount, offsets, indices, values } = interactions;
  return {
    name: "buy again",
    itemCount: interactions.columnCount,
    score(user, scores) {
      // Popularity as a fraction of all users is below 1, so it only decides between equal counts.
      for (let item = 0; item < scores.length; item++) scores[item] = users[item] / (rowCount + 1);
      for (let at = offsets[user]; at < offsets[user + 1]; at++) scores[indices[at]] += values[at];
    },
  };
}

/** How many users had each item, [items]. */
export function itemUsers({ columnCount, indices }: SparseMatrix): Float64Array {
  const users = new Float64Array(columnCount);
  for (const item of indices) users[item]++;
  return users;
}
