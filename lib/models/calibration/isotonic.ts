import { InputError } from "../../errors";

/** A map from scores to probabilities. */
export type Calibration = (score: number) => number;

/**
 * Isotonic calibration (Zadrozny and Elkan 2002): the rising step function nearest to the labels in squares, by pooling
 * adjacent violators, joined by straight lines between steps and flat outside. Equal scores are one point. Needs a
 * thousand rows or so; with fewer use {@link plattCalibration}. Throws {@link InputError} for bad rows.
 */
export function isotonicCalibration(labels: ArrayLike<number>, scores: ArrayLike<number>): Calibration {
  requireRows(labels, scores);
  const order = Uint32Array.from({ length: labels.length }, (_, row) => row).sort((a, b) => scores[a] - scores[b]);
  // Blocks of neighbours, each with the range of its scores and the mean of its labels.
  const blocks: { low: number; high: number; sum: number; rows: number }[] = [];
  for (const row of order) {
    const last = blocks.at(-1);
    const score = scores[row];
    if (last && last.low === score && last.high === score) {
      last.sum += labels[row];
      last.rows++;
    } else blocks.push({ low: score, high: score, sum: labels[row], rows: 1 });
  }
  const pooled: typeof blocks = [];
  for (const block of blocks) {
    let current = { ...block };
    for (let last = pooled.at(-1); last && last.sum * current.rows >= current.sum * last.rows; last = pooled.at(-1)) {
      current = { low: last.low, high: current.high, sum: last.sum + current.sum, rows: last.rows + current.rows };
      pooled.pop();
    }
    pooled.push(current);
  }
  const at = Float64Array.from(pooled.flatMap(({ low, high }) => [low, high]));
  const chance = Float64Array.from(pooled.flatMap(({ sum, rows }) => [sum / rows, sum / rows]));
  return (score) => interpolate(at, chance, score);
}

function interpolate(at: Float64Array, values: Float64Array, score: number): number {
  if (score <= at[0]) return values[0];
  let low = 0;
  let high = at.length - 1;
  if (score >= at[high]) return values[high];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (at[middle] <= score) low = middle;
    else high = middle;
  }
  if (at[high] === at[low]) return values[high];
  return values[low] + ((values[high] - values[low]) * (score - at[low])) / (at[high] - at[low]);
}

/** Checks that there are rows, with labels of 0 and 1 and finite scores. */
export function requireRows(labels: ArrayLike<number>, scores: ArrayLike<number>): void {
  if (labels.length === 0 || labels.length !== scores.length)
    throw new InputError("calibration needs a score for each label", { value: [labels.length, scores.length] });
  for (let row = 0; row < labels.length; row++)
    if ((labels[row] !== 0 && labels[row] !== 1) || !Number.isFinite(scores[row]))
      throw new InputError("a label is 0 or 1, a score finite", {
        value: [labels[row], scores[row]],
        place: `row ${row}`,
      });
}
