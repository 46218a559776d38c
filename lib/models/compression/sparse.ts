/** An array with many zeros: a bit for each number, and the numbers that aren't 0. */
export interface Packed<Numbers> {
  /** ⌈size / 8⌉ bytes; bit i mod 8 of byte ⌊i / 8⌋ is 1 where number i is kept. */
  bits: Uint8Array;
  kept: Numbers;
}

/** Numbers of a file; the kinds that {@link pack} takes. */
export type Numbers = Float32Array | Uint16Array | Int8Array;

/** Leaves out the numbers whose weight is 0. `weights` are the numbers before they were made smaller. */
export function pack<Kind extends Numbers>(numbers: Kind, weights: ArrayLike<number>): Packed<Kind> {
  const bits = new Uint8Array(Math.ceil(weights.length / 8));
  const kept = numbers.slice() as Kind;
  let count = 0;
  for (let at = 0; at < weights.length; at++)
    if (weights[at] !== 0) {
      bits[at >> 3] |= 1 << (at & 7);
      kept[count++] = numbers[at];
    }
  return { bits, kept: kept.slice(0, count) as Kind };
}

/** The numbers in their places, zeros between them, [size]. */
export function unpack(bits: ArrayLike<number>, kept: ArrayLike<number>, size: number): Float32Array {
  const numbers = new Float32Array(size);
  let next = 0;
  for (let at = 0; at < size; at++) if (bits[at >> 3] & (1 << (at & 7))) numbers[at] = kept[next++];
  return numbers;
}

/** Numbers that aren't 0. */
export function countKept(weights: ArrayLike<number>): number {
  let count = 0;
  for (let at = 0; at < weights.length; at++) if (weights[at] !== 0) count++;
  return count;
}
