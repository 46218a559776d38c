import { averagePrecision, liftAt, rocAuc, squaredErrors } from "../../models/metrics/classification";
import { bootstrapRanking } from "../../models/metrics/classification-bootstrap";
import { type BootstrapInterval, type BootstrapOptions, bootstrapMean } from "../../statistics/bootstrap";

/** How good churn probabilities are, each with its bootstrap interval over users. */
export interface ChurnScores {
  /** Chance that a user who left scores above one who stayed. */
  auc: BootstrapInterval;
  /** Average precision; a random order has the share of churners. */
  precision: BootstrapInterval;
  /** Churners among the riskiest tenth of users, over their share among all. */
  lift: BootstrapInterval;
  /** Mean squared error of the probabilities; lower is better. */
  brier: BootstrapInterval;
}

/** Scores probabilities against what came; 500 resamples unless said. */
export function scoreChurn(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  options: BootstrapOptions,
): ChurnScores {
  const settings = { resamples: 500, ...options };
  const ranked = bootstrapRanking(
    labels,
    probabilities,
    { auc: rocAuc, precision: averagePrecision, lift: liftAt(0.1) },
    settings,
  );
  return { ...ranked, brier: bootstrapMean(squaredErrors(labels, probabilities), settings) };
}
