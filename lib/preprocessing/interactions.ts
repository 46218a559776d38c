import { type Engine, quoteText } from "../engine/index";
import { InputError, requireInteger, requireNumber, throwIfAborted } from "../errors";
import { fromTriplets, type SparseMatrix } from "../sparse/index";
import { compact, core } from "./core";
import { createDictionary, recoding } from "./dictionary";
import { double, texts } from "./features/group";
import { endOfLastDay } from "./moment";
import { requireRelation } from "./step";

/** Options of {@link interactionMatrix}. */
export interface InteractionMatrixOptions {
  /** What an event of each kind weighs; kinds that aren't named are left out. Default: every event 1. */
  weights?: Readonly<Record<string, number>>;
  /** Days after which an event weighs half: its weight is multiplied by 2^(−age / halfLife). Default: age makes no difference. */
  halfLife?: number;
  /** The moment that age counts from, in seconds since 1970 UTC; events from it on are left out. Default: the end of the last event's day. */
  asOf?: number;
  /** Fewest different items of a user, and users of an item; who has fewer is taken out until nobody has. Default 1. */
  minUserItems?: number;
  minItemUsers?: number;
  /** Users and items to use, in that order, e.g. those of the training part; others are left out. Default: all that occur. */
  like?: { users: readonly string[]; items: readonly string[] };
  signal?: AbortSignal;
}

/** Who did how much with what. */
export interface InteractionMatrix {
  /** [users × items]: Σ of the events' weights. */
  matrix: SparseMatrix;
  /** User ids by row. */
  users: string[];
  /** Item ids by column. */
  items: string[];
}

/**
 * Events as a sparse matrix of users and items, each entry the sum of its events' weights; users and items are in the order of their
 * ids. SQL adds up; nothing but one entry a pair comes out of it. Events without user or item are left out (with `halfLife`
 * or `asOf`, also those without a time), and pairs whose weight is 0.
 * Throws InputError for a bad setting, and where nothing is left.
 */
export async function interactionMatrix(
  engine: Engine,
  events: string,
  options: InteractionMatrixOptions = {},
): Promise<InteractionMatrix> {
  requireRelation(events);
  const { weights, halfLife, minUserItems = 1, minItemUsers = 1, like, signal } = options;
  requireInteger(minUserItems, "minUserItems", 1);
  requireInteger(minItemUsers, "minItemUsers", 1);
  for (const [type, weight] of Object.entries(weights ?? {})) requireNumber(weight, `weights.${type}`);
  const asOf = options.asOf ?? (halfLife === undefined ? undefined : await endOfLastDay(engine, events));
  const from = `(SELECT * FROM ${events} WHERE user_id IS NOT NULL AND item_id IS NOT NULL
    ${weights === undefined ? "" : `AND event_type IN (${texts(Object.keys(weights))})`}
    ${asOf === undefined ? "" : `AND event_time < ${engine.dialect.timestamp(asOf)}`}) AS given`;
  const [userTable, itemTable] = [`${events}_user_codes`, `${events}_item_codes`];
  try {
    const users = await createDictionary(engine, userTable, { from, column: "user_id", signal });
    const items = await createDictionary(engine, itemTable, { from, column: "item_id", signal });
    const pairs = await engine.columns(
      `SELECT user_code, item_code, CAST(sum(weight) AS ${engine.dialect.types.double}) AS value FROM (
        SELECT u.code AS user_code, i.code AS item_code, ${weightSql(engine, weights, halfLife, asOf)} AS weight
        FROM ${from} JOIN ${userTable} AS u ON u.id = user_id JOIN ${itemTable} AS i ON i.id = item_id) weighted
      GROUP BY user_code, item_code HAVING sum(weight) <> 0`,
      undefined,
      { signal },
    );
    throwIfAborted(signal, "reading interactions");
    return assemble(pairs as Pairs, { users, items }, { minUserItems, minItemUsers, like, events });
  } finally {
    for (const name of [userTable, itemTable]) await engine.drop(name);
  }
}

function weightSql(
  { dialect }: Engine,
  weights: InteractionMatrixOptions["weights"],
  halfLife: number | undefined,
  asOf: number | undefined,
): string {
  const kind =
    weights === undefined
      ? "1e0"
      : `CASE event_type ${Object.entries(weights)
          .map(([type, weight]) => `WHEN ${quoteText(type)} THEN ${double(weight)}`)
          .join(" ")} END`;
  if (halfLife === undefined || asOf === undefined) return kind;
  const rate = Math.LN2 / (requireNumber(halfLife, "halfLife", 1e-6, 1e9) * 86400);
  return `${kind} * exp(${double(-rate)} * (${double(asOf)} - ${dialect.seconds("event_time")}))`;
}

type Pairs = { user_code: Int32Array; item_code: Int32Array; value: Float64Array };

function assemble(
  pairs: Pairs,
  own: { users: string[]; items: string[] },
  options: Pick<InteractionMatrixOptions, "like"> & { minUserItems: number; minItemUsers: number; events: string },
): InteractionMatrix {
  const { like, minUserItems, minItemUsers, events } = options;
  const translate = (codes: Int32Array, ids: string[], wanted: readonly string[] | undefined) => {
    if (wanted === undefined) return codes;
    const place = recoding(ids, wanted);
    return codes.map((code) => place[code]);
  };
  const rows = translate(pairs.user_code, own.users, like?.users);
  const columns = translate(pairs.item_code, own.items, like?.items);
  const { users, items } = like ?? own;
  const sizes = { rowCount: users.length, columnCount: items.length };
  const found = core({ rows, columns }, sizes, { minRow: minUserItems, minColumn: minItemUsers });
  // With given dictionaries rows and columns keep their numbers; else who is left is numbered anew.
  const rowCodes = like ? undefined : compact(found.rowCounts).codes;
  const columnCodes = like ? undefined : compact(found.columnCounts).codes;
  const count = found.kept.reduce((sum, kept) => sum + kept, 0);
  if (count === 0)
    throw new InputError("there is no interaction", {
      place: events,
      remedy: "Lower minUserItems and minItemUsers, or check the relation and the weights.",
    });
  const triplets = { rows: new Int32Array(count), columns: new Int32Array(count), values: new Float64Array(count) };
  let filled = 0;
  for (let entry = 0; entry < rows.length; entry++) {
    if (found.kept[entry] === 0) continue;
    triplets.rows[filled] = rowCodes === undefined ? rows[entry] : rowCodes[rows[entry]];
    triplets.columns[filled] = columnCodes === undefined ? columns[entry] : columnCodes[columns[entry]];
    triplets.values[filled++] = pairs.value[entry];
  }
  const named = (ids: readonly string[], codes: Int32Array | undefined) =>
    codes === undefined ? [...ids] : ids.filter((_, code) => codes[code] >= 0);
  const left = { users: named(users, rowCodes), items: named(items, columnCodes) };
  return { matrix: fromTriplets(triplets, left.users.length, left.items.length), ...left };
}
