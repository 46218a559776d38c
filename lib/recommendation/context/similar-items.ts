import { InputError, requireInteger, requireNumber, throwIfAborted } from "../../errors";
import { fromTriplets, Largest, type SparseMatrix } from "../../sparse/index";
import { exactSearch } from "../search/exact";
import type { VectorSearch } from "../search/vector-search";
import { checkVectors, type Vectors } from "../vectors";

/** Settings of {@link vectorNeighbours}. */
export interface VectorNeighbourOptions {
  /** Neighbours kept of each item; 50 unless said. */
  k?: number;
  /** Searches the vectors, e.g. hnswSearch with similarity "cosine"; exact search unless given. */
  search?: VectorSearch;
  signal?: AbortSignal;
}

/**
 * Each item's most similar items by the cosine of their vectors (of a text, an image, attributes), [items × items], at
 * most k a row, all above 0: the same form as itemNeighbours has from behaviour, so what takes those takes these.
 */
export function vectorNeighbours(vectors: Vectors, options: VectorNeighbourOptions = {}): SparseMatrix {
  const { count, width, values } = checkVectors(vectors);
  const k = requireInteger(options.k ?? 50, "k", 1);
  const search = options.search ?? exactSearch(vectors, "cosine");
  if (search.count !== count || search.width !== width || search.similarity !== "cosine")
    throw new InputError(`the search is by cosine, among ${count} vectors of ${width} numbers`, {
      value: [search.similarity, search.count, search.width],
      place: "search",
    });
  const rows: number[] = [];
  const columns: number[] = [];
  const cosines: number[] = [];
  try {
    for (let start = 0; start < count; start += 512) {
      throwIfAborted(options.signal, "finding similar items");
      const end = Math.min(count, start + 512);
      // One more than asked for: an item finds itself, or a twin in its place.
      const found = search.find(values.subarray(start * width, end * width), k + 1);
      for (let row = start; row < end; row++) {
        let kept = 0;
        for (let place = 0; place < found.k && kept < k; place++) {
          const at = (row - start) * found.k + place;
          if (found.indices[at] < 0 || found.indices[at] === row || !(found.scores[at] > 0)) continue;
          rows.push(row);
          columns.push(found.indices[at]);
          cosines.push(found.scores[at]);
          kept++;
        }
      }
    }
  } finally {
    if (!options.search) search.dispose();
  }
  return fromTriplets({ rows, columns, values: cosines }, count, count);
}

/**
 * Items of one category as each other's neighbours, all of similarity 1: of each item the k of its category that most
 * users had, [items × items]. What little is known of an item that is new, in the form that inheritFactors,
 * blendNeighbours and neighbourRecommender take. Items without a category have none.
 *
 * @param categories each item's, [items]
 * @param itemUsers how many users had each item, [items]; those that nobody had are nobody's neighbours
 */
export function categoryNeighbours(
  categories: readonly (string | null | undefined)[],
  itemUsers: ArrayLike<number>,
  { k = 50 }: { k?: number } = {},
): SparseMatrix {
  requireInteger(k, "k", 1);
  const count = categories.length;
  if (itemUsers.length !== count)
    throw new InputError(`there are users of each of ${count} items`, { value: itemUsers.length, place: "itemUsers" });
  const members = new Map<string, number[]>();
  categories.forEach((name, item) => {
    if (name === null || name === undefined || itemUsers[item] === 0) return;
    const list = members.get(name);
    if (list) list.push(item);
    else members.set(name, [item]);
  });
  // One more than asked for, since an item isn't its own neighbour.
  for (const [name, list] of members)
    members.set(name, list.sort((a, b) => itemUsers[b] - itemUsers[a] || a - b).slice(0, k + 1));
  const [rows, columns]: number[][] = [[], []];
  categories.forEach((name, item) => {
    if (name === null || name === undefined) return;
    const others = (members.get(name) ?? []).filter((other) => other !== item).slice(0, k);
    for (const other of others) {
      rows.push(item);
      columns.push(other);
    }
  });
  return fromTriplets({ rows, columns }, count, count);
}

/** One kind of similarity and what it counts for. */
export interface SimilarityPart {
  /** [items × items], from itemNeighbours or {@link vectorNeighbours}. */
  neighbours: SparseMatrix;
  /** Above 0. */
  weight: number;
}

/**
 * Several kinds of similarity as one: the weighted mean over the kinds that know both items,
 *
 *   s(i, j) = Σₚ wₚ sₚ(i, j) / Σ wₚ over parts p in which i and j both have neighbours.
 *
 * So an item that nobody bought yet keeps the full similarity of its text, instead of a share of it, and one without a text
 * that of behaviour. What a part hasn't among its nearest counts 0 there: keep more in the parts than in the blend.
 *
 * @returns [items × items], at most k a row (50 unless said)
 */
export function blendNeighbours(parts: readonly SimilarityPart[], { k = 50 }: { k?: number } = {}): SparseMatrix {
  if (parts.length === 0) throw new InputError("a blend has at least one part", { place: "parts" });
  const count = parts[0].neighbours.rowCount;
  for (const [at, { neighbours, weight }] of parts.entries()) {
    requireNumber(weight, `parts[${at}].weight`, Number.MIN_VALUE);
    if (neighbours.rowCount !== count || neighbours.columnCount !== count)
      throw new InputError(`neighbours of ${count} items are [${count} × ${count}]`, {
        value: [neighbours.rowCount, neighbours.columnCount],
        place: `parts[${at}]`,
      });
  }
  const knows = ({ offsets }: SparseMatrix, item: number) => offsets[item + 1] > offsets[item];
  const sums = new Float64Array(count);
  const largest = new Largest(requireInteger(k, "k", 1));
  const [rows, columns, values]: number[][] = [[], [], []];
  for (let item = 0; item < count; item++) {
    const touched = new Set<number>();
    for (const { neighbours, weight } of parts)
      for (let at = neighbours.offsets[item]; at < neighbours.offsets[item + 1]; at++) {
        touched.add(neighbours.indices[at]);
        sums[neighbours.indices[at]] += weight * neighbours.values[at];
      }
    largest.clear();
    for (const other of touched) {
      let total = 0;
      for (const { neighbours, weight } of parts)
        if (knows(neighbours, item) && knows(neighbours, other)) total += weight;
      if (total > 0) largest.offer(other, Math.fround(sums[other] / total));
      sums[other] = 0;
    }
    largest.drainByIndex({
      push(other, value) {
        rows.push(item);
        columns.push(other);
        values.push(value);
      },
    });
  }
  return fromTriplets({ rows, columns, values }, count, count);
}
