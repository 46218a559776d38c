import { InputError, requireInteger } from "../../errors";
import { unitVectors } from "../vectors";

/** What is searched for: the largest dot product, or the largest cosine. */
export type VectorSimilarity = "product" | "cosine";

/** What a search found for each of several queries. */
export interface Found {
  /** Places in each query's list: k, or the number of vectors where that is less. */
  k: number;
  /** Numbers of the vectors found, most similar first, [queries × k]; −1 where a search found no more. */
  indices: Int32Array;
  /** Their similarity, [queries × k]; −Infinity where nothing was found. */
  scores: Float32Array;
}

/** Finds the vectors that are most similar to a query. */
export interface VectorSearch {
  /** Whether all vectors are looked at, so that nothing can be missed. */
  readonly exact: boolean;
  readonly similarity: VectorSimilarity;
  readonly count: number;
  readonly width: number;
  /**
   * The k most similar vectors to each query.
   *
   * @param queries one after another, [queries × width]
   * Throws {@link InputError} for queries of another width.
   */
  find(queries: Float32Array, k: number): Found;
  /** Frees what is held outside JavaScript's own memory. */
  dispose(): void;
}

/**
 * What every search begins with: the queries, of unit length where cosines are asked for, and lists without an entry.
 * Throws {@link InputError} where the last query is cut off.
 */
export function prepareSearch(
  { count, width, similarity }: Pick<VectorSearch, "count" | "width" | "similarity">,
  given: Float32Array,
  wanted: number,
): { rows: number; queries: Float32Array; found: Found } {
  const rows = queryCount(given, width, wanted);
  const queries = similarity === "cosine" ? unitVectors({ count: rows, width, values: given }).values : given;
  return { rows, queries, found: nothingFound(rows, Math.min(wanted, count)) };
}

/** Lists without an entry. */
export function nothingFound(queries: number, k: number): Found {
  return {
    k,
    indices: new Int32Array(queries * k).fill(-1),
    scores: new Float32Array(queries * k).fill(-Infinity),
  };
}

/** Number of queries in an array of them. Throws {@link InputError} where the last is cut off. */
export function queryCount(queries: Float32Array, width: number, k: number): number {
  requireInteger(k, "k", 1);
  if (queries.length % width === 0) return queries.length / width;
  throw new InputError(`queries are vectors of ${width} numbers`, { value: queries.length, place: "queries" });
}

/**
 * Recall at k of an approximate search: the share of the exact search's places that the other found too, −1 aside.
 *
 * An item counts as found where its similarity is at least that of the exact list's last: which of equals stands last
 * is nobody's merit.
 */
export function searchRecall(found: Found, exact: Found): number {
  if (found.indices.length !== exact.indices.length)
    throw new InputError("both searches answered the same queries", {
      value: [found.indices.length, exact.indices.length],
      place: "found",
    });
  const { k } = exact;
  let [hits, all] = [0, 0];
  for (let start = 0; start < exact.indices.length; start += k) {
    const list = new Set<number>();
    let least = Infinity;
    for (let at = start; at < start + k; at++) {
      if (exact.indices[at] < 0) continue;
      list.add(exact.indices[at]);
      least = Math.min(least, exact.scores[at]);
    }
    all += list.size;
    for (let at = start; at < start + k; at++)
      if (found.indices[at] >= 0 && (list.has(found.indices[at]) || found.scores[at] >= least)) hits++;
  }
  return hits / all;
}
