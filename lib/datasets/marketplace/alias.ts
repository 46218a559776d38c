import type { Random } from "../../random";

/**
 * Draws indices with chances proportional to fixed weights, one uniform number and one table look-up each
 * (Walker 1977, built as in Vose 1991).
 */
export class AliasTable {
  private readonly threshold: Float64Array;
  private readonly other: Int32Array;

  /** Weights at least 0, not all 0. */
  constructor(weights: ArrayLike<number>) {
    const count = weights.length;
    this.threshold = new Float64Array(count).fill(1);
    this.other = new Int32Array(count);
    let total = 0;
    for (let i = 0; i < count; i++) total += weights[i];
    const scaled = Float64Array.from(weights, (weight) => (weight * count) / total);
    const small: number[] = [];
    const large: number[] = [];
    for (let i = 0; i < count; i++) (scaled[i] < 1 ? small : large).push(i);
    while (small.length > 0 && large.length > 0) {
      const low = small.pop()!;
      const high = large[large.length - 1];
      this.threshold[low] = scaled[low];
      this.other[low] = high;
      scaled[high] -= 1 - scaled[low];
      if (scaled[high] < 1) small.push(large.pop()!);
    }
  }

  draw(random: Random): number {
    const point = random.uniform() * this.threshold.length;
    const index = Math.floor(point);
    return point - index < this.threshold[index] ? index : this.other[index];
  }
}
