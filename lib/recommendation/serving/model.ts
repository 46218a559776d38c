import { InputError, requireInteger, requireNumber } from "../../errors";
import { checkSparse, type SparseMatrix } from "../../sparse/index";
import type { GroupPopularity } from "../context/groups";
import type { TimePopularity } from "../context/time";
import { checkFactors, type Factors } from "../factors";
import type { FoldInOptions } from "../fold-in";
import { checkVectors, type Vectors } from "../vectors";

/** What can put an item on a list. */
export type PartName = "neighbours" | "factors" | "interest" | "time" | "groups";

/** Names of all parts, in the order in which reasons are preferred where two did as much. */
export const PART_NAMES: readonly PartName[] = ["neighbours", "factors", "interest", "groups", "time"];

/** Users in groups of one kind, and what each group takes. */
export interface UserGroups {
  popularity: GroupPopularity;
  /** Each known user's group, [users]; null where it isn't known. */
  ofUser: readonly (string | null)[];
}

/** What is known of each item, [items]; NaN and null where a value isn't known. */
export interface ItemAttributes {
  category?: readonly (string | null)[];
  /** In the data's currency. */
  price?: Float64Array;
  cost?: Float64Array;
  /** Units left. */
  stock?: Float64Array;
}

/** Everything that serving needs, as plain data. What isn't there isn't used. */
export interface RecommendationModel {
  /** User ids by row, item ids by column. */
  users: readonly string[];
  items: readonly string[];
  /** What users had, [users × items]. */
  history: SparseMatrix;
  /** [items × items], from itemNeighbours, vectorNeighbours or blendNeighbours. */
  neighbours?: SparseMatrix;
  factors?: Factors;
  /** How the factors were trained, if by alternating least squares: then users they don't know can be folded in. */
  foldIn?: FoldInOptions;
  time?: TimePopularity;
  /** By kind of group; `place` is the one that recommend's `place` speaks of. */
  groups?: Readonly<Record<string, UserGroups>>;
  attributes?: ItemAttributes;
  /** Of a text, an image or attributes, [items × width]: what makes a list diverse. Neighbours are taken without. */
  vectors?: Vectors;
  /** What each part counts for, by rank: those that chooseBlend found, or 1 for a start. Parts not named aren't asked. */
  weights: Readonly<Partial<Record<PartName, number>>>;
  /** Places of each part's list that count. Default 200. */
  depth?: number;
}

/** Places of each part's list that count unless said. */
export const SERVING_DEPTH = 200;

/**
 * Checks that all parts are of the same users and items, and that what a weight asks for is there; returns the model.
 * Throws {@link InputError} naming the part.
 */
export function checkModel(model: RecommendationModel): RecommendationModel {
  const { users, items, history, neighbours, factors, time, groups, attributes, vectors, weights } = model;
  const require = (value: number, expected: number, what: string, place: string) => {
    if (value !== expected) throw new InputError(`there are ${expected} ${what}`, { value, place });
  };
  for (const [ids, what] of [
    [users, "users"],
    [items, "items"],
  ] as const) {
    const twice = new Set(ids).size === ids.length ? undefined : ids.find((id, at) => ids.indexOf(id) !== at);
    if (twice !== undefined) throw new InputError("an id is there once", { value: twice, place: what });
  }
  require(checkSparse(history).rowCount, users.length, "users", "history");
  require(history.columnCount, items.length, "items", "history");
  if (neighbours) {
    require(checkSparse(neighbours).rowCount, items.length, "items", "neighbours");
    require(neighbours.columnCount, items.length, "items", "neighbours");
  }
  if (factors) {
    require(checkFactors(factors).userCount, users.length, "users", "factors");
    require(factors.itemCount, items.length, "items", "factors");
  }
  if (time) require(time.itemCount, items.length, "items", "time");
  for (const [name, group] of Object.entries(groups ?? {})) {
    require(group.popularity.itemCount, items.length, "items", `groups.${name}`);
    require(group.ofUser.length, users.length, "users", `groups.${name}.ofUser`);
  }
  for (const [name, values] of Object.entries(attributes ?? {}))
    require(values.length, items.length, "items", `attributes.${name}`);
  if (vectors) require(checkVectors(vectors).count, items.length, "items", "vectors");
  requireInteger(model.depth ?? SERVING_DEPTH, "depth", 1);
  checkWeights(model, weights);
  return model;
}

function checkWeights(model: RecommendationModel, weights: RecommendationModel["weights"]): void {
  const there: Record<PartName, unknown> = {
    neighbours: model.neighbours,
    factors: model.factors,
    interest: model.attributes?.category,
    time: model.time,
    groups: model.groups,
  };
  for (const [name, weight] of Object.entries(weights)) {
    if (!(name in there))
      throw new InputError(`a part is one of ${PART_NAMES.join(", ")}`, { value: name, place: "weights" });
    if (requireNumber(weight, `weights.${name}`, 0) > 0 && !there[name as PartName])
      throw new InputError("a part with a weight is in the model", {
        value: weight,
        place: `weights.${name}`,
        remedy: name === "interest" ? "Give attributes.category." : `Give ${name}, or leave its weight out.`,
      });
  }
}
