/**
 * The order that groups entries by row and puts each row's entries in the order of time, ties by `place`. Entries whose row is
 * negative are left out. Linear where each row's entries come in time order already, as events of a log do; other rows are
 * sorted by themselves.
 */
export function timeOrder(
  rows: Int32Array,
  rowCount: number,
  times: Float64Array,
  places: Float64Array,
): { offsets: Int32Array; order: Int32Array } {
  const offsets = new Int32Array(rowCount + 1);
  for (let entry = 0; entry < rows.length; entry++) if (rows[entry] >= 0) offsets[rows[entry] + 1]++;
  for (let row = 0; row < rowCount; row++) offsets[row + 1] += offsets[row];
  const next = offsets.slice();
  const order = new Int32Array(offsets[rowCount]);
  for (let entry = 0; entry < rows.length; entry++) if (rows[entry] >= 0) order[next[rows[entry]]++] = entry;
  const before = (a: number, b: number) => times[a] - times[b] || places[a] - places[b];
  for (let row = 0; row < rowCount; row++) {
    for (let at = offsets[row] + 1; at < offsets[row + 1]; at++) {
      if (before(order[at - 1], order[at]) <= 0) continue;
      order.subarray(offsets[row], offsets[row + 1]).sort(before);
      break;
    }
  }
  return { offsets, order };
}
