import { requireInteger, requireNumber, throwIfAborted } from "../errors";
import type { SparseMatrix } from "./matrix";
import { RowTops } from "./row-tops";
import { transpose } from "./transpose";

/** Settings of {@link topCosines}. */
export interface TopCosinesOptions {
  /** Entries kept for each column. */
  k: number;
  /** Multiplies each cosine by n / (n + shrinkage), n the number of rows that have both columns; 0 unless said. */
  shrinkage?: number;
  signal?: AbortSignal;
}

/**
 * For each column of a matrix the k other columns with the largest positive cosine, [columns × columns].
 *
 * As topProducts of the normalised transpose with itself, at half the work: a cosine is the same both ways, so each
 * pair of columns is summed once and offered to both. Where all values are 1, counting common rows is enough. Sums
 * are in double precision; among cosines equal in single precision the smaller column wins; each result row ascends.
 */
export function topCosines(matrix: SparseMatrix, options: TopCosinesOptions): SparseMatrix {
  const k = requireInteger(options.k, "k", 1);
  const shrinkage = requireNumber(options.shrinkage ?? 0, "shrinkage", 0);
  const { columnCount } = matrix;
  const byColumn = transpose(matrix);
  const inverse = inverseNorms(byColumn);
  const tops = new RowTops(columnCount, Math.min(k, Math.max(1, columnCount - 1)));
  const sums = new PairSums(matrix, byColumn);
  for (let column = 0; column < columnCount; column++) {
    if ((column & 1023) === 0) throwIfAborted(options.signal, "finding the nearest columns");
    const count = sums.gather(column);
    offerPairs(column, count, sums, inverse, shrinkage, tops);
  }
  return tops.toMatrix(columnCount);
}

/** Dot products of one column with all later ones that share a row with it. Call for each column in ascending order. */
class PairSums {
  /** The later columns met, [columns]; the first `count` are this column's. */
  readonly touched: Int32Array;
  /** How many rows each shares with the column; to be set back to 0 by the reader, [columns]. */
  readonly common: Int32Array;
  /** Their dot products: `common` itself where all values are 1, [columns]. */
  readonly dots: Int32Array | Float64Array;
  /** Where each row's entries later than the current column begin, [rows]. */
  private readonly next: Int32Array;
  private readonly counting: boolean;

  constructor(
    private readonly matrix: SparseMatrix,
    private readonly byColumn: SparseMatrix,
  ) {
    this.touched = new Int32Array(matrix.columnCount);
    this.common = new Int32Array(matrix.columnCount);
    this.counting = matrix.values.every((value) => value === 1);
    this.dots = this.counting ? this.common : new Float64Array(matrix.columnCount);
    this.next = matrix.offsets.slice(0, matrix.rowCount);
  }

  gather(column: number): number {
    return this.counting ? this.count(column) : this.sum(column);
  }

  private count(column: number): number {
    const { touched, common, next, byColumn } = this;
    const { offsets, indices } = this.matrix;
    let count = 0;
    for (let at = byColumn.offsets[column]; at < byColumn.offsets[column + 1]; at++) {
      const row = byColumn.indices[at];
      const end = offsets[row + 1];
      for (let inner = ++next[row]; inner < end; inner++) {
        const other = indices[inner];
        if (common[other]++ === 0) touched[count++] = other;
      }
    }
    return count;
  }

  private sum(column: number): number {
    const { touched, common, dots, next, byColumn } = this;
    const { offsets, indices, values } = this.matrix;
    let count = 0;
    for (let at = byColumn.offsets[column]; at < byColumn.offsets[column + 1]; at++) {
      const row = byColumn.indices[at];
      const value = byColumn.values[at];
      const end = offsets[row + 1];
      for (let inner = ++next[row]; inner < end; inner++) {
        const other = indices[inner];
        if (common[other]++ === 0) {
          touched[count++] = other;
          dots[other] = value * values[inner];
        } else dots[other] += value * values[inner];
      }
    }
    return count;
  }
}

/** Turns the dot products into cosines and offers each to both of its columns. */
function offerPairs(
  column: number,
  count: number,
  { touched, common, dots }: PairSums,
  inverse: Float64Array,
  shrinkage: number,
  tops: RowTops,
): void {
  const { least } = tops;
  const own = inverse[column];
  for (let i = 0; i < count; i++) {
    const other = touched[i];
    let cosine = dots[other] * own * inverse[other];
    if (shrinkage > 0) cosine *= common[other] / (common[other] + shrinkage);
    common[other] = 0;
    // What is kept is single precision, and so is what is compared.
    cosine = Math.fround(cosine);
    if (!(cosine > 0)) continue;
    if (cosine >= least[column]) tops.offer(column, other, cosine);
    if (cosine >= least[other]) tops.offer(other, column, cosine);
  }
}

/** 1 / ‖row‖ of each row, 0 for a row of zeros. */
function inverseNorms({ rowCount, offsets, values }: SparseMatrix): Float64Array {
  return Float64Array.from({ length: rowCount }, (_, row) => {
    let squares = 0;
    for (let at = offsets[row]; at < offsets[row + 1]; at++) squares += values[at] ** 2;
    return squares === 0 ? 0 : 1 / Math.sqrt(squares);
  });
}
