import { requireInteger, requireNumber, throwIfAborted } from "../../../errors";
import type { Parameters } from "../../../models/lightgbm/index";
import { episodeStarts, type LoggedSteps, longestEpisode, observationWidth } from "../../logs/logged-steps";
import { backUp, mergeSteps } from "../../logs/merge";
import type { StepPolicy } from "../../logs/step-policy";
import { actionValues, TreeValues } from "./tree-values";

/** How {@link fittedQEvaluation} estimates. */
export interface EvaluationOptions {
  /** Rounds of fitting; at least the length of an episode, since each carries rewards one step back. Default: the longest. */
  rounds?: number;
  /** γ in [0, 1]. Default 1. */
  discount?: number;
  /** LightGBM's parameters and trees in a round, instead of TREE_PARAMETERS and 100. */
  parameters?: Parameters;
  trees?: number;
  signal?: AbortSignal;
}

/** What a policy is worth, as {@link fittedQEvaluation} believes. */
export interface ValueModel {
  /** Mean value of the policy at the starts of the log's episodes, in the reward's unit. */
  value: number;
  /** Q of every action for observations [rows × width]: [rows × actions]. */
  values(observations: ArrayLike<number>): Float64Array;
  /** Frees the trees. */
  dispose(): void;
}

/**
 * Fitted Q evaluation (Le, Voloshin and Yue 2019, algorithm 3): what a policy π would earn, from the log of another,
 *
 *   Q_0 = 0,   Q_k+1 = the fit of r + γ Σ over b of π(b | s′) Q_k(s′, b),   V = mean over the starts of Σ π(b | s) Q_K(s, b),
 *
 * with boosted trees over (s, a) as the fit. It needs no propensities and has little noise, but it has bias: where π does what
 * the log hardly ever did, the trees guess from neighbours. An estimate of the policy on whose fit it was chosen is too high;
 * give it episodes that were kept back.
 */
export function fittedQEvaluation(log: LoggedSteps, policy: StepPolicy, options: EvaluationOptions = {}): ValueModel {
  const discount = requireNumber(options.discount ?? 1, "discount", 0, 1);
  const merged = mergeSteps(log);
  const episodes = episodeStarts(log);
  const rounds = requireInteger(options.rounds ?? Math.max(1, longestEpisode(episodes)), "rounds", 1);
  const trees = new TreeValues(merged, options.parameters, options.trees);
  const { actions, width, nextStates, nextObservations, nextMasks } = merged;
  const chances = probabilitiesOf(policy, nextObservations, width, nextMasks, actions);
  const later = new Float64Array(nextStates);
  const targets = new Float64Array(merged.pairs);
  let model = trees.fit(merged.rewards);
  for (let round = 1; round < rounds; round++) {
    throwIfAborted(options.signal, "fitted Q evaluation");
    const values = trees.ofNext(model);
    model.dispose();
    for (let state = 0; state < nextStates; state++) later[state] = expected(values, chances, state, actions);
    backUp(merged, later, discount, merged.rewards, targets);
    model = trees.fit(targets);
  }

  const firsts = episodes.subarray(0, -1);
  const observations = new Float64Array(firsts.length * width);
  const masks = new Uint8Array(firsts.length * actions);
  firsts.forEach((step, row) => {
    observations.set(log.observations.subarray(step * width, (step + 1) * width), row * width);
    masks.set(log.masks.subarray(step * actions, (step + 1) * actions), row * actions);
  });
  const values = actionValues(model, observations, width, actions);
  const starting = probabilitiesOf(policy, observations, width, masks, actions);
  let value = 0;
  for (let row = 0; row < firsts.length; row++) value += expected(values, starting, row, actions) / firsts.length;
  return {
    value,
    values: (states) => actionValues(model, states, observationWidth(log.observationSpace), actions),
    dispose: () => model.dispose(),
  };
}

/** A policy's chances in every row, [rows × actions]. */
export function probabilitiesOf(
  ...[policy, observations, width, masks, actions]: [StepPolicy, Float64Array, number, Uint8Array, number]
): Float64Array {
  const rows = observations.length / width;
  const chances = new Float64Array(rows * actions);
  for (let row = 0; row < rows; row++)
    policy.probabilities(
      observations.subarray(row * width, (row + 1) * width),
      masks.subarray(row * actions, (row + 1) * actions),
      chances.subarray(row * actions, (row + 1) * actions),
    );
  return chances;
}

function expected(values: Float64Array, chances: Float64Array, row: number, actions: number): number {
  let sum = 0;
  for (let at = row * actions; at < (row + 1) * actions; at++) if (chances[at] > 0) sum += chances[at] * values[at];
  return sum;
}
