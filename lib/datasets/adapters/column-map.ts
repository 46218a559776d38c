import { type ColumnType, type Engine, quoteIdentifier, quoteText, type SqlType } from "../../engine/index";
import { DataError, InputError } from "../../errors";
import { EVENT_COLUMNS, EVENT_TYPES, type EventColumn, type EventType } from "../../events";
import { nearest } from "../nearest";
import { malformed, type Requirement } from "./events";

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

/** The columns that hold numbers, and all whose values are read out of the source's rather than taken as they are. */
const NUMBERS: readonly EventColumn[] = ["price", "quantity", "cost"];
const COMPUTED: readonly EventColumn[] = ["event_time", "event_type", ...NUMBERS];

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
  const sources = new Sources(engine, columns, map);
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

/** SQL of a map's columns over the source's. */
class Sources {
  constructor(
    private readonly engine: Engine,
    private readonly columns: readonly ColumnType[],
    private readonly map: ColumnMap,
  ) {}

  /** An event column's value; NULL where it isn't known or can't be read. */
  expression(column: EventColumn): string {
    const value = this.value(column);
    if (column !== "quantity" || !this.map.onePerPurchase) return value;
    const one = `CASE WHEN ${this.value("event_type")} IN ('purchase', 'refund') THEN 1e0 END`;
    return value === "NULL" ? one : `coalesce(${value}, ${one})`;
  }

  /** What is read out of the source's columns, by the names that {@link value} uses. */
  computed(): Record<string, string> {
    const { columns, constants = {} } = this.map;
    const read = COMPUTED.filter((column) => columns[column] !== undefined && constants[column] === undefined);
    return Object.fromEntries(
      read.map((column) => [`read_${column}`, this.reading(column, columns[column] as string)]),
    );
  }

  private reading(column: EventColumn, name: string): string {
    if (column === "event_time") return this.time(name);
    return column === "event_type" ? this.type(name) : this.number(name);
  }

  private value(column: EventColumn): string {
    const constant = this.map.constants?.[column];
    if (constant !== undefined) return typeof constant === "number" ? `${constant}` : quoteText(constant);
    const name = this.map.columns[column];
    if (name === undefined) return "NULL";
    return COMPUTED.includes(column) ? `read_${column}` : this.text(name);
  }

  /** What must hold of a row, in the order in which it is looked at. */
  requirements(): Requirement[] {
    const { columns, constants = {}, timeFormat = DEFAULT_FORMAT } = this.map;
    const search = `${this.value("event_type")} IS NOT DISTINCT FROM 'search'`;
    const all: Requirement[] = [
      { field: columns.event_time, holds: `${this.value("event_time")} IS NOT NULL`, reason: timeReason(timeFormat) },
      { field: columns.user_id, holds: `${this.value("user_id")} IS NOT NULL`, reason: "no user" },
    ];
    if (constants.event_type === undefined && columns.event_type !== undefined)
      all.push(...this.typeRequirements(columns.event_type));
    all.push({ field: columns.item_id, holds: `${this.value("item_id")} IS NOT NULL OR ${search}`, reason: "no item" });
    for (const column of NUMBERS) {
      const name = columns[column];
      if (name === undefined || constants[column] !== undefined) continue;
      const holds = `${this.value(column)} IS NOT NULL OR ${this.text(name)} IS NULL`;
      all.push({ field: name, holds, reason: "not a number" });
    }
    return all;
  }

  private typeRequirements(field: string): Requirement[] {
    const types = Object.entries(this.map.eventTypes ?? OWN_TYPES);
    const out = types.filter(([, type]) => type === null).map(([word]) => word);
    const words = types.map(([word]) => word).join(", ");
    return [
      ...out.map((word) => ({
        field,
        holds: `read_event_type IS NOT NULL OR ${this.text(field)} IS DISTINCT FROM ${quoteText(word)}`,
        reason: `left out: ${word}`,
      })),
      { field, holds: `${this.value("event_type")} IS NOT NULL`, reason: `not an event type (${words})` },
    ];
  }

  plain(name: string): string {
    return this.kind(name) === "text" ? this.text(name) : quoteIdentifier(name);
  }

  private kind(name: string): ColumnType["type"] {
    return (this.columns.find((column) => column.name === name) as ColumnType).type;
  }

  private text(name: string): string {
    const column = quoteIdentifier(name);
    return this.kind(name) === "text"
      ? `nullif(${column}, '')`
      : `CAST(${column} AS ${this.engine.dialect.types.text})`;
  }

  /** A finite number, or NULL. */
  private number(name: string): string {
    const { dialect } = this.engine;
    if (this.kind(name) === "text") return finite(dialect.tryCast(this.text(name), "double"));
    return finite(`CAST(${quoteIdentifier(name)} AS ${dialect.types.double})`);
  }

  private type(name: string): string {
    const types = Object.entries(this.map.eventTypes ?? OWN_TYPES);
    const cases = types.map(
      ([word, type]) => `WHEN ${quoteText(word)} THEN ${type === null ? "NULL" : quoteText(type)}`,
    );
    return `CASE ${this.text(name)} ${cases.join(" ")} END`;
  }

  private time(name: string): string {
    const { dialect } = this.engine;
    const { timeFormat, timeZone = "UTC" } = this.map;
    const column = quoteIdentifier(name);
    const kind = this.kind(name);
    const perSecond = PER_SECOND[timeFormat ?? ""];
    if (kind === "timestamp") return inZone(this.engine, column, timeZone);
    if (kind === "date") return inZone(this.engine, `CAST(${column} AS ${dialect.types.timestamp})`, timeZone);
    if (kind !== "text" && perSecond === undefined)
      throw new InputError(`times that are numbers (${kind}) need a unit`, {
        value: name,
        place: "timeFormat",
        remedy: "Say seconds, milliseconds or microseconds.",
      });
    if (perSecond === undefined)
      return inZone(this.engine, dialect.parseTime(column, timeFormat ?? DEFAULT_FORMAT), timeZone);
    const count = kind === "text" ? dialect.tryCast(column, "bigint") : `CAST(${column} AS ${dialect.types.bigint})`;
    const [low, high] = [-62135596800 * perSecond, 253402300799 * perSecond];
    const micros = perSecond === 1_000_000 ? count : `${count} * ${1_000_000 / perSecond}`;
    return `CASE WHEN ${count} BETWEEN ${low} AND ${high} THEN ${dialect.timestampOfMicros(micros)} END`;
  }
}

const DEFAULT_FORMAT = "%Y-%m-%d %H:%M:%S";
const PER_SECOND: Readonly<Record<string, number>> = { seconds: 1, milliseconds: 1000, microseconds: 1_000_000 };
const OWN_TYPES = Object.fromEntries(EVENT_TYPES.map((type) => [type, type]));

function finite(value: string): string {
  return `CASE WHEN ${value} BETWEEN -1.7976931348623157e308 AND 1.7976931348623157e308 THEN ${value} END`;
}

function inZone({ dialect }: Engine, moment: string, zone: string): string {
  if (zone === "UTC") return moment;
  if (dialect.name === "duckdb") return `CAST((${moment} AT TIME ZONE ${quoteText(zone)}) AS TIMESTAMP)`;
  throw new InputError("times of another zone than UTC are read by DuckDB", {
    value: zone,
    place: "timeZone",
    remedy: "Adapt the columns in DuckDB and export Parquet, or turn the times into UTC before.",
  });
}

/** What a time should have looked like. */
function timeReason(format: string): string {
  if (PER_SECOND[format] !== undefined) return `not ${format} since 1970`;
  const parts: Record<string, string> = {
    Y: "2019",
    m: "10",
    d: "01",
    H: "08",
    M: "26",
    S: "00",
    f: "000000",
    "%": "%",
  };
  return `not a time such as ${format.replace(/%(.)/g, (_, part: string) => parts[part] ?? "")}`;
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
