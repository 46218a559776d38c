import { DataError, requireInteger, requireNumber, throwIfAborted } from "../../../errors";
import type { Parameters } from "../../../models/lightgbm/index";
import { episodeStarts, type LoggedSteps, longestEpisode } from "../../logs/logged-steps";
import { backUp, mergeSteps } from "../../logs/merge";
import { TreeValues } from "./tree-values";
import { treeWalker } from "./tree-walker";
import { bestAllowed, type ValueAgent } from "./value-agent";

/** How {@link fittedQTrees} learns. */
export interface TreeOptions {
  /** Rounds of fitting. Default: the length of the longest episode, since each carries rewards one step back. */
  rounds?: number;
  /** γ in [0, 1]. Default 1. */
  discount?: number;
  /** LightGBM's parameters and trees in a round, instead of TREE_PARAMETERS and 100. */
  parameters?: Parameters;
  trees?: number;
  /** Called after each round with the share done and the largest change of a logged pair's value since the round before. */
  onProgress?(done: number, metrics: { round: number; change: number }): void;
  signal?: AbortSignal;
}

/** A saved {@link TreeAgent}: plain JSON; `model` is LightGBM's own text. */
export interface TreeDocument {
  kind: "fitted-q-trees";
  width: number;
  actions: number;
  model: string;
}

/** An agent whose values are boosted trees. */
export type TreeAgent = ValueAgent<TreeDocument>;

/**
 * Tree-based fitted Q iteration (Ernst, Geurts and Wehenkel 2005, figure 1): Q_0 = 0, and Q_k+1 is the fit by regression trees,
 * over the observation's numbers and the action's, of
 *
 *   y = r + γ max over allowed b of Q_k(s′, b).
 *
 * Trees can't invent values beyond those they saw, which keeps the iteration from diverging; and since the action is an input,
 * neighbouring levels of a ladder share what they know. Metrics: `change`, as above.
 *
 * Differs from the paper: 1. boosted trees by LightGBM, not extremely randomised ones (give `extra_trees: true`, `boosting:
 * "rf"` for those); 2. a mask; 3. equal pairs are merged into one weighted row, which is the same least-squares problem.
 * Throws InputError for what a log or options can't be, EnvironmentError where LightGBM's library is missing, AbortedError.
 */
export function fittedQTrees(log: LoggedSteps, options: TreeOptions = {}): TreeAgent {
  const discount = requireNumber(options.discount ?? 1, "discount", 0, 1);
  const merged = mergeSteps(log);
  const episodes = episodeStarts(log);
  const rounds = requireInteger(options.rounds ?? Math.max(1, longestEpisode(episodes)), "rounds", 1);
  const trees = new TreeValues(merged, options.parameters, options.trees);
  const { actions, nextStates, nextMasks } = merged;
  const later = new Float64Array(nextStates);
  const targets = merged.rewards.slice();
  let before: Float64Array = new Float64Array(merged.pairs);
  let model = trees.fit(targets);
  for (let round = 1; ; round++) {
    throwIfAborted(options.signal, "fitted Q iteration");
    const fitted = trees.ofPairs(model);
    const change = fitted.reduce((most, value, pair) => Math.max(most, Math.abs(value - before[pair])), 0);
    options.onProgress?.(round / rounds, { round, change });
    if (round === rounds) break;
    before = fitted;
    const values = trees.ofNext(model);
    model.dispose();
    for (let state = 0; state < nextStates; state++) {
      const row = state * actions;
      later[state] = values[row + bestAllowed(values, row, nextMasks, row, actions)];
    }
    backUp(merged, later, discount, merged.rewards, targets);
    model = trees.fit(targets);
  }
  const text = model.toText();
  model.dispose();
  return treeAgent(text, merged.width, actions);
}

/** The agent that {@link TreeAgent.save} wrote. Throws {@link DataError} for another document. */
export function loadTreeAgent(document: TreeDocument): TreeAgent {
  if (document.kind !== "fitted-q-trees")
    throw new DataError("this document is not an agent of trees", { value: document.kind, place: "document.kind" });
  return treeAgent(document.model, document.width, document.actions);
}

function treeAgent(text: string, width: number, actions: number): TreeAgent {
  const walk = treeWalker(text);
  const features = new Float64Array(width + 1);
  const values = new Float64Array(actions);
  const valuesOf = (observation: ArrayLike<number>) => {
    for (let i = 0; i < width; i++) features[i] = observation[i];
    for (let action = 0; action < actions; action++) {
      features[width] = action;
      values[action] = walk(features);
    }
    return values;
  };
  return {
    act: (observation, mask) => bestAllowed(valuesOf(observation), 0, mask, 0, actions),
    values: valuesOf,
    save: () => ({ kind: "fitted-q-trees", width, actions, model: text }),
  };
}
