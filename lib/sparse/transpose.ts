import type { SparseMatrix } from "./matrix";

/** Rows become columns; one counting sort, linear in entries and columns. */
export function transpose({ rowCount, columnCount, offsets, indices, values }: SparseMatrix): SparseMatrix {
  const starts = new Int32Array(columnCount + 1);
  for (const column of indices) starts[column + 1]++;
  for (let column = 0; column < columnCount; column++) starts[column + 1] += starts[column];
  const next = starts.slice();
  const rows = new Int32Array(indices.length);
  const turned = new Float32Array(indices.length);
  for (let row = 0; row < rowCount; row++)
    for (let at = offsets[row]; at < offsets[row + 1]; at++) {
      const place = next[indices[at]]++;
      rows[place] = row;
      turned[place] = values[at];
    }
  return { rowCount: columnCount, columnCount: rowCount, offsets: starts, indices: rows, values: turned };
}
