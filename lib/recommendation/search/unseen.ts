import { InputError } from "../../errors";
import type { SparseMatrix } from "../../sparse/index";
import { type Found, nothingFound, queryCount, type VectorSearch } from "./vector-search";

/** Queries that are asked together; those with like numbers of known vectors, since all are asked for as many more. */
const TOGETHER = 1024;

/**
 * The k most similar vectors to each query among those that it doesn't know yet, such as the best new items for each user: asks
 * the search for as many more as are known, and leaves those out. Exact where the search is.
 *
 * @param queries one after another, [queries × width]
 * @param known what each query knows, [queries × vectors]; the values don't matter
 * Throws {@link InputError} where `known` has other rows or columns.
 */
export function findUnseen(search: VectorSearch, queries: Float32Array, known: SparseMatrix, k: number): Found {
  const { count, width } = search;
  const rows = queryCount(queries, width, k);
  if (known.rowCount !== rows || known.columnCount !== count)
    throw new InputError("what is known has a row for each query and a column for each vector", {
      value: [known.rowCount, known.columnCount],
      place: `known [${rows} × ${count}]`,
    });
  const { offsets, indices } = known;
  const knownCount = (row: number) => offsets[row + 1] - offsets[row];
  const order = Int32Array.from({ length: rows }, (_, row) => row).sort((a, b) => knownCount(a) - knownCount(b));
  const found = nothingFound(rows, Math.min(k, count));
  const excluded = new Uint8Array(count);
  for (let start = 0; start < rows; start += TOGETHER) {
    const some = order.subarray(start, start + TOGETHER);
    const block = new Float32Array(some.length * width);
    some.forEach((row, at) => {
      block.set(queries.subarray(row * width, (row + 1) * width), at * width);
    });
    const lists = search.find(block, found.k + knownCount(some[some.length - 1]));
    some.forEach((row, at) => {
      const own = indices.subarray(offsets[row], offsets[row + 1]);
      for (const one of own) excluded[one] = 1;
      let place = row * found.k;
      const end = place + found.k;
      for (let from = at * lists.k; from < (at + 1) * lists.k && place < end; from++) {
        const one = lists.indices[from];
        if (one < 0 || excluded[one]) continue;
        found.indices[place] = one;
        found.scores[place++] = lists.scores[from];
      }
      for (const one of own) excluded[one] = 0;
    });
  }
  return found;
}
