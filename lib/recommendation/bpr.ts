import { requireInteger, requireNumber, throwIfAborted } from "../errors";
import type { Random } from "../random";
import { findEntry, type SparseMatrix } from "../sparse/index";
import { checkFactors, type Factors } from "./factors";

/** Settings of {@link fitBpr}. */
export interface BprOptions {
  /** Numbers in each vector, the items' bias not counted; 64 unless said. */
  rank?: number;
  /** Step of the gradient; 0.01 unless said. */
  learningRate?: number;
  /** λ of vectors and biases alike; 0.01 unless said. */
  regularisation?: number;
  /** Passes over as many draws as there are interactions; 100 unless said. */
  epochs?: number;
  random: Random;
  signal?: AbortSignal;
  /** After each epoch, from 1; `correct` is the share of its pairs that were in the right order. */
  onProgress?(state: { epoch: number; epochs: number; correct: number }): void;
}

/** What {@link fitBpr} found. */
export interface BprFit {
  /** Of rank + 1: the last column is the items' bias, 1 for users. */
  factors: Factors;
  /** The share of pairs in the right order in each epoch, before the step that each gave rise to, [epochs]. */
  correct: Float64Array;
}

/**
 * Bayesian personalised ranking by stochastic gradients (Rendle et al. 2009): vectors that maximise
 *
 *   Σ ln σ(xᵤ · (yᵢ − yⱼ) + bᵢ − bⱼ) − λ (‖xᵤ‖² + ‖yᵢ‖² + ‖yⱼ‖² + bᵢ² + bⱼ²) / 2
 *
 * over items i that user u had and items j that they hadn't. A draw is an interaction (u, i) and another interaction's
 * item j, so that items are drawn as they occur, as the library implicit does; a draw of an item that the user had is
 * left out. Values don't count, only which items were had. One thread: the same seed gives the same factors.
 *
 * Differs from the paper in drawing j by its frequency rather than uniformly.
 *
 * Throws InputError for settings out of range and where steps were so large that factors overflowed,
 * AbortedError.
 */
export async function fitBpr(interactions: SparseMatrix, options: BprOptions): Promise<BprFit> {
  const rank = requireInteger(options.rank ?? 64, "rank", 1);
  const rate = requireNumber(options.learningRate ?? 0.01, "learningRate", 0);
  const shrink = requireNumber(options.regularisation ?? 0.01, "regularisation", 0);
  const epochs = requireInteger(options.epochs ?? 100, "epochs", 1);
  const { rowCount, columnCount } = interactions;
  const width = rank + 1;
  const users = drawStart(options.random.fork("users"), rowCount, rank, 1);
  const items = drawStart(options.random.fork("items"), columnCount, rank, 0);
  const steps = { users, items, rank, rate, shrink };
  const pairs = pairsOf(interactions);
  const random = options.random.fork("pairs");
  const correct = new Float64Array(epochs);
  for (let epoch = 0; epoch < epochs; epoch++) {
    throwIfAborted(options.signal, "BPR");
    correct[epoch] = onePass(interactions, pairs, random, steps);
    options.onProgress?.({ epoch: epoch + 1, epochs, correct: correct[epoch] });
    // Others have their turn, and an abort is heard.
    await new Promise(setImmediate);
  }
  return { factors: checkFactors({ rank: width, userCount: rowCount, itemCount: columnCount, users, items }), correct };
}

interface Steps {
  users: Float32Array;
  items: Float32Array;
  rank: number;
  rate: number;
  shrink: number;
}

/** As many steps as there are interactions; returns the share of pairs that were in the right order. */
function onePass(interactions: SparseMatrix, owners: Int32Array, random: Random, steps: Steps): number {
  const { indices } = interactions;
  const { users, items, rank, rate, shrink } = steps;
  const width = rank + 1;
  let [right, all] = [0, 0];
  for (let step = 0; step < indices.length; step++) {
    const drawn = random.integer(indices.length);
    const [user, liked, other] = [owners[drawn], indices[drawn], indices[random.integer(indices.length)]];
    if (findEntry(interactions, user, other) >= 0) continue;
    const [u, i, j] = [user * width, liked * width, other * width];
    let margin = 0;
    for (let d = 0; d < width; d++) margin += users[u + d] * (items[i + d] - items[j + d]);
    all++;
    if (margin > 0) right++;
    // 1 − σ(margin)
    const slope = 1 / (1 + Math.exp(margin));
    for (let d = 0; d < rank; d++) {
      const [x, yi, yj] = [users[u + d], items[i + d], items[j + d]];
      users[u + d] = x + rate * (slope * (yi - yj) - shrink * x);
      items[i + d] = yi + rate * (slope * x - shrink * yi);
      items[j + d] = yj + rate * (-slope * x - shrink * yj);
    }
    items[i + rank] += rate * (slope - shrink * items[i + rank]);
    items[j + rank] += rate * (-slope - shrink * items[j + rank]);
  }
  return all === 0 ? 0 : right / all;
}

/** The user of each interaction, [entries]. */
function pairsOf({ rowCount, offsets, indices }: SparseMatrix): Int32Array {
  const owners = new Int32Array(indices.length);
  for (let row = 0; row < rowCount; row++) owners.fill(row, offsets[row], offsets[row + 1]);
  return owners;
}

/** Uniform in ±1 / (2 rank), and the last column as given. */
function drawStart(random: Random, rows: number, rank: number, last: number): Float32Array {
  const values = new Float32Array(rows * (rank + 1));
  for (let row = 0; row < rows; row++) {
    for (let d = 0; d < rank; d++) values[row * (rank + 1) + d] = (random.uniform() - 0.5) / rank;
    values[row * (rank + 1) + rank] = last;
  }
  return values;
}
