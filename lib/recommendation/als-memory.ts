import { InputError } from "../errors";
import type { SparseMatrix } from "../sparse/index";
import { assemble, MOST_PAGES } from "../wasm/assemble";
import { TILE_COLUMNS, TILE_ROWS } from "../wasm/multiply";
import { alsKernels } from "./als-kernels";

/** Rows solved together, and rows in a share of a thread's work. */
export const BLOCK = 32;
export const SHARE = 512;

/** One side's arrays, users' or items': addresses in bytes. */
export interface AlsSide {
  rows: number;
  shares: number;
  /** [rows × width], single precision. */
  factors: number;
  /** [rows + 1] and [entries], whole numbers. */
  offsets: number;
  indices: number;
  /** −c p and c − 1 of each entry of confidence c and preference p, [entries]. */
  ones: number;
  extras: number;
  /** Each share's part of Σ y yᵀ, [shares × width × width]. */
  grams: number;
  /** Each share's part of the loss, double precision, [shares]. */
  losses: number;
}

/** What the threads of a fit share. */
export interface AlsInput {
  module: object;
  memory: { buffer: ArrayBufferLike };
  block: number;
  share: number;
  /** The rank rounded up to whole tiles; what is beyond it is 0. */
  width: number;
  /** Conjugate gradient steps for each row. */
  steps: number;
  users: AlsSide;
  items: AlsSide;
  /** The other side's Σ y yᵀ + λ I, [width × width], and a row of zeros, [width]. */
  gram: number;
  zeros: number;
  /** Each thread's r, p and q, [3 × block × width], and two numbers a row, [2 × block]. */
  scratch: number[];
}

/** What is used of the platform's WebAssembly, whose types belong to browsers. */
interface Platform {
  Module: new (bytes: Uint8Array) => object;
  Memory: new (size: { initial: number; maximum: number; shared: true }) => { buffer: ArrayBufferLike };
}

/** Interactions as the solver wants them: confidences and preferences, by users and by items. */
export interface AlsData {
  matrix: SparseMatrix;
  ones: Float32Array;
  extras: Float32Array;
}

/**
 * Lays out a fit in one shared WebAssembly memory and copies the interactions into it.
 * Throws {@link InputError} where four gigabytes don't hold it.
 */
export function alsMemory(users: AlsData, items: AlsData, rank: number, steps: number, threads: number): AlsInput {
  const { Module, Memory } = (globalThis as unknown as { WebAssembly: Platform }).WebAssembly;
  const width = TILE_COLUMNS * Math.ceil(rank / TILE_COLUMNS);
  let end = 64;
  const reserve = (bytes: number) => {
    const start = end;
    end += 64 * Math.ceil(bytes / 64);
    return start;
  };
  const side = ({ matrix: { rowCount, indices } }: AlsData): AlsSide => {
    const shares = Math.ceil(rowCount / SHARE);
    return {
      rows: rowCount,
      shares,
      factors: reserve(4 * (rowCount + TILE_ROWS) * width),
      offsets: reserve(4 * (rowCount + 1)),
      indices: reserve(4 * indices.length),
      ones: reserve(4 * indices.length),
      extras: reserve(4 * indices.length),
      grams: reserve(4 * shares * width * width),
      losses: reserve(8 * shares),
    };
  };
  const layout = {
    ...{ block: BLOCK, share: SHARE, width, steps },
    users: side(users),
    items: side(items),
    gram: reserve(4 * width * width),
    zeros: reserve(4 * width),
    scratch: Array.from({ length: threads }, () => reserve(4 * BLOCK * (3 * width + 2))),
  };
  const pages = Math.ceil(end / 65_536);
  if (pages > MOST_PAGES)
    throw new InputError("the factors and interactions take more than four gigabytes", {
      value: end,
      place: `rank ${rank}`,
      remedy: "Use a smaller rank or fewer interactions.",
    });
  const memory = new Memory({ initial: pages, maximum: MOST_PAGES, shared: true });
  for (const [{ matrix, ones, extras }, at] of [
    [users, layout.users],
    [items, layout.items],
  ] as const) {
    new Int32Array(memory.buffer, at.offsets).set(matrix.offsets);
    new Int32Array(memory.buffer, at.indices).set(matrix.indices);
    new Float32Array(memory.buffer, at.ones).set(ones);
    new Float32Array(memory.buffer, at.extras).set(extras);
  }
  return { ...layout, memory, module: new Module(assemble(alsKernels(width / 4), { shared: true })) };
}
