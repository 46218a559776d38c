import { InputError, requireInteger } from "../../errors";
import { type LogisticRegression, logisticRegression } from "../../statistics/logistic-regression";
import type { LoggedFeedback } from "./feedback";

/** What describes the actions and how the model is fitted. */
export interface RewardModelOptions {
  /** What is known of each action, [actions × action features], row by row. */
  actionFeatures: Float64Array | Float32Array;
  actions: number;
  /** The fold, from 0 up, of each round, [rounds]; see {@link assignFolds}. */
  folds: Int32Array;
  /** Ridge penalty of the logistic regression; 1 unless said, scikit-learn's default. */
  penalty?: number;
}

/**
 * Expected rewards q(x, a) of every action in every round, for rewards of 0 and 1, [rounds × actions], by logistic
 * regression on the round's context beside the action's features.
 *
 * Cross-fitted: a round is predicted by a model fitted to the other folds (Narita, Yasui and Yata 2020,
 * arXiv:2002.08536), and one model is fitted for each position, as in the Open Bandit Pipeline's `RegressionModel`. Each
 * model is fitted to its optimum.
 *
 * Throws {@link InputError} for shapes that don't fit, rewards other than 0 and 1, and a position that has no round outside
 * a fold.
 */
export function crossFitRewards(feedback: LoggedFeedback, options: RewardModelOptions): Float64Array {
  const { actionFeatures, actions, folds, penalty = 1 } = options;
  const rounds = feedback.action.length;
  const position = feedback.position ?? new Int32Array(rounds);
  const contextWidth = feedback.context.length / rounds;
  const actionWidth = actionFeatures.length / requireInteger(actions, "actions", 1);
  if (!Number.isInteger(actionWidth))
    throw new InputError(`action features are [${actions} × features]`, {
      value: actionFeatures.length,
      place: "actionFeatures",
    });
  if (folds.length !== rounds)
    throw new InputError(`each of ${rounds} rounds has a fold`, { value: folds.length, place: "folds" });
  const rewards = new Float64Array(rounds * actions);
  const foldCount = folds.reduce((most, fold) => Math.max(most, fold), -1) + 1;
  const positions = position.reduce((most, value) => Math.max(most, value), -1) + 1;
  for (let fold = 0; fold < foldCount; fold++)
    for (let place = 0; place < positions; place++) {
      const atPosition = indices(rounds, (round) => position[round] === place);
      const training = atPosition.filter((round) => folds[round] !== fold);
      const held = atPosition.filter((round) => folds[round] === fold);
      if (held.length === 0) continue;
      if (training.length === 0)
        throw new InputError("a position needs rounds outside each fold to learn from", {
          value: held.length,
          place: `fold ${fold}, position ${place}`,
          remedy: "Use at least two folds, with several rounds of each position.",
        });
      const model = fitModel(feedback, training, { contextWidth, actionWidth, actionFeatures, penalty });
      predict(model, feedback.context, held, { contextWidth, actionWidth, actionFeatures, actions }, rewards);
    }
  return rewards;
}

/**
 * A fold for each round: a random permutation cut into `count` parts as equal as they can be (scikit-learn's
 * `KFold(count, shuffle=True)`; with the same generator, the same folds).
 */
export function assignFolds(
  rounds: number,
  count: number,
  random: { shuffle(array: Int32Array): Int32Array },
): Int32Array {
  requireInteger(count, "count", 2, Math.max(2, rounds));
  const order = random.shuffle(Int32Array.from({ length: rounds }, (_, round) => round));
  const folds = new Int32Array(rounds);
  let start = 0;
  for (let fold = 0; fold < count; fold++) {
    const end = start + Math.floor(rounds / count) + (fold < rounds % count ? 1 : 0);
    for (let at = start; at < end; at++) folds[order[at]] = fold;
    start = end;
  }
  return folds;
}

interface Design {
  contextWidth: number;
  actionWidth: number;
  actionFeatures: Float64Array | Float32Array;
}

function fitModel(feedback: LoggedFeedback, training: Int32Array, design: Design & { penalty: number }) {
  const { contextWidth, actionWidth, actionFeatures, penalty } = design;
  const width = contextWidth + actionWidth;
  const features = new Float64Array(training.length * width);
  training.forEach((round, row) => {
    const action = feedback.action[round];
    features.set(feedback.context.subarray(round * contextWidth, (round + 1) * contextWidth), row * width);
    features.set(actionFeatures.subarray(action * actionWidth, (action + 1) * actionWidth), row * width + contextWidth);
  });
  const labels = Float64Array.from(training, (round) => feedback.reward[round]);
  return logisticRegression({ features, width, labels, penalty });
}

/** The score is a context's part plus an action's part: rounds × features + actions × features, not their product. */
function predict(
  model: LogisticRegression,
  context: Float32Array,
  rounds: Int32Array,
  { contextWidth, actionWidth, actionFeatures, actions }: Design & { actions: number },
  rewards: Float64Array,
): void {
  const { coefficients, intercept } = model;
  const dot = (features: ArrayLike<number>, at: number, width: number, from: number) => {
    let sum = 0;
    for (let j = 0; j < width; j++) sum += features[at + j] * coefficients[from + j];
    return sum;
  };
  const actionPart = Float64Array.from({ length: actions }, (_, a) =>
    dot(actionFeatures, a * actionWidth, actionWidth, contextWidth),
  );
  for (const round of rounds) {
    const contextPart = intercept + dot(context, round * contextWidth, contextWidth, 0);
    for (let a = 0; a < actions; a++) rewards[round * actions + a] = 1 / (1 + Math.exp(-contextPart - actionPart[a]));
  }
}

function indices(count: number, keep: (index: number) => boolean): Int32Array {
  return Int32Array.from({ length: count }, (_, index) => index).filter(keep);
}
