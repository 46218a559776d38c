import { InputError, requireInteger } from "../../errors";
import type { BootstrapInterval, BootstrapOptions } from "../../statistics/bootstrap";
import { sortedQuantile } from "../../statistics/interval";
import { type RankingMetric, rankByScore } from "./classification";

/**
 * Percentile bootstrap intervals (Efron 1979) of measures of a ranking, all from the same resamples: rows are drawn with
 * replacement, and each measure is computed with the rows' counts as weights. Resamples in which a measure isn't
 * defined (one class only) are left out of its interval.
 *
 * Throws {@link InputError} where a measure is undefined on the data themselves.
 */
export function bootstrapRanking<Name extends string>(
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
  metrics: Readonly<Record<Name, RankingMetric>>,
  options: BootstrapOptions,
): Record<Name, BootstrapInterval> {
  const { random, level = 0.95 } = options;
  const resamples = requireInteger(options.resamples ?? 500, "resamples", 2);
  if (!(level > 0 && level < 1))
    throw new InputError("a confidence level is in (0, 1)", { value: level, place: "level" });
  const ranking = rankByScore(labels, scores);
  const names = Object.keys(metrics) as Name[];
  const values = names.map(() => new Float64Array(resamples));
  const counts = new Float64Array(labels.length);
  for (let resample = 0; resample < resamples; resample++) {
    counts.fill(0);
    for (let draw = 0; draw < counts.length; draw++) counts[Math.floor(random.uniform() * counts.length)]++;
    for (const [index, name] of names.entries()) values[index][resample] = metrics[name](ranking, counts);
  }
  const intervals = names.map((name, index) => {
    const estimate = metrics[name](ranking);
    if (!Number.isFinite(estimate))
      throw new InputError("the measure needs rows of both classes", { value: estimate, place: name });
    const defined = values[index].filter(Number.isFinite).sort();
    return [name, { ...spread(defined, level), estimate, level, resamples: defined.length }];
  });
  return Object.fromEntries(intervals) as Record<Name, BootstrapInterval>;
}

function spread(sorted: Float64Array, level: number): { low: number; high: number; standardError: number } {
  let mean = 0;
  for (const value of sorted) mean += value / sorted.length;
  let squares = 0;
  for (const value of sorted) squares += (value - mean) ** 2;
  return {
    low: sortedQuantile(sorted, (1 - level) / 2),
    high: sortedQuantile(sorted, (1 + level) / 2),
    standardError: Math.sqrt(squares / (sorted.length - 1)),
  };
}
