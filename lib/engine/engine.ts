import type { ColumnTable } from "arquero";
import type { Columns } from "./columns";
import type { Dialect, SqlType } from "./dialect";
import type { SqlValues } from "./values";

/** How far a statement is: a share in [0, 1], as well as the engine can tell. */
export type OnProgress = (share: number) => void;

/** Options of one statement. */
export interface QueryOptions {
  /** Stops the running statement with an AbortedError. */
  signal?: AbortSignal;
  /** Called now and then while the statement runs; in place of the engine's own. */
  onProgress?: OnProgress;
}

/** A column of a relation: its name, and its type under the name common to both engines. */
export interface ColumnType {
  name: string;
  /** One of the types that both engines store, or `other` (a list, a struct, a decimal, a 128-bit number …). */
  type: SqlType | "other";
}

/**
 * SQL on tables. Two engines have this interface: DuckDB, embedded (`openEngine`), and Spark SQL on a cluster
 * (`openSpark`). SQL that must run on both is written with {@link Engine.dialect}. Statements run one after another in
 * the order of the calls, each on all threads.
 *
 * Names of relations are SQL text: `clean`, `shop.clean`, on DuckDB also `"my table"` (Spark takes letters, digits and
 * `_` alone). Values are bound to the `?` or `$name` of a statement on both engines.
 */
export interface Engine {
  /** What this engine says differently from the other. */
  readonly dialect: Dialect;
  /** Runs one or more statements for their effect; values are bound to the `?` or `$name` of the last one. */
  run(sql: string, values?: SqlValues, options?: QueryOptions): Promise<void>;
  /** Runs a query and returns its result column by column in typed arrays; see {@link readColumns} for the types. */
  columns(sql: string, values?: SqlValues, options?: QueryOptions): Promise<Columns>;
  /** Runs a query with a small result and returns an Arquero table; times are seconds since 1970 UTC. */
  table(sql: string, values?: SqlValues, options?: QueryOptions): Promise<ColumnTable>;
  /** Makes or replaces a table that holds the rows of a query, which may read the table that it replaces. */
  createTable(name: string, select: string, values?: SqlValues, options?: QueryOptions): Promise<void>;
  /** Makes or replaces a view. Nothing can be bound in one: write values by `dialect.timestamp`, `quoteText` …. */
  createView(name: string, select: string, options?: QueryOptions): Promise<void>;
  /** Adds the rows of a query to a table, column by column in their order. */
  insert(name: string, select: string, values?: SqlValues, options?: QueryOptions): Promise<void>;
  /** Removes a table or view; nothing happens where there is none. */
  drop(name: string): Promise<void>;
  /** Whether there is a table or view of this name. */
  exists(name: string): Promise<boolean>;
  /** The columns of a table or view, in order. Throws SqlError where there is none. */
  describe(name: string): Promise<ColumnType[]>;
  /**
   * A view of Parquet files: one file, a folder of `*.parquet` (as Spark writes), or a glob. Nothing is copied. Files are how
   * data goes from one engine to the other: what one exported, the other imports with the same types.
   */
  importParquet(name: string, path: string, options?: QueryOptions): Promise<void>;
  /**
   * Writes a relation to `path` as Parquet: one file on DuckDB, a folder of files on Spark. What is at the path is replaced when
   * all is written and not before; a run that is killed leaves the old. `orderBy` (SQL) sets the rows' order.
   */
  exportParquet(name: string, path: string, options?: QueryOptions & { orderBy?: string }): Promise<void>;
  /** Waits for the running statements and frees everything; later calls are refused. */
  close(): Promise<void>;
}

/** A relation's name in its parts, schema first, without quotes. */
export function nameParts(name: string): string[] {
  return [...name.matchAll(/"((?:[^"]|"")+)"|([^."]+)/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain,
  );
}
