import { InputError, requireInteger, throwIfAborted } from "../errors";
import { Largest } from "./largest";
import type { SparseMatrix } from "./matrix";

/** Settings of {@link topProducts}. */
export interface TopProductsOptions {
  /** Entries kept in each row. */
  k: number;
  /** Leave out the diagonal: no row is its own neighbour. */
  withoutDiagonal?: boolean;
  /**
   * Turns a product into the score to rank by; `overlap` is the number of terms in its sum. Scores of 0 and below are
   * left out, like products of 0. The product itself unless given.
   */
  score?(product: number, overlap: number, row: number, column: number): number;
  signal?: AbortSignal;
}

/**
 * The k largest entries of each row of the product left · right, without ever holding the product: Gustavson's (1978)
 * row-by-row algorithm with a dense accumulator. Sums are in double precision, in ascending order of the shared index.
 * Among equal scores the smaller column wins. Each result row is in ascending order of columns.
 *
 * @param left [m × n]
 * @param right [n × p]
 * @returns [m × p] with at most k entries a row, all above 0.
 */
export function topProducts(left: SparseMatrix, right: SparseMatrix, options: TopProductsOptions): SparseMatrix {
  const { withoutDiagonal = false, score, signal } = options;
  const k = requireInteger(options.k, "k", 1);
  if (left.columnCount !== right.rowCount)
    throw new InputError(`a factor of ${left.columnCount} columns needs one of as many rows`, {
      value: right.rowCount,
      place: "right",
    });
  const sums = new Float64Array(right.columnCount);
  const overlaps = new Int32Array(right.columnCount);
  const touched = new Int32Array(right.columnCount);
  const largest = new Largest(k);
  const offsets = new Int32Array(left.rowCount + 1);
  const found = new Growing(Math.min(left.rowCount * k, 4 * left.indices.length + 1024));
  for (let row = 0; row < left.rowCount; row++) {
    if ((row & 1023) === 0) throwIfAborted(signal, "the sparse product");
    const count = accumulate(left, right, row, { sums, overlaps, touched });
    largest.clear();
    for (let i = 0; i < count; i++) {
      const column = touched[i];
      const product = sums[column];
      const value = score === undefined ? product : score(product, overlaps[column], row, column);
      if (value > 0 && !(withoutDiagonal && column === row)) largest.offer(column, value);
      overlaps[column] = 0;
    }
    largest.drainByIndex(found);
    offsets[row + 1] = found.length;
  }
  return {
    rowCount: left.rowCount,
    columnCount: right.columnCount,
    offsets,
    indices: found.indices.slice(0, found.length),
    values: found.values.slice(0, found.length),
  };
}

/** One row of the product into `sums`; returns how many columns it touched. */
function accumulate(
  left: SparseMatrix,
  right: SparseMatrix,
  row: number,
  { sums, overlaps, touched }: { sums: Float64Array; overlaps: Int32Array; touched: Int32Array },
): number {
  const { offsets, indices, values } = right;
  let count = 0;
  for (let at = left.offsets[row]; at < left.offsets[row + 1]; at++) {
    const factor = left.values[at];
    const shared = left.indices[at];
    const end = offsets[shared + 1];
    for (let inner = offsets[shared]; inner < end; inner++) {
      const column = indices[inner];
      if (overlaps[column]++ === 0) {
        touched[count++] = column;
        sums[column] = factor * values[inner];
      } else sums[column] += factor * values[inner];
    }
  }
  return count;
}

/** Entries whose number isn't known beforehand. */
class Growing {
  indices: Int32Array;
  values: Float32Array;
  length = 0;

  constructor(capacity: number) {
    this.indices = new Int32Array(capacity);
    this.values = new Float32Array(capacity);
  }

  push(index: number, value: number): void {
    if (this.length === this.indices.length) {
      const [indices, values] = [new Int32Array(2 * this.length), new Float32Array(2 * this.length)];
      indices.set(this.indices);
      values.set(this.values);
      this.indices = indices;
      this.values = values;
    }
    this.indices[this.length] = index;
    this.values[this.length++] = value;
  }
}
