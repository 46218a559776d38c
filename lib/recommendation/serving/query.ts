import { InputError, requireNumber } from "../../errors";
import { fromTriplets } from "../../sparse/index";
import { allFilters, type ItemFilter, inStock, marginFloor, never, notHad } from "../filters";
import type { RecommendationModel } from "./model";
import type { Query } from "./parts";

/** What a call to `recommend` can say. */
export interface RecommendOptions {
  /** Length of each list. Default 10. */
  k?: number;
  /** The moment of the visit, in seconds since 1970 UTC. Default: all times alike. */
  at?: number;
  /** Where the visitor is: a group of the kind `place`. Default: where each user is known to live. */
  place?: string;
  /** Groups of other kinds, for everyone asked for: the age group that a newcomer gave. */
  groups?: Readonly<Record<string, string>>;
  /** Items that users had beyond what the model knows: a visit that goes on, a newcomer's first basket. Ids by user id. */
  histories?: Readonly<Record<string, readonly string[]>>;
  /** Whether to show what a user had already. Default false. */
  repeat?: boolean;
  /** Fewest units in stock. Default 1 where the model knows the stock. */
  minimumStock?: number;
  /** Least (price − cost) / price. Default: no floor. */
  marginFloor?: number;
  /** Ids of items not to be shown to anyone. */
  without?: readonly string[];
  /** From 0, by score alone (the default), to 1, by difference alone. */
  diversity?: number;
  /** How the list is made diverse. Default "marginal": maximalMarginalRelevance; or determinantalList. */
  diversifier?: "marginal" | "determinantal";
}

/** Looks up users and what the call says of them. */
export function ask(
  model: RecommendationModel,
  userIds: readonly string[],
  given: RecommendOptions,
  rowOf: ReadonlyMap<string, number>,
  columnOf: ReadonlyMap<string, number>,
): Query {
  const { history } = model;
  const rows = Int32Array.from(userIds, (id) => rowOf.get(id) ?? -1);
  const triplets = { rows: [] as number[], columns: [] as number[], values: [] as number[] };
  const add = (row: number, column: number, value: number) => {
    triplets.rows.push(row);
    triplets.columns.push(column);
    triplets.values.push(value);
  };
  const told = new Uint8Array(userIds.length);
  for (const [asked, id] of userIds.entries()) {
    if (rows[asked] >= 0)
      for (let at = history.offsets[rows[asked]]; at < history.offsets[rows[asked] + 1]; at++)
        add(asked, history.indices[at], history.values[at]);
    for (const item of given.histories?.[id] ?? []) {
      add(asked, columnNamed(columnOf, item, `histories["${id}"]`), 1);
      told[asked] = 1;
    }
  }
  const stated: Record<string, string> = { ...given.groups };
  if (given.place !== undefined) stated.place = given.place;
  for (const [kind, group] of Object.entries(stated)) {
    const known = model.groups?.[kind]?.popularity.groups;
    if (!known?.includes(group))
      throw new InputError(`the model knows no such ${kind}`, {
        value: group,
        place: kind === "place" ? "place" : `groups.${kind}`,
        remedy: known ? `Name one of ${known.join(", ")}.` : "Leave it out.",
      });
  }
  const groups = Array.from(rows, (row) => {
    const home = Object.entries(model.groups ?? {}).map(([kind, { ofUser }]) => [kind, row < 0 ? null : ofUser[row]]);
    return { ...(Object.fromEntries(home) as Record<string, string | null>), ...stated };
  });
  const at = given.at === undefined ? undefined : requireNumber(given.at, "at");
  return { rows, history: fromTriplets(triplets, userIds.length, model.items.length), told, at, groups };
}

/** What the call and the model's attributes keep off the lists. */
export function filterOf(
  { attributes = {} }: RecommendationModel,
  query: Query,
  given: RecommendOptions,
  columnOf: ReadonlyMap<string, number>,
): ItemFilter {
  const { price, cost, stock } = attributes;
  const filters: ItemFilter[] = [];
  if (!given.repeat) filters.push(notHad(query.history));
  const needs = (place: string, what: string) =>
    new InputError(`the model doesn't know ${what}`, { place, remedy: `Give attributes.${what} when it is saved.` });
  if (given.minimumStock !== undefined && !stock) throw needs("minimumStock", "stock");
  if (stock) filters.push(inStock(stock, requireNumber(given.minimumStock ?? 1, "minimumStock", 0)));
  if (given.marginFloor !== undefined) {
    if (!price || !cost) throw needs("marginFloor", price ? "cost" : "price");
    filters.push(marginFloor(price, cost, given.marginFloor));
  }
  if (given.without) filters.push(never(given.without.map((id) => columnNamed(columnOf, id, "without"))));
  return allFilters(...filters);
}

function columnNamed(columnOf: ReadonlyMap<string, number>, id: string, place: string): number {
  const column = columnOf.get(id);
  if (column !== undefined) return column;
  throw new InputError("the model doesn't know the item", {
    value: id,
    place,
    remedy: "Leave it out, or train with it.",
  });
}
