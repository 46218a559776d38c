import { requireInteger } from "../errors";

/**
 * Keeps the k largest of many (index, value) pairs in a binary heap: O(log k) for one that gets in, O(1) for one that
 * doesn't. Among equal values the smaller index wins, so the result doesn't depend on the order of offers.
 */
export class Largest {
  private readonly indices: Int32Array;
  private readonly values: Float64Array;
  private count = 0;

  constructor(private readonly k: number) {
    requireInteger(k, "k", 1);
    this.indices = new Int32Array(k);
    this.values = new Float64Array(k);
  }

  get length(): number {
    return this.count;
  }

  /** What a value must exceed to get in, if its index is larger than all before; −Infinity while there is room. */
  get least(): number {
    return this.count < this.k ? -Infinity : this.values[0];
  }

  clear(): void {
    this.count = 0;
  }

  offer(index: number, value: number): void {
    if (this.count < this.k) {
      this.indices[this.count] = index;
      this.values[this.count] = value;
      this.rise(this.count++);
    } else if (value > this.values[0] || (value === this.values[0] && index < this.indices[0])) {
      this.indices[0] = index;
      this.values[0] = value;
      this.sink(0);
    }
  }

  /** The indices kept, largest value first; the heap is empty afterwards. */
  drain(): Int32Array {
    const result = new Int32Array(this.count);
    while (this.count > 0) {
      const last = --this.count;
      result[last] = this.indices[0];
      this.indices[0] = this.indices[last];
      this.values[0] = this.values[last];
      this.sink(0);
    }
    return result;
  }

  /** Hands the pairs kept to `target`, smallest index first; the heap is empty afterwards. */
  drainByIndex(target: { push(index: number, value: number): void }): void {
    const { indices, values, count } = this;
    // Insertion sort: k is small, and the heap half in order.
    for (let i = 1; i < count; i++) {
      const [index, value] = [indices[i], values[i]];
      let j = i - 1;
      for (; j >= 0 && indices[j] > index; j--) {
        indices[j + 1] = indices[j];
        values[j + 1] = values[j];
      }
      indices[j + 1] = index;
      values[j + 1] = value;
    }
    for (let i = 0; i < count; i++) target.push(indices[i], values[i]);
    this.count = 0;
  }

  /** True where the pair at `a` is to be thrown out before the one at `b`. */
  private weaker(a: number, b: number): boolean {
    const { values, indices } = this;
    return values[a] < values[b] || (values[a] === values[b] && indices[a] > indices[b]);
  }

  private swap(a: number, b: number): void {
    const { indices, values } = this;
    const [index, value] = [indices[a], values[a]];
    indices[a] = indices[b];
    values[a] = values[b];
    indices[b] = index;
    values[b] = value;
  }

  private rise(at: number): void {
    let child = at;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.weaker(child, parent)) return;
      this.swap(child, parent);
      child = parent;
    }
  }

  private sink(at: number): void {
    let parent = at;
    for (;;) {
      let weakest = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2])
        if (child < this.count && this.weaker(child, weakest)) weakest = child;
      if (weakest === parent) return;
      this.swap(parent, weakest);
      parent = weakest;
    }
  }
}
