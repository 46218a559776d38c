import { InputError, requireInteger, requireNumber } from "../errors";
import type { Random } from "../random";
import { type SparseMatrix, transpose } from "../sparse/index";
import { coreCount, type Team, withThreads } from "../threads";
import { type Confidence, confidenceOf } from "./als-confidence";
import { type AlsData, type AlsInput, alsMemory } from "./als-memory";
import { type AlsJob, alsWork } from "./als-work";
import { checkFactors, type Factors } from "./factors";

/** Settings of {@link fitAls}. */
export interface AlsOptions extends Confidence {
  /** Numbers in each vector; 64 unless said. */
  rank?: number;
  /** λ; 0.01 unless said. */
  regularisation?: number;
  /** Times that users and items are solved; 15 unless said. */
  iterations?: number;
  /** Conjugate gradient steps for each row; 3 unless said, as many as the rank solve it exactly. */
  steps?: number;
  /** Draws the start, uniform in [0, 0.01). One of this and `start` must be given. */
  random?: Random;
  /** Factors to begin with, e.g. yesterday's; the items' are where the first iteration begins. */
  start?: Factors;
  /** Threads; as many as there are cores unless said, and one where the work is small. The result doesn't depend on it. */
  threads?: number;
  signal?: AbortSignal;
  /** After each iteration, from 1; the loss as in {@link AlsFit}. */
  onProgress?(state: { iteration: number; iterations: number; loss: number }): void;
}

/** What {@link fitAls} found. */
export interface AlsFit {
  factors: Factors;
  /** The loss after each iteration, over the sum of all cells' confidences, [iterations]. */
  losses: Float64Array;
}

/** Multiplications below which starting threads takes longer than they save. */
const SMALL = 2e8;

/**
 * Alternating least squares for implicit feedback (Hu, Koren and Volinsky 2008): vectors x of users and y of items that
 * minimise
 *
 *   Σᵤᵢ cᵤᵢ (pᵤᵢ − xᵤ · yᵢ)² + λ (Σᵤ ‖xᵤ‖² + Σᵢ ‖yᵢ‖²)   over all users × items,
 *
 * with preference p = 1 and confidence c = 1 + α |r| where there is an interaction of value r, p = 0 and c = 1 where
 * there is none; a negative value is an item disliked: p = 0 with the same confidence. Users and items are solved in
 * turns, each row by a few steps of conjugate gradients (Takács, Pilászy and Tikk 2011) in single precision. The result
 * is the same whatever the number of threads. Rows without interactions are 0.
 *
 * Differs from the paper in the solver, which there is exact. The library implicit takes α r for 1 + α |r|: give
 * `confidence: (r) => alpha * r` for its model.
 *
 * @param interactions [users × items]
 * Throws {@link InputError} for settings out of range and a start of another shape, AbortedError.
 */
export async function fitAls(interactions: SparseMatrix, options: AlsOptions): Promise<AlsFit> {
  const rank = requireInteger(options.rank ?? options.start?.rank ?? 64, "rank", 1);
  const regularisation = requireNumber(options.regularisation ?? 0.01, "regularisation", 0);
  const iterations = requireInteger(options.iterations ?? 15, "iterations", 1);
  const steps = requireInteger(options.steps ?? 3, "steps", 1);
  const start = startOf(interactions, rank, options);
  const believed = believe(interactions, options);
  const { rowCount, columnCount, indices } = interactions;
  const work = iterations * (steps + 1) * rank * ((rowCount + columnCount) * rank + 4 * indices.length);
  const most = requireInteger(options.threads ?? coreCount(), "threads", 1);
  const threads = work < SMALL ? 1 : most;
  const input = alsMemory(believed, turned(believed), rank, steps, threads);
  writeFactors(input, "users", start.users, rank);
  writeFactors(input, "items", start.items, rank);

  const body = async (team: Team<AlsJob>) => {
    const { total, wanted } = confidenceSums(believed);
    const cells = Math.max(total + rowCount * columnCount - indices.length, Number.MIN_VALUE);
    const losses = new Float64Array(iterations);
    for (let iteration = 0; iteration < iterations; iteration++) {
      await team.run({ kind: "gram", side: "items" }, input.items.shares);
      writeGram(input, "items", regularisation);
      await team.run({ kind: "solve", side: "users" }, input.users.shares);
      await team.run({ kind: "gram", side: "users" }, input.users.shares);
      const norm = writeGram(input, "users", regularisation);
      await team.run({ kind: "solve", side: "items", loss: true }, input.items.shares);
      losses[iteration] = (wanted + regularisation * norm + itemLosses(input)) / cells;
      options.onProgress?.({ iteration: iteration + 1, iterations, loss: losses[iteration] });
    }
    const [users, items] = [readFactors(input, "users", rank), readFactors(input, "items", rank)];
    return { factors: checkFactors({ rank, userCount: rowCount, itemCount: columnCount, users, items }), losses };
  };
  return withThreads(alsWork, input, body, { threads, signal: options.signal });
}

/** The confidence of every entry, and −c p and c − 1 as the solver wants them. */
function believe(matrix: SparseMatrix, options: Confidence): AlsData {
  const confidence = confidenceOf(options);
  const ones = new Float32Array(matrix.values.length);
  const extras = new Float32Array(matrix.values.length);
  matrix.values.forEach((value, at) => {
    const c = confidence(value);
    ones[at] = value > 0 ? -c : 0;
    extras[at] = c - 1;
  });
  return { matrix, ones, extras };
}

/** The same by items. */
function turned({ matrix, ones, extras }: AlsData): AlsData {
  const flipped = transpose({ ...matrix, values: ones });
  return { matrix: flipped, ones: flipped.values, extras: transpose({ ...matrix, values: extras }).values };
}

/** Σ c and Σ c p² over the entries. */
function confidenceSums({ ones, extras }: AlsData): { total: number; wanted: number } {
  let [total, wanted] = [0, 0];
  for (let at = 0; at < ones.length; at++) {
    total += extras[at] + 1;
    wanted -= ones[at];
  }
  return { total, wanted };
}

/** Σ y yᵀ + λ I of one side, from its shares in their order, in double precision; returns Σ ‖y‖². */
function writeGram(
  { memory, width, gram, ...sides }: AlsInput,
  side: "users" | "items",
  regularisation: number,
): number {
  const { grams, shares } = sides[side];
  const size = width * width;
  const parts = new Float32Array(memory.buffer, grams, shares * size);
  const sum = new Float64Array(size);
  for (let at = 0; at < parts.length; at++) sum[at % size] += parts[at];
  let norm = 0;
  for (let at = 0; at < size; at += width + 1) {
    norm += sum[at];
    sum[at] += regularisation;
  }
  new Float32Array(memory.buffer, gram, size).set(sum);
  return norm;
}

function itemLosses({ memory, items }: AlsInput): number {
  return new Float64Array(memory.buffer, items.losses, items.shares).reduce((sum, loss) => sum + loss, 0);
}

function writeFactors(
  { memory, width, ...sides }: AlsInput,
  side: "users" | "items",
  values: Float32Array,
  rank: number,
) {
  const target = new Float32Array(memory.buffer, sides[side].factors, sides[side].rows * width);
  for (let row = 0; row < sides[side].rows; row++)
    target.set(values.subarray(row * rank, (row + 1) * rank), row * width);
}

function readFactors({ memory, width, ...sides }: AlsInput, side: "users" | "items", rank: number): Float32Array {
  const source = new Float32Array(memory.buffer, sides[side].factors, sides[side].rows * width);
  const values = new Float32Array(sides[side].rows * rank);
  for (let row = 0; row < sides[side].rows; row++)
    values.set(source.subarray(row * width, row * width + rank), row * rank);
  return values;
}

function startOf({ rowCount, columnCount }: SparseMatrix, rank: number, { start, random }: AlsOptions): Factors {
  if (start) {
    checkFactors(start);
    if (start.rank !== rank || start.userCount !== rowCount || start.itemCount !== columnCount)
      throw new InputError(`a start has ${rowCount} users and ${columnCount} items of rank ${rank}`, {
        value: [start.userCount, start.itemCount, start.rank],
        place: "start",
      });
    return start;
  }
  if (!random)
    throw new InputError("a fit begins with random factors or with given ones", {
      place: "random, start",
      remedy: "Give random: createRandom(seed).",
    });
  const draw = (label: string, count: number) => {
    const source = random.fork(label);
    return Float32Array.from({ length: count * rank }, () => 0.01 * source.uniform());
  };
  const [users, items] = [draw("users", rowCount), draw("items", columnCount)];
  return { rank, userCount: rowCount, itemCount: columnCount, users, items };
}
