import {
  addAdapters,
  addHeads,
  type FineTuneMode,
  fineTuneTask,
  intentHead,
  predictHeads,
  target,
} from "../../../lib/models/heads/index";
import { trainLightgbm } from "../../../lib/models/lightgbm/index";
import { logLosses } from "../../../lib/models/metrics/classification";
import { disposeParameters, type NamedArrays, writeParameters } from "../../../lib/models/parameters";
import { cnnShape, createCnnModel } from "../../../lib/models/sequences/cnn";
import { startGapsAsWaves } from "../../../lib/models/sequences/fields";
import { createGruModel, gruShape } from "../../../lib/models/sequences/gru";
import { createMlpModel, mlpShape } from "../../../lib/models/sequences/mlp";
import type { SequenceModel } from "../../../lib/models/sequences/model";
import { train } from "../../../lib/models/training/train";
import { behaviourShape, createBehaviour } from "../../../lib/models/transformer/behaviour";
import { logisticChance, logisticRegression } from "../../../lib/statistics/logistic-regression";
import { exampleSet, type IntentData, type IntentPart } from "./data";

/** Chances of a model for the examples of the test. */
export type Chances = Float64Array;

/** How sequence models are made and trained. */
export interface SequenceSettings {
  width: number;
  /** Events looked at. */
  length: number;
  epochs: number;
  /** Epochs of pre-training. */
  pretraining: number;
  batch: number;
  seed: number;
}

/** Networks over events, by kind. */
export const NETWORKS: Readonly<Record<string, (data: IntentData, settings: SequenceSettings) => SequenceModel>> = {
  MLP: ({ events: { fields } }, { width, length, seed }) =>
    createMlpModel(mlpShape(0, { fields, width, length, hidden: 2 * width }), seed),
  CNN: ({ events: { fields } }, { width, length, seed }) =>
    createCnnModel(cnnShape(0, { fields, width, length, kernel: 3, dilations: [1, 2, 4, 8] }), seed),
  GRU: ({ events: { fields } }, { width, length, seed }) =>
    createGruModel(gruShape(0, { fields, width, length, hidden: 2 * width }), seed),
  transformer: ({ events: { fields } }, { width, length, seed }) =>
    createBehaviour(behaviourShape(0, { fields, width, length, causal: false }), seed),
};

/** Logistic regression on the features. */
export function fitLogistic({ names, train: learn, test }: IntentData): Chances {
  const width = names.length;
  const model = logisticRegression({ features: learn.scaled, width, labels: learn.labels });
  return Float64Array.from(test.labels, (_, row) => logisticChance(model, test.scaled, row * width));
}

/** LightGBM on the features, stopped by the validation part. */
export function fitTrees({ names, train: learn, validation, test }: IntentData): Chances {
  const width = names.length;
  const rows = ({ features, labels }: IntentPart) => ({ features, width, labels });
  const { model } = trainLightgbm(rows(learn), {
    parameters: {
      ...{ objective: "binary", metric: "binary_logloss", learning_rate: 0.05, num_leaves: 15 },
      ...{ min_data_in_leaf: 50, deterministic: true, force_col_wise: true },
    },
    iterations: 500,
    validation: rows(validation),
    patience: 30,
  });
  const chances = model.predict({ features: test.features, width });
  model.dispose();
  return chances;
}

/** How one sequence model of the table comes about. */
export interface Recipe {
  kind: string;
  mode?: FineTuneMode;
  /** Weights to start from, see `pretrain`. */
  start?: NamedArrays;
  /** Gives the heads the features of the trees, too. */
  features?: boolean;
  rate?: number;
}

/** A network with a head for intent, fitted as a recipe says; the epoch of the lowest log loss on the validation part stays. */
export async function fitSequence(
  data: IntentData,
  recipe: Recipe,
  settings: SequenceSettings,
  log: (text: string) => void,
): Promise<Chances> {
  const model = NETWORKS[recipe.kind](data, settings);
  if (recipe.start) writeParameters(model.parameters, recipe.start);
  else if (model.parameters.has("gap.embedding")) startGapsAsWaves(model);
  const chances = await fitModel(model, data, recipe, settings, log);
  disposeParameters(model.parameters);
  return chances;
}

/** {@link fitSequence} of a network that is there already; its weights are the fitted ones then. */
export async function fitModel(
  model: SequenceModel,
  data: IntentData,
  { mode = "full", features = false, rate = 1e-3 }: Omit<Recipe, "kind" | "start">,
  { seed, batch, epochs }: SequenceSettings,
  log: (text: string) => void,
): Promise<Chances> {
  if (mode === "adapters") addAdapters(model, { seed, rank: 8 });
  const heads = { intent: intentHead() };
  const targets = [target(heads.intent, data.train.labels)];
  addHeads(model, targets, { seed, features: features ? data.names.length : 0 });
  const foretold = async (part: IntentPart) =>
    (await predictHeads(model, exampleSet(data, part, features), heads, { batch })).intent;
  const task = await fineTuneTask(model, exampleSet(data, data.train, features), targets, {
    ...{ seed, mode, batch },
    validate: async () => ({
      score: -mean(logLosses(data.validation.labels, await foretold(data.validation))),
    }),
  });
  await train(task, {
    ...{ epochs, seed, rate, clip: 1, decay: 0.01, patience: 2 },
    onEpoch: ({ epoch, loss, seconds, metrics }) =>
      log(`  epoch ${epoch}: loss ${loss.toFixed(4)}, validation ${metrics.score.toFixed(4)}, ${seconds.toFixed(0)} s`),
  });
  return foretold(data.test);
}

const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
