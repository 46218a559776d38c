import { type ColumnType, type Engine, quoteIdentifier, quoteText } from "../../engine/index";
import { InputError } from "../../errors";
import { EVENT_TYPES, type EventColumn } from "../../events";
import type { ColumnMap } from "./column-map";
import type { Requirement } from "./events";

/** The columns that hold numbers, and all whose values are read out of the source's rather than taken as they are. */
const NUMBERS: readonly EventColumn[] = ["price", "quantity", "cost"];
const COMPUTED: readonly EventColumn[] = ["event_time", "event_type", ...NUMBERS];

/** SQL of a {@link ColumnMap}'s columns over the source's. */
export class MappedColumns {
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
