import type { Columns, Engine } from "../engine/index";
import { InputError, requireInteger, throwIfAborted } from "../errors";
import { EVENT_TYPES } from "../events";
import { compact, core } from "./core";
import { createDictionary, recoding } from "./dictionary";
import { texts } from "./features/group";
import { requireRelation } from "./step";
import { timeOrder } from "./time-order";

/** Options of {@link readSequences}. */
export interface SequenceOptions {
  /** Kinds of event to take. Default: all. */
  types?: readonly string[];
  /** Fewest events of a user, and of an item; who has fewer is taken out until nobody has ({@link core}). Default 1. */
  minUserEvents?: number;
  minItemEvents?: number;
  /** Longest sequence: of a longer one the last events stay. Default: no limit. */
  maxLength?: number;
  /** Which columns come along beside items and times. Default: none. */
  with?: readonly ("eventTypes" | "categories" | "priceBands" | "gaps" | "amounts")[];
  /** How many price bands. Default 10. */
  bands?: number;
  /**
   * The dictionaries (and price bands) to use, e.g. those of the training part: events of other items are left out, of
   * other users too where `users` are given; other categories become 0. Default: all that occur.
   */
  like?: {
    users?: readonly string[];
    itemIds: readonly string[];
    categoryIds?: readonly string[];
    priceEdges?: readonly number[];
  };
  signal?: AbortSignal;
}

/** Each user's events in the order of time: row u is `offsets[u]` to `offsets[u + 1]` of every array. */
export interface EventSequences {
  /** User ids by row. */
  users: string[];
  /** [users + 1] */
  offsets: Int32Array;
  /** 1 … itemIds.length; 0 is free for padding. Item i is `itemIds[i − 1]`. */
  items: Int32Array;
  /** Seconds since 1970 UTC. */
  times: Float64Array;
  itemIds: string[];
  /** Places in `EVENT_TYPES`, from 1; 0 for another type. */
  eventTypes?: Uint8Array;
  /** 1 … categoryIds.length; 0 where not known. */
  categories?: Int32Array;
  categoryIds?: string[];
  /** 1 for the cheapest … `bands` for the dearest; 0 where no price is known. */
  priceBands?: Uint8Array;
  /** Inner limits of the bands, ascending, [bands − 1]: a price below the first is in band 1. */
  priceEdges?: number[];
  /** Seconds since the row's event before; 0 for its first. */
  gaps?: Float32Array;
  /** Price × quantity in the data's currency, a quantity that isn't known being 1; NaN where no price is known. */
  amounts?: Float64Array;
}

/**
 * Reads events as sequences, one row a user, in typed arrays; events of one moment are in the order of `source_row`. Users
 * and items are numbered in the order of their ids. SQL makes the numbers, so that no object is made for an event. Price
 * bands are quantiles of the prices read (equal prices are in one band). Events without user, item or time are left out.
 *
 * Throws InputError for a bad setting, and where nothing is left.
 */
export async function readSequences(
  engine: Engine,
  events: string,
  options: SequenceOptions = {},
): Promise<EventSequences> {
  const {
    types,
    minUserEvents = 1,
    minItemEvents = 1,
    maxLength,
    with: extras = [],
    bands = 10,
    like,
    signal,
  } = options;
  requireInteger(minUserEvents, "minUserEvents", 1);
  requireInteger(minItemEvents, "minItemEvents", 1);
  if (maxLength !== undefined) requireInteger(maxLength, "maxLength", 1);
  requireInteger(bands, "bands", 2, 255);
  const wanted = (extra: (typeof extras)[number]) => extras.includes(extra);
  const kinds = types === undefined ? "" : ` AND event_type IN (${texts(types)})`;
  const from = `(SELECT * FROM ${requireRelation(events)}
    WHERE user_id IS NOT NULL AND item_id IS NOT NULL AND event_time IS NOT NULL${kinds}) AS given`;
  const made: string[] = [];
  const dictionary = async (column: string) => {
    const name = `${events}_${column}_codes`;
    made.push(name);
    return { name, ids: await createDictionary(engine, name, { from, column, signal }) };
  };
  try {
    const users = await dictionary("user_id");
    const items = await dictionary("item_id");
    const categories = wanted("categories") ? await dictionary("category_id") : undefined;
    const { seconds, types: sql } = engine.dialect;
    const select = [
      "u.code AS user_code",
      "i.code AS item_code",
      `${seconds("event_time")} AS at_seconds`,
      "source_row",
      ...(wanted("eventTypes")
        ? [
            `CASE event_type ${EVENT_TYPES.map((type, index) => `WHEN '${type}' THEN ${index + 1}`).join(" ")} ELSE 0 END AS type_code`,
          ]
        : []),
      ...(categories ? ["coalesce(c.code, -1) AS category_code"] : []),
      ...(wanted("priceBands") ? [`CAST(price AS ${sql.double}) AS price`] : []),
      ...(wanted("amounts") ? [`CAST(price * coalesce(quantity, 1) AS ${sql.double}) AS amount`] : []),
    ];
    const read = await engine.columns(
      `SELECT ${select.join(", ")} FROM ${from} JOIN ${users.name} AS u ON u.id = user_id JOIN ${items.name} AS i ON i.id = item_id
      ${categories ? `LEFT JOIN ${categories.name} AS c ON c.id = category_id` : ""}`,
      undefined,
      { signal },
    );
    throwIfAborted(signal, "reading sequences");
    const { order, offsets, userIds, itemIds, itemCodes } = arrange(read, users.ids, items.ids, options);
    if (order.length === 0)
      throw new InputError("no sequence is left", {
        place: events,
        remedy: "Lower minUserEvents and minItemEvents, or check the relation.",
      });
    const itemsRead = read.item_code as Int32Array;
    const times = read.at_seconds as Float64Array;
    const sequences: EventSequences = {
      users: userIds,
      offsets,
      items: fill(new Int32Array(order.length), (at) => itemCodes[itemsRead[order[at]]] + 1),
      times: fill(new Float64Array(order.length), (at) => times[order[at]]),
      itemIds,
    };
    if (wanted("eventTypes")) {
      const codes = read.type_code as Int32Array;
      sequences.eventTypes = fill(new Uint8Array(order.length), (at) => codes[order[at]]);
    }
    if (categories) {
      const ids = like?.categoryIds ?? categories.ids;
      const codes = recoding(categories.ids, ids);
      const own = read.category_code as Int32Array;
      sequences.categories = fill(new Int32Array(order.length), (at) =>
        own[order[at]] < 0 ? 0 : codes[own[order[at]]] + 1,
      );
      sequences.categoryIds = [...ids];
    }
    if (wanted("priceBands")) {
      const prices = fill(new Float64Array(order.length), (at) => (read.price as Float64Array)[order[at]]);
      const edges = like?.priceEdges ?? priceEdges(prices, bands);
      sequences.priceBands = fill(new Uint8Array(prices.length), (at) => bandOf(prices[at], edges));
      sequences.priceEdges = [...edges];
    }
    if (wanted("amounts")) {
      const amounts = read.amount as Float64Array;
      sequences.amounts = fill(new Float64Array(order.length), (at) => amounts[order[at]]);
    }
    if (wanted("gaps")) sequences.gaps = gapsOf(sequences);
    return sequences;
  } finally {
    for (const name of made) await engine.drop(name);
  }
}

/** Sets every place by a function of it: many times faster than TypedArray.from, which goes through an iterator. */
function fill<T extends Int32Array | Float64Array | Uint8Array>(array: T, value: (at: number) => number): T {
  for (let at = 0; at < array.length; at++) array[at] = value(at);
  return array;
}

/** Which entries stay, in what order, and the numbers that users and items get. */
function arrange(read: Columns, users: string[], items: string[], options: SequenceOptions) {
  const { minUserEvents = 1, minItemEvents = 1, maxLength, like } = options;
  const rows = read.user_code as Int32Array;
  const columns = read.item_code as Int32Array;
  const userOf = like?.users && recoding(users, like.users);
  const itemOf = like && recoding(items, like.itemIds);
  const known =
    itemOf === undefined
      ? { rows, columns }
      : {
          rows: userOf === undefined ? rows : fill(new Int32Array(rows.length), (at) => userOf[rows[at]]),
          columns: fill(new Int32Array(columns.length), (at) => itemOf[columns[at]]),
        };
  const sizes = {
    rowCount: like?.users?.length ?? users.length,
    columnCount: like?.itemIds.length ?? items.length,
  };
  const found = core(known, sizes, { minRow: minUserEvents, minColumn: minItemEvents });
  const userCodes = compact(found.rowCounts);
  const final = fill(new Int32Array(rows.length), (at) =>
    found.kept[at] === 1 ? userCodes.codes[known.rows[at]] : -1,
  );
  const ordered = timeOrder(final, userCodes.size, read.at_seconds as Float64Array, read.source_row as Float64Array);
  const { offsets, order } = maxLength === undefined ? ordered : lastOf(ordered, maxLength);
  const named = (ids: readonly string[], codes: Int32Array) => ids.filter((_, code) => codes[code] >= 0);
  // With given dictionaries items keep those numbers; else who is left is numbered anew.
  const itemCodes = itemOf ?? compact(found.columnCounts).codes;
  return {
    offsets,
    order,
    userIds: named(like?.users ?? users, userCodes.codes),
    itemIds: like ? [...like.itemIds] : named(items, itemCodes),
    itemCodes,
  };
}

/** Each row's last entries, at most so many. */
function lastOf({ offsets, order }: { offsets: Int32Array; order: Int32Array }, most: number) {
  const cut = new Int32Array(offsets.length);
  for (let row = 0; row + 1 < offsets.length; row++)
    cut[row + 1] = cut[row] + Math.min(most, offsets[row + 1] - offsets[row]);
  const kept = new Int32Array(cut[cut.length - 1]);
  for (let row = 0; row + 1 < offsets.length; row++)
    kept.set(order.subarray(offsets[row + 1] - (cut[row + 1] - cut[row]), offsets[row + 1]), cut[row]);
  return { offsets: cut, order: kept };
}

/** The inner quantiles of the known prices, each once. */
function priceEdges(prices: Float64Array, bands: number): number[] {
  const known = prices.filter((price) => !Number.isNaN(price)).sort();
  if (known.length === 0) return [];
  const edges = Array.from({ length: bands - 1 }, (_, band) => known[Math.floor(((band + 1) * known.length) / bands)]);
  return edges.filter((edge, index) => index === 0 || edge > edges[index - 1]);
}

/** One more than how many edges lie at or below the price. */
function bandOf(price: number, edges: readonly number[]): number {
  if (Number.isNaN(price)) return 0;
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle] <= price) low = middle + 1;
    else high = middle;
  }
  return low + 1;
}

function gapsOf({ offsets, times }: EventSequences): Float32Array {
  const gaps = new Float32Array(times.length);
  for (let row = 0; row + 1 < offsets.length; row++)
    for (let at = offsets[row] + 1; at < offsets[row + 1]; at++) gaps[at] = times[at] - times[at - 1];
  return gaps;
}
