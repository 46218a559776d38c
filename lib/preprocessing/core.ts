/** Which entries of a list of pairs stay, and how often every row and column occurs among these. */
export interface Core {
  /** 1 for an entry that stays, [entries]. */
  kept: Uint8Array;
  rowCounts: Int32Array;
  columnCounts: Int32Array;
}

/**
 * The largest part of a list of pairs in which every row has at least `minRow` entries and every column at least `minColumn` (the
 * k-core of the bipartite graph; a pair that is there twice counts twice): rows and columns with too few are taken out
 * until none is left. Which one goes first makes no difference. O(entries × rounds); pairs with a negative row or column are left out.
 */
export function core(
  { rows, columns }: { rows: Int32Array; columns: Int32Array },
  { rowCount, columnCount }: { rowCount: number; columnCount: number },
  { minRow, minColumn }: { minRow: number; minColumn: number },
): Core {
  const kept = new Uint8Array(rows.length);
  const rowCounts = new Int32Array(rowCount);
  const columnCounts = new Int32Array(columnCount);
  for (let entry = 0; entry < rows.length; entry++) {
    if (rows[entry] < 0 || columns[entry] < 0) continue;
    kept[entry] = 1;
    rowCounts[rows[entry]]++;
    columnCounts[columns[entry]]++;
  }
  for (let changed = minRow > 1 || minColumn > 1; changed; ) {
    changed = false;
    for (let entry = 0; entry < rows.length; entry++) {
      if (kept[entry] === 0) continue;
      if (rowCounts[rows[entry]] >= minRow && columnCounts[columns[entry]] >= minColumn) continue;
      kept[entry] = 0;
      rowCounts[rows[entry]]--;
      columnCounts[columns[entry]]--;
      changed = true;
    }
  }
  return { kept, rowCounts, columnCounts };
}

/** New codes 0, 1 … for those with a count above 0, in their order; −1 for the others. */
export function compact(counts: Int32Array): { codes: Int32Array; size: number } {
  const codes = new Int32Array(counts.length).fill(-1);
  let size = 0;
  for (let code = 0; code < counts.length; code++) if (counts[code] > 0) codes[code] = size++;
  return { codes, size };
}
