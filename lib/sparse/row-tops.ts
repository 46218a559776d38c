import type { SparseMatrix } from "./matrix";

/**
 * The k largest (index, value) pairs of each of many rows, offered in any order of rows. Among equal values, in single
 * precision, the smaller index wins.
 *
 * Each row has room for 2 k pairs. An offer is appended; when the room is used up, quickselect keeps the k largest, and
 * their smallest value is from then on what an offer must reach. That is a few operations an offer, where a heap takes
 * log k scattered ones.
 */
export class RowTops {
  /** What a value must reach to have a chance in each row, [rows]. */
  readonly least: Float32Array;
  private readonly counts: Int32Array;
  private readonly indices: Int32Array;
  private readonly values: Float32Array;
  private readonly room: number;

  constructor(
    private readonly rows: number,
    private readonly k: number,
  ) {
    this.room = 2 * k;
    this.least = new Float32Array(rows).fill(-Infinity);
    this.counts = new Int32Array(rows);
    this.indices = new Int32Array(rows * this.room);
    this.values = new Float32Array(rows * this.room);
  }

  /** Offers a pair whose value is at least `least[row]`. */
  offer(row: number, index: number, value: number): void {
    const at = row * this.room + this.counts[row]++;
    this.indices[at] = index;
    this.values[at] = value;
    if (this.counts[row] === this.room) this.cut(row);
  }

  /** The pairs kept as a matrix, rows in ascending order of columns. */
  toMatrix(columnCount: number): SparseMatrix {
    const { rows, k, room, counts } = this;
    const offsets = new Int32Array(rows + 1);
    for (let row = 0; row < rows; row++) {
      if (counts[row] > k) this.cut(row);
      offsets[row + 1] = offsets[row] + counts[row];
    }
    const indices = new Int32Array(offsets[rows]);
    const values = new Float32Array(offsets[rows]);
    const valueAt = new Float32Array(columnCount);
    for (let row = 0; row < rows; row++) {
      const kept = this.indices.subarray(row * room, row * room + counts[row]);
      for (let at = 0; at < kept.length; at++) valueAt[kept[at]] = this.values[row * room + at];
      kept.sort();
      indices.set(kept, offsets[row]);
      for (let at = 0; at < kept.length; at++) values[offsets[row] + at] = valueAt[kept[at]];
    }
    return { rowCount: rows, columnCount, offsets, indices, values };
  }

  /** Moves a row's k largest pairs to its front, by Hoare's quickselect, and forgets the others. */
  private cut(row: number): void {
    const { indices, values, k } = this;
    const base = row * this.room;
    let low = base;
    let high = base + this.counts[row] - 1;
    const last = base + k - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      const [value, index] = [values[middle], indices[middle]];
      let left = low;
      let right = high;
      while (left <= right) {
        while (values[left] > value || (values[left] === value && indices[left] < index)) left++;
        while (values[right] < value || (values[right] === value && indices[right] > index)) right--;
        if (left > right) break;
        this.swap(left++, right--);
      }
      if (last <= right) high = right;
      else if (last >= left) low = left;
      else break;
    }
    this.counts[row] = k;
    let least = Infinity;
    for (let at = base; at <= last; at++) if (values[at] < least) least = values[at];
    this.least[row] = least;
  }

  private swap(a: number, b: number): void {
    const { indices, values } = this;
    const index = indices[a];
    const value = values[a];
    indices[a] = indices[b];
    values[a] = values[b];
    indices[b] = index;
    values[b] = value;
  }
}
