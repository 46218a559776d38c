import { InputError, requireInteger, requireNumber } from "../errors";
import type { SparseMatrix } from "../sparse/index";
import { cholesky, choleskySolve } from "../statistics/cholesky";
import type { Factors } from "./factors";
import { checkVectors, type Vectors } from "./vectors";

/**
 * Factors of new items from what is known of them before anyone takes one: the linear map from an item's vector a (of its
 * text, its attributes) to its factors that fits the known items best, by ridge regression,
 *
 *   W = argmin Σ over known items i of ‖yᵢ − W [aᵢ; 1]‖² + λ ‖W‖²,
 *
 * the intercept not shrunk (Gantner et al. 2010 map attributes to factors too, by gradient descent on the ranking's own
 * loss). Solved by a Cholesky factor of [width × width]: fit for texts of a few hundred numbers; for thousands of
 * attributes use {@link inheritFactors}.
 *
 * @param vectors of all items, [items × width]
 * @param factors of the items known, [items × rank]; rows of other items are ignored
 * @param known numbers of the items that have been taken often enough to be learned from
 * @param ridge λ, in squared lengths of vectors; 1 unless said
 * @returns all items' factors: those of the known as they were, the others' by the map
 */
export function mapFactors(
  vectors: Vectors,
  factors: Factors,
  known: ArrayLike<number>,
  { ridge = 1 }: { ridge?: number } = {},
): Factors {
  const { count, width, values } = checkVectors(vectors);
  const { rank, items } = factors;
  requireSame(count, factors);
  requireNumber(ridge, "ridge", Number.MIN_VALUE);
  const isKnown = marked(known, count);
  const [inputs, outputs] = [means(values, width, known), means(items, rank, known)];
  const gram = new Float64Array(width * width);
  const cross = Array.from({ length: rank }, () => new Float64Array(width));
  const row = new Float64Array(width);
  for (let at = 0; at < known.length; at++) {
    for (let i = 0; i < width; i++) row[i] = values[known[at] * width + i] - inputs[i];
    for (let i = 0; i < width; i++) {
      if (row[i] === 0) continue;
      for (let j = 0; j <= i; j++) gram[i * width + j] += row[i] * row[j];
      for (let d = 0; d < rank; d++) cross[d][i] += row[i] * (items[known[at] * rank + d] - outputs[d]);
    }
  }
  for (let i = 0; i < width; i++) gram[i * width + i] += ridge;
  const factor = cholesky(gram, width);
  const weights = cross.map((right) => choleskySolve(factor, width, right));
  const mapped = items.slice();
  for (let item = 0; item < count; item++) {
    if (isKnown[item] === 1) continue;
    for (let i = 0; i < width; i++) row[i] = values[item * width + i] - inputs[i];
    for (let d = 0; d < rank; d++) {
      let sum = outputs[d];
      for (let i = 0; i < width; i++) sum += weights[d][i] * row[i];
      mapped[item * rank + d] = sum;
    }
  }
  return { ...factors, items: mapped };
}

/**
 * Factors of new items from the known items that are most like them: the similarity-weighted mean of their factors (the
 * nearest-neighbour mapping of Gantner et al. 2010), times w / (w + shrinkage), w the sum of the similarities, so that
 * an item which is like few stays near 0, where nobody is interested. Items like none are 0.
 *
 * @param similar [items × items], from vectorNeighbours or blendNeighbours
 * @param known numbers of the items that have been taken often enough to be inherited from
 * @returns all items' factors: those of the known as they were
 */
export function inheritFactors(
  similar: SparseMatrix,
  factors: Factors,
  known: ArrayLike<number>,
  { shrinkage = 1 }: { shrinkage?: number } = {},
): Factors {
  const { rank, items } = factors;
  requireSame(similar.rowCount, factors);
  requireNumber(shrinkage, "shrinkage", 0);
  const isKnown = marked(known, similar.rowCount);
  const inherited = items.slice();
  for (let item = 0; item < similar.rowCount; item++) {
    if (isKnown[item] === 1) continue;
    const own = inherited.subarray(item * rank, (item + 1) * rank).fill(0);
    let total = 0;
    for (let at = similar.offsets[item]; at < similar.offsets[item + 1]; at++) {
      const other = similar.indices[at];
      if (isKnown[other] === 0) continue;
      total += similar.values[at];
      for (let d = 0; d < rank; d++) own[d] += similar.values[at] * items[other * rank + d];
    }
    if (total > 0) for (let d = 0; d < rank; d++) own[d] /= total + shrinkage;
  }
  return { ...factors, items: inherited };
}

/** Numbers of the items that at least `least` users had: those that behaviour tells something of. */
export function knownItems(interactions: SparseMatrix, least = 1): Int32Array {
  const users = new Int32Array(interactions.columnCount);
  for (const item of interactions.indices) users[item]++;
  return Int32Array.from(users.keys()).filter((item) => users[item] >= least);
}

function marked(known: ArrayLike<number>, count: number): Uint8Array {
  if (known.length === 0)
    throw new InputError("some items are known", { place: "known", remedy: "Ask for items that fewer users had." });
  const marks = new Uint8Array(count);
  for (let at = 0; at < known.length; at++) marks[requireInteger(known[at], `known[${at}]`, 0, count - 1)] = 1;
  return marks;
}

function means(values: Float32Array, width: number, rows: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(width);
  for (let at = 0; at < rows.length; at++)
    for (let i = 0; i < width; i++) sums[i] += values[rows[at] * width + i] / rows.length;
  return sums;
}

function requireSame(count: number, { itemCount }: Factors): void {
  if (count !== itemCount)
    throw new InputError(`there is something known of each of ${itemCount} items`, { value: count, place: "items" });
}
