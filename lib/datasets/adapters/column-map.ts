import { type ColumnType, type Engine, quoteIdentifier, type SqlType } from "../../engine/index";
import { DataError, InputError } from "../../errors";
import { EVENT_COLUMNS, EVENT_TYPES, type EventColumn, type EventType } from "../../events";
import { nearest } from "../nearest";
import { malformed, type Requirement } from "./events";
import { MappedColumns } from "./mapped-columns";

/** Which columns of a source are which of the event schema, and how they are to be read. */
export interface ColumnMap {
  /**
   * The source's column for each of the event schema's. `event_type` may be left out where `constants` says what every
   * row is. Ids may be of any type and become text.
   */
  columns: Partial<Record<EventColumn, string>> & { event_time: string; user_id: string; item_id: string };
  /** The same value in every row: `{ event_type: "purchase", channel: "web" }`. */
  constants?: Partial<Record<EventColumn, string | number>>;
  /**
   * How times are written: `seconds`, `milliseconds` or `microseconds` since 1970 UTC, or a format of
   * `%Y %m %d %H %M %S %f` and literal characters. Default `%Y-%m-%d %H:%M:%S`. Columns that hold times already need none.
   */
  timeFormat?: string;
  /** The IANA zone that times are written in, `Europe/London`. Default UTC. Others are read by DuckDB only. */
  timeZone?: string;
  /**
   * What the source's words for event types stand for; null for one that is known and left out (its rows go into the
   * rejects). Default: the event schema's own words.
   */
  eventTypes?: Readonly<Record<string, EventType | null>>;
  /** Whether purchases and refunds without a quantity are of one unit. Default false. */
  onePerPurchase?: boolean;
  /** Columns of the source that are kept beside the event schema's, under these names. */
  extras?: Readonly<Record<string, string>>;
  /** ISO 4217 code of the amounts. */
  currency?: string;
}

/**
 * Makes events of any relation: `relation`, a view, with `source_row` (the source's, which it must have), the event
 * schema (NULL where the map has nothing), the extras, `source_file` where the source has one, and `malformed`: NULL, or
 * {field, value, reason} for a row that isn't an event, which {@link clean} takes out. A row isn't an event if its time
 * can't be read, it has no user, no item (searches need none), a type that isn't known, or a number that isn't one.
 * Empty text is NULL.
 *
 * Runs on DuckDB and on Spark. Throws DataError for a column that the source lacks, naming those it has; InputError for a
 * map that can't be meant.
 */
export async function adaptColumns(engine: Engine, relation: string, from: string, map: ColumnMap): Promise<void> {
  const columns = await engine.describe(from);
  requireColumns(from, columns, ["source_row"]);
  await engine.createView(relation, eventQuery(engine, columns, map, from));
}

/** The query of {@link adaptColumns}, over a relation with these columns. */
export function eventQuery(engine: Engine, columns: readonly ColumnType[], map: ColumnMap, from: string): string {
  const { computed, select } = eventSelect(engine, columns, map, from);
  const values = Object.entries(computed).map(([name, expr]) => `, ${expr} AS ${name}`);
  return `SELECT ${select} FROM (SELECT *${values.join("")} FROM ${from}) AS sources`;
}

/**
 * The parts of that query: what is read out of the source's columns, once a row, and the select list over both.
 * `place` names the source in errors; `first` is looked at before a row's values are.
 */
export function eventSelect(
  engine: Engine,
  columns: readonly ColumnType[],
  map: ColumnMap,
  place: string,
  first: readonly Requirement[] = [],
): { computed: Record<string, string>; select: string } {
  const { extras = {} } = map;
  checkMap(map);
  requireColumns(place, columns, [...Object.values(map.columns), ...Object.values(extras)]);
  const { dialect } = engine;
  const sources = new MappedColumns(engine, columns, map);
  const events = (Object.entries(EVENT_COLUMNS) as [EventColumn, string][]).map(([column, type]) => {
    const kind: SqlType = type === "TIMESTAMP" ? "timestamp" : type === "DOUBLE" ? "double" : "text";
    return `CAST(${sources.expression(column)} AS ${dialect.types[kind]}) AS ${column}`;
  });
  const kept = Object.entries(extras).map(([name, source]) => `${sources.plain(source)} AS ${quoteIdentifier(name)}`);
  if (columns.some((column) => column.name === "source_file")) kept.push("source_file");
  const requirements = [...first, ...sources.requirements()];
  const select = ["source_row", ...events, ...kept, `${malformed(engine, requirements)} AS malformed`].join(", ");
  return { computed: sources.computed(), select };
}

function checkMap({ columns, constants = {}, eventTypes = {} }: ColumnMap): void {
  const unknown = [...Object.keys(columns), ...Object.keys(constants)].find((name) => !(name in EVENT_COLUMNS));
  if (unknown !== undefined)
    throw new InputError("the event schema has no such column", {
      value: unknown,
      place: "columns",
      remedy: `It has ${Object.keys(EVENT_COLUMNS).join(", ")}; others go into extras.`,
    });
  const missing = ["event_time", "user_id", "item_id"].find((name) => !(name in columns));
  if (missing !== undefined || (columns.event_type === undefined && constants.event_type === undefined))
    throw new InputError("a map says where time, user, item and type of an event are", {
      value: missing ?? "event_type",
      place: "columns",
      remedy: 'Name the column; or give constants: { event_type: "purchase" }.',
    });
  const types = [...Object.values(eventTypes), constants.event_type ?? "view"];
  const odd = types.find((type) => type !== null && !(EVENT_TYPES as readonly unknown[]).includes(type));
  if (odd === undefined) return;
  throw new InputError("not an event type", {
    value: odd,
    place: "eventTypes",
    remedy: `Use ${EVENT_TYPES.join(", ")}.`,
  });
}

function requireColumns(place: string, columns: readonly ColumnType[], wanted: readonly string[]): void {
  const names = columns.map((column) => column.name);
  const missing = wanted.find((name) => !names.includes(name));
  if (missing === undefined) return;
  const guess = nearest(missing, names);
  throw new DataError("a column is missing", {
    value: missing,
    place,
    remedy: `${guess === undefined ? "" : `Did you mean "${guess}"? `}Columns there are: ${names.join(", ")}.`,
  });
}
