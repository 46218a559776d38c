/** One validation metric after one iteration. */
export interface Score {
  metric: string;
  value: number;
}

/** Names of the metrics that are better when higher; all others are losses. */
const HIGHER_IS_BETTER = /^(auc|ndcg@|map@|average_precision)/;

/**
 * LightGBM's rule for stopping early: stop as soon as any metric has not improved for `patience` iterations, and keep the
 * iteration that was best for that metric; without a stop, the best iteration of the first metric.
 */
export class EarlyStopping {
  private readonly best: { value: number; iteration: number }[] = [];

  constructor(private readonly patience: number) {}

  /** Takes the scores of an iteration, counted from 1; returns the best iteration once training should stop. */
  update(iteration: number, scores: readonly Score[]): number | undefined {
    for (const [index, { metric, value }] of scores.entries()) {
      const best = this.best[index];
      const better = !best || (HIGHER_IS_BETTER.test(metric) ? value > best.value : value < best.value);
      if (better) this.best[index] = { value, iteration };
      else if (iteration - best.iteration >= this.patience) return best.iteration;
    }
    return undefined;
  }

  /** The best iteration so far, by the first metric. */
  get bestIteration(): number | undefined {
    return this.best[0]?.iteration;
  }
}
