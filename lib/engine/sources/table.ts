import { DataError, InputError, requireInteger, throwIfAborted } from "../../errors";
import { type Engine, nameParts } from "../engine";
import { boundLists, rowsSql, unfitting } from "./database/append";
import type { Batch, DatabaseClient, ServerColumn, ServerQuery, ServerValue } from "./database/client";
import { serverError } from "./database/errors";
import { type DatabaseLocation, resolveLocation } from "./database/location";
import { connectMySql } from "./database/mysql";
import { connectPostgreSql } from "./database/postgresql";
import { dropProgress, readProgress, startProgress, stepProgress } from "./database/progress";

/** What to read from a database: a whole `table`, some `columns` of it, or the rows of a `query`. */
export interface TableSource extends DatabaseLocation {
  /** `orders` or `shop.orders`. */
  table?: string;
  /** Columns of the table, in this order. Default: all. */
  columns?: readonly string[];
  /** One SELECT in the server's SQL, with `$1`, `$2` … (PostgreSQL) or `?` (MySQL) for the values. */
  query?: string;
  /** Bound to the query's placeholders. */
  values?: readonly ServerValue[];
  /**
   * Columns that are unique together and never NULL: rows are read in their order. Default: the table's primary key;
   * without any key rows come as the server likes, and a read can't be resumed.
   */
  key?: readonly string[];
  /** Types for columns that shouldn't have the type that follows from the server's: `{ price: "DECIMAL(18, 4)" }`. */
  types?: Readonly<Record<string, string>>;
  /** The zone of date-times that have none (PostgreSQL's timestamp, MySQL's datetime), "Europe/Berlin". Default "UTC". */
  timeZone?: string;
  /** MySQL's `0000-00-00` and days like it: an error (the default), or NULL. */
  zeroDates?: "refuse" | "null";
}

/** Options of {@link readTable}. */
export interface ReadTableOptions {
  /** Rows of a batch, which is what is held in memory at a time. Default 16,384. */
  batchRows?: number;
  /** Goes on after the last whole batch of a read into the same relation that was stopped or failed. Default false. */
  resume?: boolean;
  /** Told after each batch how many rows are read, and of a table how many there are. */
  onProgress?: (rows: number, expected: number | undefined) => void;
  signal?: AbortSignal;
}

/** What was read. */
export interface TableRead {
  rows: number;
  columns: { name: string; serverType: string; type: string }[];
  /** In whose order the rows are numbered; empty: in the order in which the server gave them. */
  key: readonly string[];
}

/**
 * Reads a table or a query of MySQL, MariaDB or PostgreSQL into `relation`: `source_row` (1, 2, … in the key's order) and
 * the columns, typed as `mySqlColumn` and `postgreSqlColumn` say, times in UTC. All rows come from one read-only snapshot
 * of the database, in batches, through a server-side cursor (PostgreSQL) or a stream (MySQL).
 *
 * A read that was stopped leaves the rows of its whole batches; `resume: true` goes on after them, on a new snapshot.
 *
 * Throws InputError for a source that can't be meant, EnvironmentError for a server that can't be reached or refuses the
 * password, DataError for what isn't there or doesn't fit, AbortedError. The password is in no message.
 */
export async function readTable(
  engine: Engine,
  relation: string,
  source: TableSource,
  options: ReadTableOptions = {},
): Promise<TableRead> {
  const { batchRows = 16_384, resume = false, onProgress, signal } = options;
  requireInteger(batchRows, "batchRows", 1, 1_000_000);
  checkSource(engine, source);
  const location = resolveLocation(source);
  const what = source.table === undefined ? "a query" : `the table ${source.table}`;
  throwIfAborted(signal, `reading ${what}`);
  let client: DatabaseClient | undefined;
  let broken = true;
  try {
    client = await (location.kind === "mysql" ? connectMySql : connectPostgreSql)(location, signal);
    const key = source.key ?? (source.table === undefined ? [] : await client.primaryKey(nameParts(source.table)));
    const columns = readAs(await columnsOf(client, source), source);
    const progress = resume
      ? await readProgress(engine, relation, source, key)
      : await startProgress(engine, relation, columns, source, key);
    const select = selection(client, source, key, columns, progress.after);
    const expected =
      onProgress !== undefined && source.table !== undefined
        ? await client.number({ sql: `SELECT count(*) FROM ${tableName(client, source.table)}`, values: [] })
        : undefined;
    let { rows } = progress;
    for await (const batch of client.batches(select, batchRows)) {
      if (batch.rows === 0) break;
      throwIfAborted(signal, `reading ${what}`);
      await store(engine, relation, { ...batch, columns }, rows, signal);
      rows += batch.rows;
      await stepProgress(engine, relation, rows, lastKey(batch, key));
      onProgress?.(rows, expected);
    }
    await dropProgress(engine, relation);
    broken = false;
    return { rows, columns: columns.map(({ name, serverType, type }) => ({ name, serverType, type })), key };
  } catch (error) {
    throw serverError(error, location, what, signal);
  } finally {
    await client?.close(broken);
  }
}

function checkSource(engine: Engine, { table, query, columns, values, zeroDates }: TableSource): void {
  if (engine.dialect.name !== "duckdb")
    throw new InputError("databases are read by DuckDB", {
      remedy: "Read it with DuckDB, and import it from Parquet.",
    });
  if ((table === undefined) === (query === undefined))
    throw new InputError("a source is either a table or a query", { place: "table, query" });
  if (query !== undefined && columns !== undefined)
    throw new InputError("a query selects its columns itself", { place: "columns" });
  if (table !== undefined && values !== undefined)
    throw new InputError("values are bound to a query, and there is none", { place: "values" });
  if (zeroDates !== undefined && zeroDates !== "refuse" && zeroDates !== "null")
    throw new InputError('dates of zeros are to "refuse" or "null"', { value: zeroDates, place: "zeroDates" });
}

function tableName(client: DatabaseClient, table: string): string {
  return nameParts(table).map(client.quote).join(".");
}

function from(client: DatabaseClient, { table, query, columns }: TableSource): string {
  if (query !== undefined) return `SELECT * FROM (${query.trim().replace(/;$/, "")}\n) AS flashlab_query`;
  return `SELECT ${columns?.map(client.quote).join(", ") ?? "*"} FROM ${tableName(client, table as string)}`;
}

/** The columns, from a read of no row; so a table or column that isn't there is known before anything is made. */
async function columnsOf(client: DatabaseClient, source: TableSource): Promise<readonly ServerColumn[]> {
  const sql = `SELECT * FROM (${from(client, source)}) AS flashlab_source WHERE 1 = 0`;
  for await (const { columns } of client.batches({ sql, values: source.values ?? [] }, 1)) return columns;
  return [];
}

/** The columns with the types that the caller wants, his zone and his word on dates of zeros. */
function readAs(columns: readonly ServerColumn[], source: TableSource): ServerColumn[] {
  const { types = {}, timeZone = "UTC", zeroDates = "refuse" } = source;
  const names = columns.map(({ name }) => name.toLowerCase());
  const twice = names.find((name, index) => names.indexOf(name) < index || name === "source_row");
  if (twice !== undefined)
    throw new InputError("two columns of the same name, or one named source_row, can't be read", {
      value: twice,
      remedy: "Give the column another name in a query.",
    });
  const unknown = Object.keys(types).find((name) => !columns.some((column) => column.name === name));
  if (unknown !== undefined)
    throw new InputError("a type is given for a column that isn't read", {
      value: unknown,
      place: "types",
      remedy: `The columns are ${columns.map(({ name }) => name).join(", ")}.`,
    });
  return columns.map((column) => {
    const { name, serverType } = column;
    const zeros = zeroDates === "null" && source.kind === "mysql" && /^(date|datetime|timestamp)$/.test(serverType);
    const text = (expr: string) =>
      zeros ? `CASE WHEN ${expr} NOT SIMILAR TO '(0000.*|.....00.*|........00.*)' THEN ${expr} END` : expr;
    if (types[name] !== undefined)
      return { ...column, type: types[name], fromText: (expr) => `CAST(${text(expr)} AS ${types[name]})` };
    const zoned = timeZone !== "UTC" && /^(datetime|timestamp without time zone)$/.test(serverType);
    if (!zoned) return { ...column, fromText: (expr) => column.fromText(text(expr)) };
    const zone = `'${timeZone.replaceAll("'", "''")}'`;
    return { ...column, fromText: (expr) => `timezone('UTC', timezone(${zone}, ${column.fromText(text(expr))}))` };
  });
}

/** The query for all rows that come after the key `after`, in the key's order. */
function selection(
  client: DatabaseClient,
  source: TableSource,
  key: readonly string[],
  columns: readonly ServerColumn[],
  after: readonly (string | number)[] | undefined,
): ServerQuery {
  const values = [...(source.values ?? [])];
  if (key.length === 0) return { sql: from(client, source), values };
  const keyColumns = key.map((name) => {
    const column = columns.find((each) => each.name === name);
    if (column !== undefined) return column;
    throw new InputError("the key has a column that isn't read", {
      value: name,
      place: "key",
      remedy: `The columns are ${columns.map((each) => each.name).join(", ")}.`,
    });
  });
  let where = "";
  if (after !== undefined) {
    const condition = client.after(keyColumns, values.length + 1);
    where = ` WHERE ${condition.sql}`;
    values.push(...condition.repeat.map((index) => after[index]));
  }
  const order = key.map(client.quote).join(", ");
  return { sql: `SELECT * FROM (${from(client, source)}) AS flashlab_source${where} ORDER BY ${order}`, values };
}

async function store(
  engine: Engine,
  relation: string,
  batch: Batch,
  before: number,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await engine.insert(relation, rowsSql(batch.columns, before + 1, batch.rows), boundLists(batch), { signal });
  } catch (error) {
    throw await unfitting(engine, batch, before + 1, error);
  }
}

/** The key's values in the batch's last row. */
function lastKey({ columns, values, rows }: Batch, key: readonly string[]): (string | number)[] {
  return key.map((name) => {
    const value = values[columns.findIndex((column) => column.name === name)][rows - 1];
    if (value !== null) return value;
    throw new DataError("a key must not be NULL", { place: `column "${name}"`, remedy: "Choose another key." });
  });
}
