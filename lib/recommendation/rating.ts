import { InputError } from "../errors";
import { findEntry, type SparseMatrix, transpose } from "../sparse/index";
import { requireSquare } from "./neighbours";

/** Predicts the value that a user would give an item. */
export type RatingPredictor = (user: number, item: number) => number;

/** How {@link userRatings} and {@link itemRatings} predict. */
export interface RatingOptions {
  /** Predict how far from the mean, rather than the value itself (Resnick et al. 1994). True unless said. */
  centred?: boolean;
}

/**
 * Ratings by similar users who rated the item: the similarity-weighted mean, divided by the similarities' sum once,
 *
 *   r̂ᵤᵢ = r̄ᵤ + Σᵥ s(u, v) (rᵥᵢ − r̄ᵥ) / Σᵥ |s(u, v)|,   or without the means where `centred` is false.
 *
 * Where no neighbour rated the item it is the user's mean, and without ratings of the user's the mean of all.
 *
 * @param ratings [users × items]
 * @param neighbours from userNeighbours, [users × users]
 */
export function userRatings(
  ratings: SparseMatrix,
  neighbours: SparseMatrix,
  { centred = true }: RatingOptions = {},
): RatingPredictor {
  requireSquare(neighbours, ratings.rowCount, "users");
  const means = rowMeans(ratings);
  const { rowCount, columnCount } = ratings;
  return (user, item) => {
    if (!(user >= 0 && user < rowCount && item >= 0 && item < columnCount))
      throw new InputError(`ratings are of ${rowCount} users and ${columnCount} items`, {
        value: [user, item],
        place: "user, item",
      });
    let [sum, total] = [0, 0];
    for (let at = neighbours.offsets[user]; at < neighbours.offsets[user + 1]; at++) {
      const other = neighbours.indices[at];
      const entry = findEntry(ratings, other, item);
      if (entry < 0) continue;
      const value = ratings.values[entry];
      sum += neighbours.values[at] * (centred ? value - means[other] : value);
      total += Math.abs(neighbours.values[at]);
    }
    if (total === 0) return means[user];
    return sum / total + (centred ? means[user] : 0);
  };
}

/** Ratings by similar items that the user rated: as {@link userRatings}, users and items exchanged. */
export function itemRatings(
  ratings: SparseMatrix,
  neighbours: SparseMatrix,
  options: RatingOptions = {},
): RatingPredictor {
  const predict = userRatings(transpose(ratings), neighbours, options);
  return (user, item) => predict(item, user);
}

/**
 * How far predictions are from ratings held out, [users × items]: the root mean square and the mean absolute error.
 * Throws {@link InputError} where none was held out.
 */
export function ratingErrors(predict: RatingPredictor, held: SparseMatrix): { rmse: number; mae: number } {
  const count = held.indices.length;
  if (count === 0)
    throw new InputError("there is no rating to compare with", {
      place: "held",
      remedy: "Hold out at least one rating.",
    });
  let [squares, sizes] = [0, 0];
  for (let user = 0; user < held.rowCount; user++)
    for (let at = held.offsets[user]; at < held.offsets[user + 1]; at++) {
      const error = predict(user, held.indices[at]) - held.values[at];
      squares += error * error;
      sizes += Math.abs(error);
    }
  return { rmse: Math.sqrt(squares / count), mae: sizes / count };
}

/** Each row's mean over its entries; for a row without any the mean of all, 0 if there are none. */
function rowMeans({ rowCount, offsets, values }: SparseMatrix): Float64Array {
  const mean = (some: Float32Array) => some.reduce((sum, value) => sum + value, 0) / some.length;
  const all = values.length > 0 ? mean(values) : 0;
  return Float64Array.from({ length: rowCount }, (_, row) =>
    offsets[row] === offsets[row + 1] ? all : mean(values.subarray(offsets[row], offsets[row + 1])),
  );
}
