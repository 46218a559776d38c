import { type LightgbmModel, type Parameters, trainLightgbm } from "../../../models/lightgbm/index";
import type { MergedLog } from "../../logs/merge";

/**
 * Gradient boosting settings that suit the few columns of a sale: shallow enough to share what neighbouring pairs know, and a
 * leaf holds at least 20 steps. The least number of rows in a leaf is 1, because equal pairs are merged into one weighted row;
 * LightGBM guesses the rows of a leaf from its weight, so that in effect a leaf also weighs half a mean pair or more.
 */
export const TREE_PARAMETERS: Parameters = {
  ...{ objective: "regression", learning_rate: 0.1, num_leaves: 31, lambda_l2: 1 },
  ...{ min_data_in_leaf: 1, min_data_in_bin: 1, min_sum_hessian_in_leaf: 20 },
  ...{ num_threads: 1, deterministic: true, force_row_wise: true, verbosity: -1 },
};

/**
 * Q(s, a) as boosted trees over the numbers of the observation and the action's, fitted to targets of a merged log's pairs,
 * each weighing as many steps as it had: the least-squares fit over all steps.
 */
export class TreeValues {
  private readonly features: Float64Array;

  constructor(
    private readonly merged: MergedLog,
    private readonly parameters: Parameters = TREE_PARAMETERS,
    private readonly trees = 100,
  ) {
    this.features = withActions(merged);
  }

  /** @param targets of the pairs, [pairs]. */
  fit(targets: Float64Array): LightgbmModel {
    return trainLightgbm(
      { features: this.features, width: this.merged.width + 1, labels: targets, weights: this.merged.pairCounts },
      { parameters: this.parameters, iterations: this.trees },
    ).model;
  }

  /** The values of the log's pairs, [pairs]. */
  ofPairs(model: LightgbmModel): Float64Array {
    return model.predict({ features: this.features, width: this.merged.width + 1 });
  }

  /** The values of every action in each next state, [nextStates × actions]. */
  ofNext(model: LightgbmModel): Float64Array {
    return actionValues(model, this.merged.nextObservations, this.merged.width, this.merged.actions);
  }
}

/** The values of every action for observations [rows × width]: [rows × actions]. */
export function actionValues(
  model: LightgbmModel,
  observations: ArrayLike<number>,
  width: number,
  actions: number,
): Float64Array {
  const rows = observations.length / width;
  const features = new Float64Array(rows * actions * (width + 1));
  for (let row = 0, at = 0; row < rows; row++)
    for (let action = 0; action < actions; action++) {
      for (let i = 0; i < width; i++) features[at++] = observations[row * width + i];
      features[at++] = action;
    }
  return model.predict({ features, width: width + 1 });
}

function withActions({ states, starts, taken, observations, width, pairs }: MergedLog): Float64Array {
  const features = new Float64Array(pairs * (width + 1));
  for (let state = 0, at = 0; state < states; state++)
    for (let pair = starts[state]; pair < starts[state + 1]; pair++) {
      for (let i = 0; i < width; i++) features[at++] = observations[state * width + i];
      features[at++] = taken[pair];
    }
  return features;
}
