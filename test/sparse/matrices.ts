import * as fc from "fast-check";
import { fromTriplets, type SparseMatrix } from "../../lib/sparse";

/** A sparse matrix beside its dense form. */
export interface Pair {
  matrix: SparseMatrix;
  /** [rows × columns] */
  dense: Float64Array;
}

/** Random matrices with whole numbers, so that sums are exact. */
export function matrices({
  minRows = 0,
  rows = 9,
  columns = 7,
  values = [0, 0, 0, -4, -1, 1, 2, 3, 5],
} = {}): fc.Arbitrary<Pair> {
  return fc
    .tuple(fc.integer({ min: minRows, max: rows }), fc.integer({ min: 1, max: columns }))
    .chain(([rowCount, columnCount]) =>
      fc
        .array(fc.constantFrom(...values), {
          minLength: rowCount * columnCount,
          maxLength: rowCount * columnCount,
        })
        .map((cells) => pairOf(cells, rowCount, columnCount)),
    );
}

function pairOf(cells: number[], rowCount: number, columnCount: number): Pair {
  const places = cells.map((value, at) => ({ value, at })).filter(({ value }) => value !== 0);
  const matrix = fromTriplets(
    {
      rows: places.map(({ at }) => Math.floor(at / columnCount)),
      columns: places.map(({ at }) => at % columnCount),
      values: places.map(({ value }) => value),
    },
    rowCount,
    columnCount,
  );
  return { matrix, dense: Float64Array.from(cells) };
}
