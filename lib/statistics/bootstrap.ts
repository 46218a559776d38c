import { InputError, requireInteger } from "../errors";
import type { Random } from "../random";
import { type Interval, sortedQuantile } from "./interval";

/** Settings of a bootstrap. */
export interface BootstrapOptions {
  random: Random;
  /** Resamples; 2,000 unless said: enough for a 95 % interval whose ends' own error is a few per cent of its width. */
  resamples?: number;
  /** Confidence level; 0.95 unless said. */
  level?: number;
}

/** A bootstrap confidence interval. */
export interface BootstrapInterval extends Interval {
  /** Standard deviation of the statistic over the resamples. */
  standardError: number;
  resamples: number;
}

/**
 * A percentile bootstrap interval (Efron 1979) of any statistic that is a function of column means: a mean, a ratio of
 * means, a difference or a lift of paired columns.
 *
 * Rows are resampled with replacement, all columns together, so that what is paired stays paired. Rows are the unit
 * that varies independently: users, where a user has several events. Rows that are 0 in every column are drawn as one
 * binomial count instead of one by one: the distribution is the same, and clicks in a thousand impressions cost a
 * thousandth.
 *
 * @param columns each [rows]
 * @param statistic of the columns' means; called once a resample, with an array that is used again.
 * Throws {@link InputError} for columns of unequal length, no rows or a value that isn't finite.
 */
export function bootstrap(
  columns: readonly ArrayLike<number>[],
  statistic: (means: Float64Array) => number,
  options: BootstrapOptions,
): BootstrapInterval {
  const { random, level = 0.95 } = options;
  const resamples = requireInteger(options.resamples ?? 2000, "resamples", 1);
  if (!(level > 0 && level < 1))
    throw new InputError("a confidence level is in (0, 1)", { value: level, place: "level", remedy: "Use 0.95." });
  const { rows, filled, table } = pack(columns);
  const width = columns.length;
  const means = new Float64Array(width);
  for (let at = 0; at < table.length; at++) means[at % width] += table[at];
  const estimate = statistic(means.map((sum) => sum / rows));
  const values = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    const picks = filled === rows ? rows : random.binomial(rows, filled / rows);
    means.fill(0);
    if (width === 1) {
      let sum = 0;
      for (let pick = 0; pick < picks; pick++) sum += table[Math.floor(random.uniform() * filled)];
      means[0] = sum;
    } else
      for (let pick = 0; pick < picks; pick++) {
        const row = Math.floor(random.uniform() * filled) * width;
        for (let column = 0; column < width; column++) means[column] += table[row + column];
      }
    for (let column = 0; column < width; column++) means[column] /= rows;
    values[resample] = statistic(means);
  }
  values.sort();
  return {
    estimate,
    low: sortedQuantile(values, (1 - level) / 2),
    high: sortedQuantile(values, (1 + level) / 2),
    level,
    standardError: standardDeviation(values),
    resamples,
  };
}

/** {@link bootstrap} of a mean. */
export function bootstrapMean(values: ArrayLike<number>, options: BootstrapOptions): BootstrapInterval {
  return bootstrap([values], (means) => means[0], options);
}

/**
 * {@link bootstrap} of the mean of first − second where both were measured on the same rows (the same users): the
 * difference two models make, free of what the rows have in common.
 */
export function bootstrapDifference(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  options: BootstrapOptions,
): BootstrapInterval {
  return bootstrap([first, second], (means) => means[0] - means[1], options);
}

/** The rows that aren't 0 throughout, [filled × columns]. */
function pack(columns: readonly ArrayLike<number>[]): { rows: number; filled: number; table: Float64Array } {
  const rows = columns.length === 0 ? 0 : columns[0].length;
  if (rows === 0) throw new InputError("a bootstrap needs at least one row", { value: rows, place: "columns" });
  const width = columns.length;
  const table = new Float64Array(rows * width);
  let filled = 0;
  for (let column = 1; column < width; column++)
    if (columns[column].length !== rows)
      throw new InputError(`every column has ${rows} rows`, {
        value: columns[column].length,
        place: `columns[${column}]`,
      });
  for (let row = 0; row < rows; row++) {
    let zero = true;
    for (let column = 0; column < width; column++) {
      const value = columns[column][row];
      if (!Number.isFinite(value))
        throw new InputError("a bootstrap needs finite values", { value, place: `columns[${column}], row ${row}` });
      table[filled * width + column] = value;
      zero &&= value === 0;
    }
    if (!zero) filled++;
  }
  return { rows, filled, table: table.subarray(0, filled * width) };
}

function standardDeviation(values: Float64Array): number {
  let mean = 0;
  for (const value of values) mean += value;
  mean /= values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1));
}
