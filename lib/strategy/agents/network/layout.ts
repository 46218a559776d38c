import { TILE_COLUMNS, TILE_ROWS } from "../../../wasm/multiply";

/** `count` rounded up to whole tiles of {@link TILE_ROWS} rows. */
export const tall = (count: number) => TILE_ROWS * Math.ceil(count / TILE_ROWS);
/** `count` rounded up to whole tiles of {@link TILE_COLUMNS} columns. */
export const wide = (count: number) => TILE_COLUMNS * Math.ceil(count / TILE_COLUMNS);

/** A layer of a fully connected network: where its numbers lie. */
export interface Layer {
  inputs: number;
  width: number;
  /** First weight and first bias among the network's parameters: [inputs × width], [width]. */
  weights: number;
  biases: number;
  /** The same in the workspace, where rows are {@link wide}: [inputs × wide], [wide]. */
  placedWeights: number;
  placedBiases: number;
}

/** The layers of a network of these widths, its input's first; the numbers of parameters, and of places for them. */
export function layersOf(sizes: readonly number[]): { layers: Layer[]; count: number; places: number } {
  const layers: Layer[] = [];
  let count = 0;
  let places = 0;
  for (let i = 1; i < sizes.length; i++) {
    const [inputs, width] = [sizes[i - 1], sizes[i]];
    layers.push({
      ...{ inputs, width, weights: count, biases: count + inputs * width },
      ...{ placedWeights: places, placedBiases: places + inputs * wide(width) },
    });
    count += (inputs + 1) * width;
    places += (inputs + 1) * wide(width);
  }
  return { layers, count, places };
}

/** A matrix [rows × width] from its number `first` on, and the place from `at` on where its rows are {@link wide}. */
export type Placed = [
  memory: Float32Array,
  at: number,
  matrix: Float32Array | Float64Array,
  first: number,
  rows: number,
  width: number,
];

/** Copies a matrix to its place, filled up with zeros. */
export function place(...[memory, at, matrix, first, rows, width]: Placed): void {
  const pitch = wide(width);
  if (pitch === width) {
    memory.set(matrix.subarray(first, first + rows * width), at);
    return;
  }
  for (let row = 0, get = first, put = at; row < rows; row++) {
    for (let i = 0; i < width; i++) memory[put++] = matrix[get++];
    for (let i = width; i < pitch; i++) memory[put++] = 0;
  }
}

/** Copies a matrix back from its place. */
export function fetch(...[memory, at, matrix, first, rows, width]: Placed): void {
  const pitch = wide(width);
  if (pitch === width) {
    matrix.set(memory.subarray(at, at + rows * width), first);
    return;
  }
  for (let row = 0, put = first; row < rows; row++)
    for (let i = 0, get = at + row * pitch; i < width; i++) matrix[put++] = memory[get++];
}
