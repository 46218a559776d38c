import { InputError } from "../../errors";

/**
 * How unequally a total is shared, from 0 (all alike) to (n − 1) / n (one has all): the Gini coefficient,
 *
 *   G = Σᵢ Σⱼ |xᵢ − xⱼ| / (2 n² x̄) = Σᵢ (2 i − n − 1) x₍ᵢ₎ / (n Σ x), x₍₁₎ ≤ … ≤ x₍ₙ₎
 *
 * (Gini 1912; of recommended items by how often they are shown: Fleder and Hosanagar 2009, eq. 1). NaN where the total is 0.
 *
 * Throws {@link InputError} for a value below 0 or that isn't finite.
 */
export function gini(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length > 0 && !(sorted[0] >= 0 && sorted[sorted.length - 1] < Infinity)) {
    const at = Array.from(values).findIndex((value) => !(value >= 0 && value < Infinity));
    throw new InputError("a share is of amounts of at least 0", { value: values[at], place: `values[${at}]` });
  }
  let total = 0;
  let weighted = 0;
  for (let at = 0; at < sorted.length; at++) {
    total += sorted[at];
    weighted += (2 * at + 1 - sorted.length) * sorted[at];
  }
  return weighted / (sorted.length * total);
}

/**
 * How surprising an item is, in bits: −log₂ of the share of users who had it (Zhou et al. 2010). One more user, who had
 * everything, is counted in, so that an item which nobody had is as surprising as log₂(users + 1), and not beyond all measure.
 *
 * @param itemUsers how many users had each item, [items]
 * @returns [items]
 */
export function selfInformation(itemUsers: ArrayLike<number>, userCount: number): Float64Array {
  return Float64Array.from(itemUsers, (users, item) => {
    if (users >= 0 && users <= userCount) return Math.log2((userCount + 1) / (users + 1));
    throw new InputError(`an item has from 0 to ${userCount} users`, { value: users, place: `itemUsers[${item}]` });
  });
}

/** Novelty of lists: the mean self-information, in bits, of what they show. NaN where they show nothing. */
export function novelty(shown: ArrayLike<number>, information: ArrayLike<number>): number {
  let total = 0;
  let bits = 0;
  for (let item = 0; item < shown.length; item++) {
    total += shown[item];
    bits += shown[item] * information[item];
  }
  return bits / total;
}

/** Share of all items that at least one list shows. NaN without items. */
export function coverage(shown: ArrayLike<number>): number {
  let some = 0;
  for (let item = 0; item < shown.length; item++) if (shown[item] > 0) some++;
  return some / shown.length;
}

/**
 * Intra-list diversity: the mean over a list's pairs of 1 − similarity (Smyth and McClave 2001; Ziegler et al. 2005 sum
 * the similarities instead). NaN for a list of fewer than two.
 *
 * @param similarity of two items, 1 for the same, symmetric
 */
export function intraListDiversity(
  items: ArrayLike<number>,
  similarity: (one: number, other: number) => number,
): number {
  let sum = 0;
  for (let at = 0; at < items.length; at++)
    for (let before = 0; before < at; before++) sum += 1 - similarity(items[before], items[at]);
  return sum / ((items.length * (items.length - 1)) / 2);
}
