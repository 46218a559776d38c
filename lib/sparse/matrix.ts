import { InputError, requireInteger } from "../errors";
import { countingSort } from "./counting-sort";

/**
 * A sparse matrix in compressed rows: row r has the columns `indices[offsets[r] .. offsets[r + 1]]`, ascending and each
 * once, with the `values` beside them. The contract for interactions: users are rows, items columns.
 */
export interface SparseMatrix {
  rowCount: number;
  columnCount: number;
  /** [rowCount + 1], from 0 up to the number of entries. */
  offsets: Int32Array;
  /** [entries] */
  indices: Int32Array;
  /** [entries] */
  values: Float32Array;
}

/** Entries of a matrix in any order; entries of the same place are added. */
export interface Triplets {
  rows: ArrayLike<number>;
  columns: ArrayLike<number>;
  /** 1 each unless given. */
  values?: ArrayLike<number>;
}

/**
 * Builds a matrix from entries in any order, in time linear in entries, rows and columns.
 * Throws {@link InputError} for an index outside the matrix and for columns of unequal length.
 */
export function fromTriplets(triplets: Triplets, rowCount: number, columnCount: number): SparseMatrix {
  requireInteger(rowCount, "rowCount", 0);
  requireInteger(columnCount, "columnCount", 0);
  const { rows, columns, values } = triplets;
  const entries = rows.length;
  if (columns.length !== entries || (values && values.length !== entries))
    throw new InputError("triplets have as many rows as columns and values", {
      value: [entries, columns.length, values?.length ?? entries],
      place: "triplets",
    });
  for (let at = 0; at < entries; at++) {
    if (!(Number.isInteger(rows[at]) && rows[at] >= 0 && rows[at] < rowCount))
      throw new InputError(`a row is a number from 0 to ${rowCount - 1}`, { value: rows[at], place: `rows[${at}]` });
    if (!(Number.isInteger(columns[at]) && columns[at] >= 0 && columns[at] < columnCount))
      throw new InputError(`a column is a number from 0 to ${columnCount - 1}`, {
        value: columns[at],
        place: `columns[${at}]`,
      });
  }
  // Two stable counting sorts, by column and then by row, leave each row's columns ascending.
  const { order: byColumn } = countingSort(columns, columnCount);
  const { order, starts } = countingSort(rows, rowCount, byColumn);
  const offsets = new Int32Array(rowCount + 1);
  const indices = new Int32Array(entries);
  const sums = new Float64Array(entries);
  let filled = 0;
  for (let row = 0; row < rowCount; row++) {
    const begin = filled;
    for (let at = starts[row]; at < starts[row + 1]; at++) {
      const column = columns[order[at]];
      const value = values ? values[order[at]] : 1;
      if (filled > begin && indices[filled - 1] === column) sums[filled - 1] += value;
      else {
        indices[filled] = column;
        sums[filled++] = value;
      }
    }
    offsets[row + 1] = filled;
  }
  return {
    rowCount,
    columnCount,
    offsets,
    indices: indices.slice(0, filled),
    values: Float32Array.from(sums.subarray(0, filled)),
  };
}

/**
 * Checks that arrays from elsewhere are a sparse matrix and returns them.
 * Throws {@link InputError} naming the first row whose columns are out of range, out of order or twice there.
 */
export function checkSparse(matrix: SparseMatrix): SparseMatrix {
  const { rowCount, columnCount, offsets, indices, values } = matrix;
  if (offsets.length !== rowCount + 1 || offsets[0] !== 0 || offsets[rowCount] !== indices.length)
    throw new InputError(`${rowCount} rows have ${rowCount + 1} offsets, from 0 to the number of entries`, {
      value: [offsets.length, offsets[0], offsets[offsets.length - 1]],
      place: "offsets",
    });
  if (values.length !== indices.length)
    throw new InputError("there is a value for each index", { value: values.length, place: "values" });
  for (let row = 0; row < rowCount; row++) {
    if (offsets[row + 1] < offsets[row])
      throw new InputError("offsets don't fall", { value: offsets[row + 1], place: `offsets[${row + 1}]` });
    for (let at = offsets[row]; at < offsets[row + 1]; at++)
      if (indices[at] < 0 || indices[at] >= columnCount || (at > offsets[row] && indices[at] <= indices[at - 1]))
        throw new InputError("a row's columns are inside the matrix, ascending and each once", {
          value: indices[at],
          place: `row ${row}, entry ${at - offsets[row]}`,
          remedy: "Build it with fromTriplets.",
        });
  }
  return matrix;
}

/** Row by row as one array, [rowCount × columnCount]: for small matrices and tests. */
export function toDense({ rowCount, columnCount, offsets, indices, values }: SparseMatrix): Float64Array {
  const dense = new Float64Array(rowCount * columnCount);
  for (let row = 0; row < rowCount; row++)
    for (let at = offsets[row]; at < offsets[row + 1]; at++) dense[row * columnCount + indices[at]] = values[at];
  return dense;
}

/** The rows with the given numbers, in that order. */
export function selectRows(matrix: SparseMatrix, rows: ArrayLike<number>): SparseMatrix {
  const offsets = new Int32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) {
    requireInteger(rows[i], `rows[${i}]`, 0, matrix.rowCount - 1);
    offsets[i + 1] = offsets[i] + matrix.offsets[rows[i] + 1] - matrix.offsets[rows[i]];
  }
  const indices = new Int32Array(offsets[rows.length]);
  const values = new Float32Array(offsets[rows.length]);
  for (let i = 0; i < rows.length; i++) {
    const [begin, end] = [matrix.offsets[rows[i]], matrix.offsets[rows[i] + 1]];
    indices.set(matrix.indices.subarray(begin, end), offsets[i]);
    values.set(matrix.values.subarray(begin, end), offsets[i]);
  }
  return { rowCount: rows.length, columnCount: matrix.columnCount, offsets, indices, values };
}

/** Where in `indices` a row has a column, found by halving; −1 where it hasn't. */
export function findEntry({ offsets, indices }: SparseMatrix, row: number, column: number): number {
  let low = offsets[row];
  let high = offsets[row + 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (indices[middle] < column) low = middle + 1;
    else high = middle;
  }
  return low < offsets[row + 1] && indices[low] === column ? low : -1;
}

/** The same places with every value 1. */
export function binary(matrix: SparseMatrix): SparseMatrix {
  return { ...matrix, values: new Float32Array(matrix.values.length).fill(1) };
}
