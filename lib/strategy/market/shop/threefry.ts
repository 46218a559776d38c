/**
 * Threefry-2x32 with 13 rounds (Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"):
 * a random function of a key and a counter. It has no state, so any number of any stream can be had directly, and
 * nothing that one purpose draws shifts what another gets. 13 rounds are the fewest with which the authors saw it pass
 * BigCrush.
 *
 * The rounds are written out, each with its own constant: it is the market's innermost loop.
 *
 * `fill` computes the two words for the key (k0, k1) and the counter (c0, c1) into `words`.
 */
export interface Threefry {
  /** 32-bit words; signed, for speed. {@link unit} reads them. */
  readonly words: Int32Array;
  fill(k0: number, k1: number, c0: number, c1: number): void;
}

const PARITY = 0x1bd11bda;

/** A {@link Threefry} with words of its own. */
export function createThreefry(): Threefry {
  const words = new Int32Array(2);
  const fill = (k0: number, k1: number, c0: number, c1: number): void => {
    const k2 = PARITY ^ k0 ^ k1;
    let x = (c0 + k0) | 0;
    let y = (c1 + k1) | 0;
    x = (x + y) | 0;
    y = ((y << 13) | (y >>> 19)) ^ x;
    x = (x + y) | 0;
    y = ((y << 15) | (y >>> 17)) ^ x;
    x = (x + y) | 0;
    y = ((y << 26) | (y >>> 6)) ^ x;
    x = (x + y) | 0;
    y = ((y << 6) | (y >>> 26)) ^ x;
    x = (x + k1) | 0;
    y = (y + k2 + 1) | 0;
    x = (x + y) | 0;
    y = ((y << 17) | (y >>> 15)) ^ x;
    x = (x + y) | 0;
    y = ((y << 29) | (y >>> 3)) ^ x;
    x = (x + y) | 0;
    y = ((y << 16) | (y >>> 16)) ^ x;
    x = (x + y) | 0;
    y = ((y << 24) | (y >>> 8)) ^ x;
    x = (x + k2) | 0;
    y = (y + k0 + 2) | 0;
    x = (x + y) | 0;
    y = ((y << 13) | (y >>> 19)) ^ x;
    x = (x + y) | 0;
    y = ((y << 15) | (y >>> 17)) ^ x;
    x = (x + y) | 0;
    y = ((y << 26) | (y >>> 6)) ^ x;
    x = (x + y) | 0;
    y = ((y << 6) | (y >>> 26)) ^ x;
    x = (x + k0) | 0;
    y = (y + k1 + 3) | 0;
    x = (x + y) | 0;
    y = ((y << 17) | (y >>> 15)) ^ x;
    words[0] = x;
    words[1] = y;
  };
  return { words, fill };
}

/** A word as a number strictly between 0 and 1: (word + ½) / 2³². */
export function unit(word: number): number {
  return ((word >>> 0) + 0.5) * 2.3283064365386963e-10;
}
