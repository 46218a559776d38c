import type { Engine } from "../engine/index";
import { InputError } from "../errors";
import { fromTriplets, type SparseMatrix } from "../sparse/index";

/** Who did what how often, and who and what the rows and columns are. */
export interface Interactions {
  /** [users × items]; a value is the number of days with such an event, or what `value` says. */
  matrix: SparseMatrix;
  /** User ids by row. */
  users: string[];
  /** Item ids by column. */
  items: string[];
}

/** Settings of {@link readInteractions}. */
export interface InteractionOptions {
  /** Users and items to use, in that order, e.g. those of the training part; all that occur unless given. */
  like?: Pick<Interactions, "users" | "items">;
  /** SQL for a pair's value over its events; `count(DISTINCT CAST(event_time AS DATE))` unless given. */
  value?: string;
}

/**
 * Reads the interactions of an event relation, users and items in ascending order of their ids. With `like`, events of
 * users and items that don't occur there are left out.
 * Throws {@link InputError} where nothing is left.
 */
export async function readInteractions(
  engine: Engine,
  events: string,
  options: InteractionOptions = {},
): Promise<Interactions> {
  const value = options.value ?? "count(DISTINCT CAST(event_time AS DATE))";
  const { like } = options;
  const pairs = await engine.columns(`SELECT user_id, item_id, CAST(${value} AS DOUBLE) AS value FROM ${events}
    WHERE user_id IS NOT NULL AND item_id IS NOT NULL GROUP BY user_id, item_id`);
  const [userIds, itemIds] = [pairs.user_id as string[], pairs.item_id as string[]];
  const users = like?.users ?? [...new Set(userIds)].sort();
  const items = like?.items ?? [...new Set(itemIds)].sort();
  const rowOf = new Map(users.map((id, row) => [id, row]));
  const columnOf = new Map(items.map((id, column) => [id, column]));
  const rows = new Int32Array(userIds.length);
  const columns = new Int32Array(userIds.length);
  const values = new Float64Array(userIds.length);
  let kept = 0;
  for (let pair = 0; pair < userIds.length; pair++) {
    const row = rowOf.get(userIds[pair]);
    const column = columnOf.get(itemIds[pair]);
    if (row === undefined || column === undefined) continue;
    rows[kept] = row;
    columns[kept] = column;
    values[kept++] = (pairs.value as Float64Array)[pair];
  }
  if (kept === 0)
    throw new InputError("there is no interaction", {
      place: events,
      remedy: "Check the relation and what it was split by.",
    });
  const triplets = {
    rows: rows.subarray(0, kept),
    columns: columns.subarray(0, kept),
    values: values.subarray(0, kept),
  };
  return { matrix: fromTriplets(triplets, users.length, items.length), users, items };
}
