import * as wasm from "./assemble";
import { type Code, get, I32, load, move, repeat, set, store, V128, whole } from "./assemble";

/** Rows and columns of the tile of a product that is summed in registers. */
export const TILE_ROWS = 4;
export const TILE_COLUMNS = 8;

/** Four times a whole number: the bytes of so many numbers, or the way over four rows. */
export const fourTimes = (local: number): Code => wasm.times(get(local), whole(4));

/**
 * `multiply(blocks, panels, inner, a, aDown, aAcross, b, bDown, start, startDown, c, cDown)`: C = A B + S, of
 * 4 · blocks rows and 8 · panels columns. Addresses and strides are in bytes; A may be transposed by its strides, the
 * others lie row by row. A stride of 0 repeats a row: of biases, or of zeros. No count may be 0.
 */
export const multiply: wasm.Kernel = {
  name: "multiply",
  parameters: Array<typeof I32>(12).fill(I32),
  body([blocks, panels, inner, a, aDown, aAcross, b, bDown, start, startDown, c, cDown], declare) {
    const rows = [...Array(TILE_ROWS).keys()];
    const [panel, k, column, from, to, row, depth] = Array.from({ length: 7 }, () => declare(I32));
    const lefts = rows.map(() => declare(I32));
    const sums = rows.map(() => [declare(V128), declare(V128)]);
    const [number, low, high] = [declare(V128), declare(V128), declare(V128)];
    const addTo = (sum: number, half: number) => set(sum, wasm.add(get(sum), wasm.multiply(get(number), get(half))));
    const step = [
      ...[...set(low, load(depth)), ...set(high, load(depth, 16))],
      ...rows.flatMap((r) => [
        ...set(number, wasm.loadSame(lefts[r])),
        ...[...addTo(sums[r][0], low), ...addTo(sums[r][1], high), ...move(lefts[r], get(aAcross))],
      ]),
      ...move(depth, get(bDown)),
    ];
    const tile = [
      ...set(row, wasm.plus(get(start), get(from))),
      ...rows.flatMap((r) => [
        ...[...set(sums[r][0], load(row)), ...set(sums[r][1], load(row, 16)), ...move(row, get(startDown))],
        ...set(lefts[r], r === 0 ? get(a) : wasm.plus(get(to), get(aDown))),
        ...set(to, get(lefts[r])),
      ]),
      ...[...set(depth, wasm.plus(get(b), get(from))), ...set(k, get(inner))],
      ...repeat(k, step),
      ...set(row, wasm.plus(get(c), get(from))),
      ...rows.flatMap((r) => [
        ...[...store(row, get(sums[r][0])), ...store(row, get(sums[r][1]), 16), ...move(row, get(cDown))],
      ]),
      ...move(from, whole(4 * TILE_COLUMNS)),
    ];
    return repeat(
      blocks,
      [...set(from, whole(0)), ...set(panel, get(panels))],
      repeat(panel, tile),
      [...move(a, fourTimes(aDown)), ...move(start, fourTimes(startDown)), ...move(c, fourTimes(cDown))],
      set(column, whole(0)),
    );
  },
};
