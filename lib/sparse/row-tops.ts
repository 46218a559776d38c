import type { SparseMatrix } from "./matrix";

/** What {@link RowTops} keeps its pairs in. */
export interface RowTopsArrays {
  least: Float32Array;
  counts: Int32Array;
  indices: Int32Array;
  values: Float32Array;
}

/**
 * The k largest (index, value) pairs of each of many rows, offered in any order of rows. Among equal values, in single
 * precision, the smaller index wins.
 *
 * Each row has room for 2 k pairs. An offer is appended; when the room is used up, quickselect keeps the k largest, and
 * their smallest value is from then on what an offer must reach. That is a few operations an offer, where a heap takes
 * log k scattered ones.
 */
export class RowTops {
  /**
   * What a value must reach to have a chance in each row, [rows]. Several collections may share one: what one of them
   * has k values above, no other needs to look below.
   */
  readonly least: Float32Array;
  private readonly counts: Int32Array;
  private readonly indices: Int32Array;
  private readonly values: Float32Array;
  private readonly room: number;

  /** @param arrays where the pairs are kept, from {@link RowTops.arrays}, to go on with them in another thread */
  constructor(
    private readonly rows: number,
    private readonly k: number,
    arrays: RowTopsArrays = RowTops.arrays(rows, k),
  ) {
    this.room = 2 * k;
    this.least = arrays.least;
    this.counts = arrays.counts;
    this.indices = arrays.indices;
    this.values = arrays.values;
  }

  /** Room for the k largest pairs of each row, which threads can share. */
  static arrays(rows: number, k: number, least?: Float32Array): RowTopsArrays {
    const bytes = (count: number) => new SharedArrayBuffer(4 * count);
    return {
      least: least ?? new Float32Array(bytes(rows)).fill(-Infinity),
      counts: new Int32Array(bytes(rows)),
      indices: new Int32Array(bytes(2 * rows * k)),
      values: new Float32Array(bytes(2 * rows * k)),
    };
  }

  /** Offers a pair whose value is at least `least[row]`. */
  offer(row: number, index: number, value: number): void {
    const at = row * this.room + this.counts[row]++;
    this.indices[at] = index;
    this.values[at] = value;
    if (this.counts[row] === this.room) this.cut(row);
  }

  /** Offers a row's pairs to the same row of another collection. */
  offerTo(other: RowTops, row: number): void {
    const start = row * this.room;
    for (let at = start; at < start + this.counts[row]; at++)
      if (this.values[at] >= other.least[row]) other.offer(row, this.indices[at], this.values[at]);
  }

  /**
   * The pairs kept as a matrix, rows in ascending order of columns.
   *
   * @param order the row of this collection that each row of the matrix is; as they are unless given
   */
  toMatrix(columnCount: number, order?: Int32Array): SparseMatrix {
    const { rows, k, room, counts } = this;
    const rowAt = (place: number) => (order ? order[place] : place);
    const offsets = new Int32Array(rows + 1);
    for (let place = 0; place < rows; place++) {
      const row = rowAt(place);
      if (counts[row] > k) this.cut(row);
      offsets[place + 1] = offsets[place] + counts[row];
    }
    const indices = new Int32Array(offsets[rows]);
    const values = new Float32Array(offsets[rows]);
    const valueAt = new Float32Array(columnCount);
    for (let place = 0; place < rows; place++) {
      const row = rowAt(place);
      const kept = this.indices.subarray(row * room, row * room + counts[row]);
      for (let at = 0; at < kept.length; at++) valueAt[kept[at]] = this.values[row * room + at];
      kept.sort();
      indices.set(kept, offsets[place]);
      for (let at = 0; at < kept.length; at++) values[offsets[place] + at] = valueAt[kept[at]];
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
    if (least > this.least[row]) this.least[row] = least;
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
