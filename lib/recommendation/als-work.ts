import type { AlsInput, AlsSide } from "./als-memory";

/** A job of a fit: one side's Σ y yᵀ, or its factors given the other side's. */
export interface AlsJob {
  kind: "gram" | "solve";
  side: "users" | "items";
  /** Also sum the loss, which is whole once both sides are known. */
  loss?: boolean;
}

type Kernels = Record<"multiply" | "residual" | "spread" | "begin" | "advance" | "fit", (...counts: number[]) => void>;

/**
 * What each thread of a fit does; its source text is what the others are given (threads.ts).
 *
 * A row's least squares A x = b, A = YᵀY + λ I + Σₖ (cₖ − 1) yₖ yₖᵀ and b = Σₖ cₖ pₖ yₖ, is solved by a few steps of
 * conjugate gradients from its last solution, A never being formed (Takács, Pilászy and Tikk 2011). The part that all
 * rows share, p YᵀY, is one matrix product for a block of rows.
 */
export function alsWork(input: AlsInput, thread: number): (job: AlsJob, share: number) => void {
  const { WebAssembly } = globalThis as unknown as {
    WebAssembly: { Instance: new (module: object, imports: object) => { exports: object } };
  };
  const { memory, module, width, block, steps, gram, zeros } = input;
  const kernels = new WebAssembly.Instance(module, { js: { memory } }).exports as Kernels;
  const stride = 4 * width;
  const r = input.scratch[thread];
  const [p, q] = [r + block * stride, r + 2 * block * stride];
  const squares = r + 3 * block * stride;
  const fitted = squares + 4 * block;
  const floats = new Float32Array(memory.buffer);
  const wholes = new Int32Array(memory.buffer);
  const doubles = new Float64Array(memory.buffer);

  /** into = from · gram, for a block of rows. */
  const shared = (rows: number, from: number, into: number) =>
    kernels.multiply(...[Math.ceil(rows / 4), width / 8, width, from, stride, 4, gram, stride, zeros, 0, into, stride]);

  const sumSquares = (side: AlsSide, first: number, rows: number, share: number) => {
    const [from, into] = [side.factors + first * stride, side.grams + share * width * stride];
    kernels.multiply(width / 4, width / 8, rows, from, 4, stride, from, stride, zeros, 0, into, stride);
  };

  const solve = (side: AlsSide, others: number, first: number, rows: number) => {
    const x = side.factors + first * stride;
    const offsets = side.offsets + 4 * first;
    const start = 4 * wholes[offsets / 4];
    const [indices, ones, extras] = [side.indices + start, side.ones + start, side.extras + start];
    for (let row = 0; row < rows; row++) {
      const at = offsets / 4 + row;
      if (wholes[at] === wholes[at + 1]) floats.fill(0, x / 4 + row * width, x / 4 + (row + 1) * width);
    }
    shared(rows, x, q);
    kernels.residual(rows, offsets, indices, extras, ones, others, x, q);
    kernels.begin(rows, q, r, p, squares);
    for (let step = 0; step < steps; step++) {
      shared(rows, p, q);
      kernels.spread(rows, offsets, indices, extras, others, p, q);
      kernels.advance(rows, x, r, p, q, squares);
    }
  };

  /** Σ c (p − x · y)² + λ ‖x‖² less Σ c p², from what is left of the residual: −x · b − x · r. */
  const loss = (side: AlsSide, others: number, first: number, rows: number) => {
    const x = side.factors + first * stride;
    const offsets = side.offsets + 4 * first;
    const start = 4 * wholes[offsets / 4];
    kernels.fit(rows, offsets, side.indices + start, side.ones + start, others, x, fitted);
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += floats[fitted / 4 + row];
    for (let at = 0; at < rows * width; at++) sum -= floats[x / 4 + at] * floats[r / 4 + at];
    return sum;
  };

  return (job, share) => {
    const side = input[job.side];
    const others = input[job.side === "users" ? "items" : "users"].factors;
    const begin = share * input.share;
    const end = Math.min(side.rows, begin + input.share);
    if (job.kind === "gram") return sumSquares(side, begin, end - begin, share);
    let sum = 0;
    for (let first = begin; first < end; first += block) {
      const rows = Math.min(block, end - first);
      solve(side, others, first, rows);
      if (job.loss) sum += loss(side, others, first, rows);
    }
    doubles[side.losses / 8 + share] = sum;
  };
}
