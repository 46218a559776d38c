import { InputError, requireInteger, requireNumber, throwIfAborted } from "../../errors";
import type { Random } from "../../random";

/** How {@link evolve} searches. */
export interface EvolutionOptions {
  /** Where the search starts, [dimensions]. */
  start: ArrayLike<number>;
  /** Standard deviation of the first candidates, above 0. */
  spread: number;
  generations: number;
  /** Candidates in a generation. Default 4 + ⌊3 ln dimensions⌋. */
  population?: number;
  random: Random;
  /** Called after each generation. */
  onProgress?(done: number, metrics: EvolutionMetrics): void;
  signal?: AbortSignal;
}

/** What there is to watch while it searches. */
export interface EvolutionMetrics {
  generation: number;
  /** Mean and best score of the generation's candidates. */
  meanScore: number;
  bestScore: number;
  /** The standard deviation of the next candidates, averaged over dimensions. */
  spread: number;
}

/**
 * Looks for the highest score by sep-CMA-ES (Ros and Hansen 2008): candidates are drawn from a normal distribution with
 * its own variance in each dimension; its mean moves to a weighted mean of the better half, its variances follow the
 * steps that were good, and its overall scale grows while steps agree and shrinks while they cancel. Constants are those of Hansen's
 * tutorial (arXiv:1604.00772), with the diagonal's faster rates.
 *
 * Scores may be noisy as long as the candidates of one generation are scored alike (on common random numbers): only
 * their order counts. The mean of the last distribution is returned, not the luckiest candidate.
 *
 * @param score the candidates' scores, higher is better, given the candidates and the generation.
 */
export function evolve(
  score: (candidates: Float64Array[], generation: number) => ArrayLike<number>,
  options: EvolutionOptions,
): Float64Array {
  const n = requireInteger(options.start.length, "number of dimensions", 1);
  const generations = requireInteger(options.generations, "generations", 0);
  const population = requireInteger(options.population ?? 4 + Math.floor(3 * Math.log(n)), "population", 4);
  let scale = requireNumber(options.spread, "spread", Number.MIN_VALUE);
  const { random } = options;
  const parents = Math.floor(population / 2);
  const raw = Float64Array.from({ length: parents }, (_, i) => Math.log((population + 1) / 2) - Math.log(i + 1));
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  const weights = raw.map((weight) => weight / total);
  const effective = 1 / weights.reduce((sum, weight) => sum + weight * weight, 0);
  const scaleRate = (effective + 2) / (n + effective + 5);
  const damping = 1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (n + 1)) - 1) + scaleRate;
  const pathRate = (4 + effective / n) / (n + 4 + (2 * effective) / n);
  const faster = (n + 2) / 3;
  const rankOne = Math.min(1, (faster * 2) / ((n + 1.3) ** 2 + effective));
  const rankMany = Math.min(1 - rankOne, (faster * 2 * (effective - 2 + 1 / effective)) / ((n + 2) ** 2 + effective));
  const expectedLength = Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));

  const mean = Float64Array.from(options.start);
  const variances = new Float64Array(n).fill(1);
  const scalePath = new Float64Array(n);
  const path = new Float64Array(n);
  for (let generation = 0; generation < generations; generation++) {
    throwIfAborted(options.signal, "the search");
    const draws = Array.from({ length: population }, () => Float64Array.from({ length: n }, () => random.normal()));
    const candidates = draws.map((z) => mean.map((m, j) => m + scale * Math.sqrt(variances[j]) * z[j]));
    const scores = Float64Array.from(score(candidates, generation));
    if (scores.length !== population || scores.some(Number.isNaN))
      throw new InputError(`${population} candidates need as many scores`, {
        value: Array.from(scores),
        place: "score",
      });
    const order = Array.from(draws, (_, i) => i).sort((a, b) => scores[b] - scores[a] || a - b);

    let length = 0;
    const step = new Float64Array(n);
    for (let j = 0; j < n; j++) {
      for (let i = 0; i < parents; i++) step[j] += weights[i] * draws[order[i]][j];
      scalePath[j] = (1 - scaleRate) * scalePath[j] + Math.sqrt(scaleRate * (2 - scaleRate) * effective) * step[j];
      length += scalePath[j] ** 2;
    }
    length = Math.sqrt(length);
    const settled = Math.sqrt(1 - (1 - scaleRate) ** (2 * (generation + 1)));
    const stalled = length / settled >= (1.4 + 2 / (n + 1)) * expectedLength;
    for (let j = 0; j < n; j++) {
      const deviation = Math.sqrt(variances[j]);
      mean[j] += scale * deviation * step[j];
      path[j] *= 1 - pathRate;
      if (!stalled) path[j] += Math.sqrt(pathRate * (2 - pathRate) * effective) * deviation * step[j];
      let spread = 0;
      for (let i = 0; i < parents; i++) spread += weights[i] * draws[order[i]][j] ** 2;
      const kept = 1 - rankOne - rankMany + (stalled ? rankOne * pathRate * (2 - pathRate) : 0);
      variances[j] = kept * variances[j] + rankOne * path[j] ** 2 + rankMany * variances[j] * spread;
    }
    scale *= Math.exp((scaleRate / damping) * (length / expectedLength - 1));
    options.onProgress?.((generation + 1) / generations, {
      generation,
      meanScore: scores.reduce((sum, one) => sum + one / population, 0),
      bestScore: scores[order[0]],
      spread: variances.reduce((sum, variance) => sum + (scale * Math.sqrt(variance)) / n, 0),
    });
  }
  return mean;
}
