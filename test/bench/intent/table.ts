import { reliability } from "../../../lib/models/calibration/index";
import { averagePrecision, logLosses, rocAuc, squaredErrors } from "../../../lib/models/metrics/classification";
import { bootstrapRanking } from "../../../lib/models/metrics/classification-bootstrap";
import { delong } from "../../../lib/models/metrics/delong";
import { createRandom } from "../../../lib/random";
import type { BootstrapInterval } from "../../../lib/statistics/bootstrap";

/** One model's row of the table, on the test part. */
export interface IntentRow {
  name: string;
  auc: BootstrapInterval;
  precision: BootstrapInterval;
  logLoss: number;
  brier: number;
  /** Expected calibration error in ten groups. */
  calibration: number;
  /** AUC less the reference's, with DeLong's p value. */
  gain: number;
  pValue: number;
}

/**
 * Every model's figures on the same rows, intervals from 200 resamples of users, and DeLong's paired test against the
 * model named `reference`.
 */
export function intentTable(
  labels: ArrayLike<number>,
  chances: Readonly<Record<string, Float64Array>>,
  reference: string,
): IntentRow[] {
  return Object.entries(chances).map(([name, own]) => {
    const { auc, precision } = bootstrapRanking(
      labels,
      own,
      { auc: rocAuc, precision: averagePrecision },
      { random: createRandom("intent"), resamples: 200 },
    );
    const { difference, pValue } = delong(labels, own, chances[reference]);
    return {
      name,
      auc,
      precision,
      logLoss: mean(logLosses(labels, own)),
      brier: mean(squaredErrors(labels, own)),
      calibration: reliability(labels, own).error,
      gain: difference,
      pValue,
    };
  });
}

/** The table as text, a line for each model. */
export function tableText(rows: readonly IntentRow[]): string {
  const cell = (value: string, width: number) => value.padStart(width);
  const head = [
    "model".padEnd(36),
    ...["AUC", "95 %", "PR AUC", "log loss", "Brier", "ECE", "gain", "p"].map((name, at) => cell(name, WIDTHS[at])),
  ];
  const lines = rows.map(({ name, auc, precision, logLoss, brier, calibration, gain, pValue }) => {
    const cells = [
      auc.estimate.toFixed(4),
      `${auc.low.toFixed(4)} to ${auc.high.toFixed(4)}`,
      precision.estimate.toFixed(4),
      logLoss.toFixed(4),
      brier.toFixed(4),
      calibration.toFixed(4),
      gain.toFixed(4),
      pValue.toPrecision(2),
    ];
    return [name.padEnd(36), ...cells.map((value, at) => cell(value, WIDTHS[at]))].join(" ");
  });
  return [head.join(" "), ...lines].join("\n");
}

const WIDTHS = [7, 17, 7, 9, 7, 7, 8, 8];

const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
