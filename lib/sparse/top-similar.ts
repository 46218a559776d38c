import { InputError, requireInteger, requireNumber } from "../errors";
import { coreCount, withThreads } from "../threads";
import type { SparseMatrix } from "./matrix";
import { RowTops } from "./row-tops";
import { type SimilarInput, type Similarity, similarWork } from "./similar-work";

/** Settings of {@link topSimilar}. */
export interface TopSimilarOptions {
  /** Entries kept for each column. */
  k: number;
  /** `cosine` unless said. */
  similarity?: Similarity;
  /** Multiplies each similarity by n / (n + shrinkage), n the number of rows that have both columns; 0 unless said. */
  shrinkage?: number;
  /** Pairs of columns that fewer rows have both of are left out; 1, none, unless said. */
  leastCommon?: number;
  /** Threads; as many as there are cores unless said, and one where the work is small. The result doesn't depend on it. */
  threads?: number;
  signal?: AbortSignal;
  /** How much of the work is done, from 0 to 1. */
  onProgress?(share: number): void;
}

const SIMILARITIES: readonly string[] = ["cosine", "adjusted-cosine", "pearson", "jaccard"] satisfies Similarity[];

/** Columns in a share of a thread's work. */
const SHARE = 64;
/** Pairs of entries below which starting threads takes longer than they save. */
const SMALL = 3e6;

/**
 * For each column of a matrix the k other columns that are most alike to it, [columns × columns], by
 *
 * - `cosine`: Σ a b / (‖a‖ ‖b‖), what isn't there counting as 0;
 * - `adjusted-cosine`: Σ a b / √(Σ a² Σ b²) over the rows that have both, each value less its row's mean (Sarwar et al.
 *   2001, eq. 3: the columns are items, a row's mean the user's);
 * - `pearson`: the correlation over the rows that have both;
 * - `jaccard`: rows that have both over rows that have either.
 *
 * Only similarities above 0 are kept. A similarity is the same both ways, so each pair of columns is summed once and
 * offered to both; where all values are 1, counting common rows is enough. Columns with few entries are taken first:
 * their similarities are the largest, and what they keep lets most later offers be turned away at once. Sums are in
 * double precision; among similarities equal in single precision the smaller column wins; each result row ascends.
 * Threads take 16 · k bytes a column each.
 *
 * Throws {@link InputError} for settings out of range, AbortedError.
 */
export async function topSimilar(matrix: SparseMatrix, options: TopSimilarOptions): Promise<SparseMatrix> {
  const similarity = options.similarity ?? "cosine";
  if (!SIMILARITIES.includes(similarity))
    throw new InputError(`a similarity is one of ${SIMILARITIES.join(", ")}`, {
      value: similarity,
      place: "similarity",
    });
  const k = requireInteger(options.k, "k", 1);
  const shrinkage = requireNumber(options.shrinkage ?? 0, "shrinkage", 0);
  const leastCommon = requireInteger(options.leastCommon ?? 1, "leastCommon", 1);
  const most = requireInteger(options.threads ?? coreCount(), "threads", 1);
  const { columnCount } = matrix;
  const threads = pairsOf(matrix) < SMALL ? 1 : most;
  const centred = similarity === "adjusted-cosine" ? lessRowMeans(matrix) : matrix.values;
  const { order, ...arranged } = rareFirst(matrix, centred);
  const kept = Math.min(k, Math.max(1, columnCount - 1));
  const first = RowTops.arrays(columnCount, kept);
  const input: SimilarInput = {
    ...{ similarity, columns: columnCount, k: kept, shrinkage, leastCommon, share: SHARE, ...arranged },
    counting: similarity === "cosine" && centred.every((value) => value === 1),
    norms: normsOf(arranged, similarity),
    tops: Array.from({ length: threads }, (_, at) =>
      at === 0 ? first : RowTops.arrays(columnCount, kept, first.least),
    ),
  };
  const shares = Math.ceil(columnCount / SHARE);
  await withThreads(
    similarWork,
    input,
    async (team) => {
      await team.run("pairs", shares, options.onProgress);
      if (threads > 1) await team.run("merge", shares);
    },
    { threads, tools: { RowTops }, signal: options.signal },
  );
  return new RowTops(columnCount, kept, first).toMatrix(columnCount, order);
}

/** How many pairs of entries of the same row there are. */
function pairsOf({ rowCount, offsets }: SparseMatrix): number {
  let pairs = 0;
  for (let row = 0; row < rowCount; row++) {
    const entries = offsets[row + 1] - offsets[row];
    pairs += (entries * (entries - 1)) / 2;
  }
  return pairs;
}

function lessRowMeans({ rowCount, offsets, values }: SparseMatrix): Float32Array {
  const centred = new Float32Array(values.length);
  for (let row = 0; row < rowCount; row++) {
    let total = 0;
    for (let at = offsets[row]; at < offsets[row + 1]; at++) total += values[at];
    const mean = total / (offsets[row + 1] - offsets[row]);
    for (let at = offsets[row]; at < offsets[row + 1]; at++) centred[at] = values[at] - mean;
  }
  return centred;
}

/** The matrix with its columns numbered by how many entries they have, and where each column's entries are. */
function rareFirst(matrix: SparseMatrix, values: Float32Array) {
  const { rowCount, columnCount } = matrix;
  const entries = matrix.indices.length;
  const whole = (count: number) => new Int32Array(new SharedArrayBuffer(4 * count));
  const sizes = new Int32Array(columnCount);
  for (const column of matrix.indices) sizes[column]++;
  // By size, then by number: a key that a typed array sorts without asking.
  const keys = Float64Array.from(sizes, (size, column) => size * columnCount + column).sort();
  const names = whole(columnCount);
  const order = new Int32Array(columnCount);
  const starts = whole(columnCount + 1);
  keys.forEach((key, label) => {
    names[label] = key % columnCount;
    order[names[label]] = label;
    starts[label + 1] = starts[label] + sizes[names[label]];
  });
  // Rows of each column, then the columns in order dealt out to the rows: both ascend.
  const rows = new Int32Array(entries);
  const dealt = new Float32Array(entries);
  const filled = starts.slice(0, columnCount);
  for (let row = 0; row < rowCount; row++)
    for (let at = matrix.offsets[row]; at < matrix.offsets[row + 1]; at++) {
      const place = filled[order[matrix.indices[at]]]++;
      rows[place] = row;
      dealt[place] = values[at];
    }
  const offsets = whole(rowCount + 1);
  offsets.set(matrix.offsets);
  const [indices, places, ends] = [whole(entries), whole(entries), whole(entries)];
  const shared = new Float32Array(new SharedArrayBuffer(4 * entries));
  const next = matrix.offsets.slice();
  for (let label = 0; label < columnCount; label++)
    for (let at = starts[label]; at < starts[label + 1]; at++) {
      const row = rows[at];
      const place = next[row]++;
      indices[place] = label;
      shared[place] = dealt[at];
      places[at] = place;
      ends[at] = offsets[row + 1];
    }
  return { order, names, starts, offsets, indices, values: shared, places, ends };
}

/** 1 / ‖column‖, 0 for a column of zeros; or how many entries it has. */
function normsOf(
  { starts, places, values }: Pick<SimilarInput, "starts" | "places" | "values">,
  similarity: Similarity,
): Float64Array {
  const norms = new Float64Array(new SharedArrayBuffer(8 * (starts.length - 1)));
  for (let column = 0; column < norms.length; column++) {
    let squares = 0;
    for (let at = starts[column]; at < starts[column + 1]; at++) squares += values[places[at]] ** 2;
    if (similarity === "jaccard") norms[column] = starts[column + 1] - starts[column];
    else norms[column] = squares === 0 ? 0 : 1 / Math.sqrt(squares);
  }
  return norms;
}
