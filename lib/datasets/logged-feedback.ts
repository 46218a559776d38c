import { readFileSync } from "node:fs";
import type { Columns } from "../engine/index";
import { DataError, InputError } from "../errors";
import { BANDIT_CAMPAIGNS, BANDIT_POLICIES } from "./adapters/open-bandit";
import type { Dataset } from "./open";

/** Which of the Open Bandit logs. */
export interface FeedbackChoice {
  /** The policy that chose the items: the behaviour policy. */
  policy: (typeof BANDIT_POLICIES)[number];
  campaign: (typeof BANDIT_CAMPAIGNS)[number];
}

/** What a behaviour policy did and what came of it, row by row in time order. */
export interface LoggedFeedback {
  /** User features as 0 and 1 [n × d], row after row: each feature's categories, sorted, without the first. */
  context: Float32Array;
  /** What each of the d columns of `context` says: "user_feature_1=…". */
  contextNames: string[];
  /** The item shown, 0 … actionCount − 1. */
  action: Int32Array;
  /** 1 for a click. */
  reward: Float64Array;
  /** The probability with which the behaviour policy chose that item for that position. */
  propensity: Float64Array;
  /** 0, 1, 2: left, centre, right. */
  position: Int32Array;
  /** Seconds since 1970 UTC. */
  time: Float64Array;
  /** The user's affinity to each item [n × actionCount], row after row. */
  affinity: Float32Array;
  actionCount: number;
  positionCount: number;
}

const FEATURES = ["user_feature_0", "user_feature_1", "user_feature_2", "user_feature_3"];

/**
 * One log of the Open Bandit data set as typed arrays. The context is made as in the Open Bandit Pipeline
 * (`OpenBanditDataset.pre_process`: `get_dummies(drop_first=True)`). Throws InputError for another data set or choice.
 */
export async function loggedFeedback(dataset: Dataset, { policy, campaign }: FeedbackChoice): Promise<LoggedFeedback> {
  requireBandit(dataset);
  requireOne(policy, BANDIT_POLICIES, "policy");
  requireOne(campaign, BANDIT_CAMPAIGNS, "campaign");
  const log = `open_bandit.${policy}_${campaign}`;
  const rows = await dataset.engine.columns(`SELECT * FROM ${log} ORDER BY event_time, source_row`);
  const items = await dataset.engine.columns(`SELECT item FROM ${log}_items ORDER BY item`);
  const actionCount = items.item.length;
  const { context, contextNames } = oneHot(rows);
  const position = rows.position as Int32Array;
  return {
    context,
    contextNames,
    action: rows.item as Int32Array,
    reward: Float64Array.from(rows.click as Int32Array),
    propensity: rows.propensity as Float64Array,
    position,
    time: rows.event_time as Float64Array,
    affinity: sideBySide(rows, actionCount),
    actionCount,
    positionCount: position.reduce((most, value) => Math.max(most, value + 1), 0),
  };
}

/** The Beta prior of each item's click chance that the Thompson sampler ran with in production. */
export interface BetaPriors {
  alpha: Float64Array;
  beta: Float64Array;
}

/** Reads the production priors of one campaign, by item. Throws DataError for a file of another form. */
export function thompsonPriors(dataset: Dataset, campaign: FeedbackChoice["campaign"]): BetaPriors {
  requireBandit(dataset);
  requireOne(campaign, BANDIT_CAMPAIGNS, "campaign");
  const path = dataset.files["bts-priors"];
  const lists: Record<string, number[]> = {};
  let section = "";
  let list = "";
  for (const [index, line] of readFileSync(path, "utf8").split(/\r?\n/).entries()) {
    const match = /^(\s*)(?:(\w+):|- ([-+.\deE]+))\s*$/.exec(line);
    if (line.trim() === "") continue;
    if (!match) throw new DataError("expected a name or a number", { value: line, place: `${path}:${index + 1}` });
    const [, indent, name, number] = match;
    if (name !== undefined && indent === "") section = name;
    else if (name !== undefined) list = `${section}.${name}`;
    else {
      lists[list] ??= [];
      lists[list].push(Number(number));
    }
  }
  const alpha = lists[`${campaign}.alpha`];
  const beta = lists[`${campaign}.beta`];
  if (!alpha || alpha.length !== beta?.length)
    throw new DataError("expected as many alphas as betas", { value: campaign, place: path });
  return { alpha: Float64Array.from(alpha), beta: Float64Array.from(beta) };
}

function oneHot(rows: Columns): { context: Float32Array; contextNames: string[] } {
  const encoded = FEATURES.map((feature) => {
    const values = rows[feature] as (string | null)[];
    const categories = [...new Set(values)].filter((value): value is string => value !== null).sort();
    return { feature, values, codes: new Map(categories.map((category, code) => [category, code])), categories };
  });
  const contextNames = encoded.flatMap(({ feature, categories }) =>
    categories.slice(1).map((category) => `${feature}=${category}`),
  );
  const width = contextNames.length;
  const context = new Float32Array(encoded[0].values.length * width);
  let first = 0;
  for (const { values, codes, categories } of encoded) {
    for (let row = 0; row < values.length; row++) {
      const code = codes.get(values[row] ?? "") ?? 0;
      if (code > 0) context[row * width + first + code - 1] = 1;
    }
    first += categories.length - 1;
  }
  return { context, contextNames };
}

function sideBySide(rows: Columns, count: number): Float32Array {
  const table = new Float32Array(rows.item.length * count);
  for (let column = 0; column < count; column++) {
    const values = rows[`affinity_${column}`] as Float32Array;
    for (let row = 0; row < values.length; row++) table[row * count + column] = values[row];
  }
  return table;
}

function requireBandit(dataset: Dataset): void {
  if (dataset.name !== "open-bandit")
    throw new InputError("only Open Bandit has logged feedback", {
      value: dataset.name,
      remedy: 'Give the data set of open("open-bandit").',
    });
}

function requireOne(value: string, known: readonly string[], place: string): void {
  if (!known.includes(value))
    throw new InputError("unknown choice", { value, place, remedy: `Known: ${known.join(", ")}.` });
}
