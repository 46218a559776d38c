import type { RowTops, RowTopsArrays } from "./row-tops";

/** How alike two columns are; see topSimilar. */
export type Similarity = "cosine" | "adjusted-cosine" | "pearson" | "jaccard";

/** What the threads of topSimilar share. Columns are numbered anew, those with the fewest entries first. */
export interface SimilarInput {
  similarity: Similarity;
  columns: number;
  k: number;
  shrinkage: number;
  leastCommon: number;
  /** All values are 1: counting is summing. */
  counting: boolean;
  /** Rows, their columns by new numbers ascending: [rows + 1], [entries] and [entries]. */
  offsets: Int32Array;
  indices: Int32Array;
  values: Float32Array;
  /** Columns: [columns + 1], and for each entry its place in `indices` and the end of that row there, [entries]. */
  starts: Int32Array;
  places: Int32Array;
  ends: Int32Array;
  /** 1 / ‖column‖ for cosines, the number of entries for Jaccard, [columns]. */
  norms: Float64Array;
  /** The old numbers, [columns]. */
  names: Int32Array;
  /** Columns and rows of the result in a share. */
  share: number;
  /** Each thread's, with one `least` for all. */
  tops: RowTopsArrays[];
}

/** Sum the pairs of some columns with all later ones, or bring together what all threads found for them. */
export type SimilarJob = "pairs" | "merge";

/** What each thread does; its source text is what the others are given (threads.ts). */
export function similarWork(
  input: SimilarInput,
  thread: number,
  tools: { RowTops: typeof RowTops },
): (job: SimilarJob, share: number) => void {
  const { columns, similarity, shrinkage, leastCommon, indices, values, starts, places, ends, norms, names } = input;
  const all = input.tops.map((arrays) => new tools.RowTops(columns, input.k, arrays));
  const tops = all[thread];
  const { least } = tops;
  const restricted = similarity === "pearson" || similarity === "adjusted-cosine";
  const counts = input.counting || similarity === "jaccard";
  // The later columns met, how many rows each shares with the column, and sums over those rows.
  const touched = new Int32Array(columns);
  const common = new Int32Array(columns);
  const sums = () => new Float64Array(columns);
  const products = counts ? common : sums();
  const [squares, otherSquares] = restricted ? [sums(), sums()] : [norms, norms];
  const [firsts, seconds] = similarity === "pearson" ? [sums(), sums()] : [norms, norms];

  const count = (column: number): number => {
    let found = 0;
    for (let at = starts[column]; at < starts[column + 1]; at++) {
      const end = ends[at];
      for (let inner = places[at] + 1; inner < end; inner++) {
        const other = indices[inner];
        if (common[other]++ === 0) touched[found++] = other;
      }
    }
    return found;
  };

  const sum = (column: number): number => {
    let found = 0;
    for (let at = starts[column]; at < starts[column + 1]; at++) {
      const end = ends[at];
      const value = values[places[at]];
      for (let inner = places[at] + 1; inner < end; inner++) {
        const other = indices[inner];
        if (common[other]++ === 0) {
          touched[found++] = other;
          products[other] = value * values[inner];
        } else products[other] += value * values[inner];
      }
    }
    return found;
  };

  /** As `sum`, with the sums of each column's own values and squares over the common rows. */
  const sumAll = (column: number): number => {
    let found = 0;
    for (let at = starts[column]; at < starts[column + 1]; at++) {
      const end = ends[at];
      const value = values[places[at]];
      for (let inner = places[at] + 1; inner < end; inner++) {
        const other = indices[inner];
        const second = values[inner];
        if (common[other]++ === 0) {
          touched[found++] = other;
          products[other] = squares[other] = otherSquares[other] = 0;
          if (similarity === "pearson") firsts[other] = seconds[other] = 0;
        }
        products[other] += value * second;
        squares[other] += value * value;
        otherSquares[other] += second * second;
        if (similarity !== "pearson") continue;
        firsts[other] += value;
        seconds[other] += second;
      }
    }
    return found;
  };

  const gather = restricted ? sumAll : counts ? count : sum;

  const alike = (column: number, other: number): number => {
    const n = common[other];
    if (similarity === "jaccard") return n / (norms[column] + norms[other] - n);
    if (similarity === "adjusted-cosine")
      return products[other] / Math.sqrt(squares[other] * otherSquares[other] || Infinity);
    const spread = (total: number, square: number) => {
      const left = n * square - total * total;
      // Less than rounding leaves of equal values.
      return left > 1e-9 * n * square ? left : 0;
    };
    const spreads = spread(firsts[other], squares[other]) * spread(seconds[other], otherSquares[other]);
    return (n * products[other] - firsts[other] * seconds[other]) / Math.sqrt(spreads || Infinity);
  };

  /** Offers each pair to both of its columns. */
  const offer = (column: number, found: number) => {
    const own = norms[column];
    const cosine = similarity === "cosine";
    for (let i = 0; i < found; i++) {
      const other = touched[i];
      const n = common[other];
      let value = cosine ? products[other] * (own * norms[other]) : alike(column, other);
      if (shrinkage > 0) value *= n / (n + shrinkage);
      common[other] = 0;
      // What is kept is single precision, and so is what is compared.
      value = Math.fround(value);
      if (!(value > 0) || n < leastCommon) continue;
      if (value >= least[column]) tops.offer(column, names[other], value);
      if (value >= least[other]) tops.offer(other, names[column], value);
    }
  };

  return (job, share) => {
    const end = Math.min(columns, (share + 1) * input.share);
    for (let column = share * input.share; column < end; column++) {
      if (job === "pairs") offer(column, gather(column));
      else for (const other of all) if (other !== all[0]) other.offerTo(all[0], column);
    }
  };
}
