import { InputError } from "../../errors";
import { type Calibration, isotonicCalibration, plattCalibration } from "../../models/calibration/index";
import { type LightgbmModel, type Parameters, trainLightgbm } from "../../models/lightgbm/index";
import { fitStandardiser } from "../../models/standardise";
import type { Random } from "../../random";
import { logisticRegression } from "../../statistics/logistic-regression";
import type { ChurnTable } from "./table";

/** What a churn model learns from. */
export type ChurnRows = Pick<ChurnTable, "features" | "width" | "names" | "labels">;

/** Settings of {@link fitChurn}. */
export interface ChurnModelOptions {
  kind: "trees" | "logistic";
  /** Splits users; the same seed, the same split. */
  random: Random;
  /** Isotonic needs more rows; "isotonic" from 1,000 calibration rows on, else "platt", unless said. */
  calibration?: "isotonic" | "platt";
  /** More parameters for LightGBM. */
  parameters?: Parameters;
}

/** A calibrated churn model. */
export interface ChurnModel {
  kind: "trees" | "logistic";
  calibration: "isotonic" | "platt";
  /** P(churn) of each row, [rows]. */
  predict(features: Float64Array): Float64Array;
  /** Weight of each feature, largest first: gain of the trees' splits, or |coefficient| per standard deviation. */
  importance: { name: string; weight: number }[];
  /** The trees; undefined for logistic regression. */
  trees?: LightgbmModel;
  /** Frees the trees. */
  dispose(): void;
}

/**
 * Fits a churn model on users drawn apart: 60 % to learn from, 20 % to stop the trees' training, 20 % to calibrate on. Logistic
 * regression learns from the first 80 %. Test on users, and better on a later moment, that this never saw.
 * Throws {@link InputError} for fewer than 50 users.
 */
export function fitChurn(rows: ChurnRows, options: ChurnModelOptions): ChurnModel {
  const { kind, random } = options;
  const count = rows.labels.length;
  if (count < 50) throw new InputError("a churn model needs 50 users or more", { value: count, place: "rows" });
  const order = random.shuffle(Uint32Array.from({ length: count }, (_, row) => row));
  const part = (from: number, to: number) =>
    pick(rows, order.subarray(Math.floor(from * count), Math.floor(to * count)));
  const held = part(0.8, 1);
  const scorer =
    kind === "trees" ? fitTrees(part(0, 0.6), part(0.6, 0.8), options.parameters ?? {}) : fitLogistic(part(0, 0.8));
  const calibration = options.calibration ?? (held.labels.length >= 1000 ? "isotonic" : "platt");
  const calibrate: Calibration = (calibration === "isotonic" ? isotonicCalibration : plattCalibration)(
    held.labels,
    scorer.score(held.features),
  );
  const { trees } = scorer;
  return {
    kind,
    calibration,
    predict: (features) => scorer.score(features).map(calibrate),
    importance: rows.names
      .map((name, column) => ({ name, weight: scorer.weights[column] }))
      .sort((one, other) => other.weight - one.weight),
    trees,
    dispose: () => trees?.dispose(),
  };
}

interface Scorer {
  /** Log-odds before calibration. */
  score(features: Float64Array): Float64Array;
  weights: ArrayLike<number>;
  trees?: LightgbmModel;
}

function fitTrees(train: ChurnRows, stop: ChurnRows, parameters: Parameters): Scorer {
  const { model } = trainLightgbm(train, {
    parameters: {
      objective: "binary",
      metric: "binary_logloss",
      learning_rate: 0.05,
      num_leaves: 15,
      min_data_in_leaf: Math.max(5, Math.min(50, Math.floor(train.labels.length / 50))),
      deterministic: true,
      force_col_wise: true,
      ...parameters,
    },
    iterations: 400,
    validation: stop,
    patience: 30,
  });
  const { width } = train;
  return {
    score: (features) => model.predictRaw({ features, width }),
    weights: model.importance("gain"),
    trees: model,
  };
}

function fitLogistic({ features, width, labels }: ChurnRows): Scorer {
  const standardiser = fitStandardiser(features, width);
  const model = logisticRegression({ features: standardiser.apply(features), width, labels });
  const score = (table: Float64Array) => {
    const scaled = standardiser.apply(table);
    return Float64Array.from({ length: table.length / width }, (_, row) => {
      let sum = model.intercept;
      for (let column = 0; column < width; column++) sum += model.coefficients[column] * scaled[row * width + column];
      return sum;
    });
  };
  return { score, weights: model.coefficients.map(Math.abs) };
}

function pick({ features, width, names, labels }: ChurnRows, members: Uint32Array): ChurnRows {
  const chosen = new Float64Array(members.length * width);
  for (const [at, row] of members.entries()) chosen.set(features.subarray(row * width, (row + 1) * width), at * width);
  return { features: chosen, width, names, labels: Float64Array.from(members, (row) => labels[row]) };
}
