import { InputError, requireInteger, throwIfAborted } from "../../errors";
import { boosterText } from "./booster-text";
import { type TrainingData, withDataset } from "./dataset";
import { EarlyStopping, type Score } from "./early-stopping";
import { call, callForHandle, callForNumber, type Handle, readTexts } from "./library";
import { LightgbmModel } from "./model";
import { type Parameters, parameterText } from "./parameters";

/** How a model is trained. */
export interface TrainOptions {
  /** LightGBM's own; `verbosity` is −1 unless said. */
  parameters: Parameters;
  /** Most iterations; 100 unless said. */
  iterations?: number;
  /** Rows that are not learnt from, scored after each iteration. */
  validation?: TrainingData;
  /** Stop once a validation metric has not improved for so many iterations; never unless said. */
  patience?: number;
  /** Stops the training between iterations with an AbortedError. */
  signal?: AbortSignal;
  /** Told the validation scores after each iteration, counted from 1. */
  onIteration?(iteration: number, scores: readonly Score[]): void;
}

/** A trained model and how its training went. */
export interface Trained {
  model: LightgbmModel;
  /** Each validation metric after each iteration. */
  history: Record<string, number[]>;
  /** The iteration, from 1, that the model was cut to by early stopping; undefined without `patience`. */
  bestIteration?: number;
}

/**
 * Trains gradient-boosted trees (Ke et al. 2017) with LightGBM's own library, on all cores unless `num_threads` says otherwise.
 * The result is the Python package's for the same data and parameters. Early stopping follows that package's rule, see
 * {@link EarlyStopping}.
 *
 * Throws {@link InputError} for data that don't fit together, {@link LightgbmError} for what the library refuses, and
 * {@link EnvironmentError} where the library is missing.
 */
export function trainLightgbm(data: TrainingData, options: TrainOptions): Trained {
  const { validation, patience } = options;
  const iterations = requireInteger(options.iterations ?? 100, "iterations", 1);
  const parameters: Parameters = { verbosity: -1, ...options.parameters };
  if (patience !== undefined) {
    requireInteger(patience, "patience", 1);
    if (!validation)
      throw new InputError("early stopping needs validation rows", { place: "validation", remedy: "Give some." });
  }
  return withDataset(data, { parameters, place: "data" }, (training) => {
    const boost = (held?: Handle): Trained => {
      const booster = callForHandle("LGBM_BoosterCreate", training, parameterText(parameters));
      try {
        if (held) call("LGBM_BoosterAddValidData", booster, held);
        const { history, bestIteration } = iterate(booster, iterations, held !== undefined, options);
        // Written and read again, the model keeps nothing of the training's memory; the Python package does the same.
        return { model: LightgbmModel.fromText(boosterText(booster, bestIteration ?? -1)), history, bestIteration };
      } finally {
        call("LGBM_BoosterFree", booster);
      }
    };
    if (!validation) return boost();
    const settings = { parameters, reference: training, place: "validation" };
    return withDataset(validation, settings, (held) => boost(held));
  });
}

function iterate(
  booster: Handle,
  iterations: number,
  validated: boolean,
  { patience, signal, onIteration }: TrainOptions,
): { history: Record<string, number[]>; bestIteration?: number } {
  const metrics = validated ? metricNames(booster) : [];
  const history: Record<string, number[]> = Object.fromEntries(metrics.map((metric) => [metric, []]));
  const stopping = patience === undefined ? undefined : new EarlyStopping(patience);
  if (stopping && metrics.length === 0)
    throw new InputError("early stopping needs a metric", { place: "parameters.metric", remedy: "Leave it out." });
  const results = new Float64Array(metrics.length);
  for (let iteration = 1; iteration <= iterations; iteration++) {
    throwIfAborted(signal, "LightGBM's training");
    // Non-zero where no leaf can be split any more. Training goes on: a row sample of the next iteration may allow it.
    callForNumber("LGBM_BoosterUpdateOneIter", booster);
    if (metrics.length > 0) call("LGBM_BoosterGetEval", booster, 1, [0], results);
    const scores = metrics.map((metric, index) => ({ metric, value: results[index] }));
    for (const { metric, value } of scores) history[metric].push(value);
    onIteration?.(iteration, scores);
    const best = stopping?.update(iteration, scores);
    if (best !== undefined) return { history, bestIteration: best };
  }
  return { history, bestIteration: stopping?.bestIteration };
}

function metricNames(booster: Handle): string[] {
  const count = callForNumber("LGBM_BoosterGetEvalCounts", booster);
  if (count === 0) return [];
  const read = (size: number) => {
    const needed: [number] = [0];
    const names = readTexts(count, size, (addresses) =>
      call("LGBM_BoosterGetEvalNames", booster, count, [0], size, needed, addresses),
    );
    return { names, needed: Number(needed[0]) };
  };
  const { names, needed } = read(256);
  return needed <= 256 ? names : read(needed).names;
}
