import { type ColumnTable, table } from "arquero";
import { InputError, requireInteger, throwIfAborted } from "../errors";
import {
  coverage,
  gini,
  novelty,
  type RankingMetrics,
  rankingMetrics,
  selfInformation,
  tieGroups,
} from "../models/metrics/index";
import { Largest, type SparseMatrix } from "../sparse/index";
import {
  type BootstrapInterval,
  type BootstrapOptions,
  bootstrapDifference,
  bootstrapMean,
} from "../statistics/bootstrap";
import { itemUsers } from "./popularity";
import { forEachScored, type Recommender, topItems } from "./recommender";

/** What counts as found. */
export interface Protocol {
  /**
   * `new`: only items that the user hadn't had before count, and what the user had is masked.
   * `repeat`: whatever the user takes next counts, and nothing is masked.
   */
  goal: "new" | "repeat";
  /** Length of the recommended list. */
  k: number;
}

/** A recommender's metrics, user by user. */
export interface RankingEvaluation {
  name: string;
  protocol: Protocol & { description: string };
  /** The users evaluated: those with something to be found. */
  users: Int32Array;
  /** Each metric, [users]. */
  metrics: Record<keyof RankingMetrics, Float64Array>;
  /** How many of the users' lists show each item, [items]. */
  shown: Int32Array;
  /** Share of all candidates that occur in at least one user's list. */
  coverage: number;
  /** How unequally places in the lists are shared among all candidates: 0 for evenly, 1 for one item (see gini). */
  gini: number;
  /** Mean self-information of what is shown, in bits, by who had it in `history` (see selfInformation). */
  novelty: number;
}

/** Settings of {@link evaluateRanking}. */
export interface EvaluationOptions {
  /** Users to evaluate; all unless given. */
  users?: ArrayLike<number>;
  /** Items that can be recommended and can count; all unless given. */
  items?: ArrayLike<number>;
  signal?: AbortSignal;
  onProgress?(share: number): void;
}

/**
 * Ranks all items for every user and compares with what the user took next: full ranking, never sampled negatives.
 *
 * Metrics are expectations over the order of tied items (see rankingMetrics); lists for coverage put the smaller item
 * number first among ties. Users with nothing to be found are left out and their number is in the description.
 *
 * @param history what was known, [users × items]
 * @param future what happened then, [users × items], same users and items
 */
export function evaluateRanking(
  recommender: Recommender,
  history: SparseMatrix,
  future: SparseMatrix,
  protocol: Protocol,
  options: EvaluationOptions = {},
): RankingEvaluation {
  const { goal, k } = protocol;
  const candidates = options.users ?? Int32Array.from({ length: history.rowCount }, (_, user) => user);
  const { users, wanted, barred, excluded, mask } = searchTask(history, future, goal, candidates, options.items);
  const largest = new Largest(k);
  const shown = new Int32Array(history.columnCount);
  const rows: RankingMetrics[] = [];
  forEachScored(recommender, users, (user, scores, at) => {
    if ((at & 255) === 0) {
      throwIfAborted(options.signal, "the evaluation");
      options.onProgress?.(at / users.length);
    }
    mask(user, 1);
    const list = topItems(scores, largest, excluded);
    const floor = list.length < k ? -Infinity : scores[list[k - 1]];
    rows.push(rankingMetrics(tieGroups(scores, wanted[at], { excluded, floor }), k));
    for (const item of list) shown[item]++;
    mask(user, 0);
  });
  options.onProgress?.(1);
  const open = shown.filter((_, item) => barred[item] === 0);
  const names = ["hitRate", "recall", "precision", "ndcg", "reciprocalRank", "averagePrecision"] as const;
  const metrics = Object.fromEntries(
    names.map((name) => [name, Float64Array.from(rows, (metric) => metric[name])]),
  ) as RankingEvaluation["metrics"];
  return {
    name: recommender.name,
    protocol: { goal, k, description: describe(protocol, users.length, candidates.length, open.length, history) },
    users,
    metrics,
    shown,
    coverage: coverage(open),
    gini: gini(open),
    novelty: novelty(shown, selfInformation(itemUsers(history), history.rowCount)),
  };
}

/** Who is to be recommended to, and what should be found. */
export interface SearchTask {
  /** The users with something to be found. */
  users: Int32Array;
  /** What that is, beside each user: the items of the future that a list could show. */
  wanted: Int32Array[];
  /** 1 for items that can't be recommended to anyone, [items]. */
  barred: Uint8Array;
  /** The same, and what {@link SearchTask.mask} adds, [items]. */
  excluded: Uint8Array;
  /** Marks (1) or frees again (0) what a user had before, where only what is new counts. */
  mask(user: number, one: 0 | 1): void;
}

/** Lays out what a protocol's `goal` asks for; see {@link evaluateRanking}. */
export function searchTask(
  history: SparseMatrix,
  future: SparseMatrix,
  goal: Protocol["goal"],
  candidates: ArrayLike<number>,
  items?: ArrayLike<number>,
): SearchTask {
  if (history.rowCount !== future.rowCount || history.columnCount !== future.columnCount)
    throw new InputError("history and future have the same users and items", {
      value: [history.rowCount, future.rowCount, history.columnCount, future.columnCount],
      place: "future",
    });
  const barred = barredItems(history.columnCount, items);
  const excluded = barred.slice();
  const mask = (user: number, one: 0 | 1) => {
    if (goal === "new") for (const item of row(history, user)) excluded[item] = one | barred[item];
  };
  const users: number[] = [];
  const wanted: Int32Array[] = [];
  for (let at = 0; at < candidates.length; at++) {
    mask(candidates[at], 1);
    const found = row(future, candidates[at]).filter((item) => excluded[item] === 0);
    mask(candidates[at], 0);
    if (found.length === 0) continue;
    users.push(candidates[at]);
    wanted.push(found);
  }
  return { users: Int32Array.from(users), wanted, barred, excluded, mask };
}

/**
 * Evaluations of one protocol side by side, a row each: HR, recall, NDCG, MAP and MRR with bootstrap intervals over users,
 * coverage, the Gini coefficient of what is shown, and its novelty in bits. Throws {@link InputError} where the users or the protocol differ.
 */
export function compareRankings(evaluations: readonly RankingEvaluation[], options: BootstrapOptions): ColumnTable {
  const { k } = evaluations[0].protocol;
  for (const evaluation of evaluations) requireSame(evaluations[0], evaluation);
  const cell = (metric: keyof RankingMetrics) =>
    evaluations.map((evaluation) =>
      show(
        bootstrapMean(evaluation.metrics[metric], {
          ...options,
          random: options.random.fork(`${evaluation.name} ${metric}`),
        }),
      ),
    );
  return table({
    model: evaluations.map((evaluation) => evaluation.name),
    [`HR@${k}`]: cell("hitRate"),
    [`recall@${k}`]: cell("recall"),
    [`NDCG@${k}`]: cell("ndcg"),
    [`MAP@${k}`]: cell("averagePrecision"),
    [`MRR@${k}`]: cell("reciprocalRank"),
    [`coverage@${k}`]: evaluations.map((evaluation) => `${(100 * evaluation.coverage).toFixed(1)} %`),
    [`Gini@${k}`]: evaluations.map((evaluation) => evaluation.gini.toFixed(3)),
    [`novelty@${k}`]: evaluations.map((evaluation) => evaluation.novelty.toFixed(1)),
  });
}

/** How much better `model` is than `baseline` on the same users, per metric: mean difference with a paired interval. */
export function rankingGain(
  model: RankingEvaluation,
  baseline: RankingEvaluation,
  metric: keyof RankingMetrics,
  options: BootstrapOptions,
): BootstrapInterval {
  requireSame(baseline, model);
  return bootstrapDifference(model.metrics[metric], baseline.metrics[metric], options);
}

function requireSame(one: RankingEvaluation, other: RankingEvaluation): void {
  const same = one.users.length === other.users.length && one.users.every((user, at) => user === other.users[at]);
  if (!same || one.protocol.description !== other.protocol.description)
    throw new InputError("only evaluations of the same users and protocol can be compared", {
      value: [one.protocol.description, other.protocol.description],
      place: `"${one.name}" and "${other.name}"`,
    });
}

function describe(
  { goal, k }: Protocol,
  users: number,
  candidates: number,
  items: number,
  { columnCount }: SparseMatrix,
): string {
  const what =
    goal === "new"
      ? "only items new to the user count, items had before are masked"
      : "repeat purchases count, nothing is masked";
  const count = (n: number) => n.toLocaleString("en");
  const among = items === columnCount ? `${count(items)} items` : `${count(items)} of ${count(columnCount)} items`;
  return `full ranking of ${among} for ${count(users)} users (of ${count(candidates)}; the others have nothing to be found); ${what}; lists of ${k}; ties in expectation`;
}

/** 1 for items that can't be recommended, [items]. */
function barredItems(itemCount: number, items: ArrayLike<number> | undefined): Uint8Array {
  const barred = new Uint8Array(itemCount);
  if (!items) return barred;
  barred.fill(1);
  for (let at = 0; at < items.length; at++) barred[requireInteger(items[at], `items[${at}]`, 0, itemCount - 1)] = 0;
  return barred;
}

function row({ offsets, indices }: SparseMatrix, user: number): Int32Array {
  return indices.subarray(offsets[user], offsets[user + 1]);
}

function show({ estimate, low, high }: BootstrapInterval): string {
  return `${estimate.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`;
}
