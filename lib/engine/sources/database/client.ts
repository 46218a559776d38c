import type { ResolvedLocation } from "./location";

/** A value bound to a query on a database server. */
export type ServerValue = null | boolean | number | bigint | string | Date;

/** A column as the server gives it, and what becomes of it. */
export interface ServerColumn {
  name: string;
  /** The server's own name of its type. */
  serverType: string;
  /** The type in the engine (DuckDB's name). */
  type: string;
  /** SQL that makes a value of `type` out of an expression for the text that {@link Batch} holds. */
  fromText(expr: string): string;
}

/** Some rows, column by column, each value as a text (or a number, where that is exact) or null. */
export interface Batch {
  columns: readonly ServerColumn[];
  rows: number;
  values: (string | number | null)[][];
}

/** One query and the values bound to it. */
export interface ServerQuery {
  sql: string;
  values: readonly ServerValue[];
}

/**
 * A connection to a database server that sees one unchanging snapshot of it, and can't write.
 * Its methods throw what the server's client throws; see `serverError`.
 */
export interface DatabaseClient {
  readonly location: ResolvedLocation;
  /** Quotes a name for this server's SQL. */
  quote(name: string): string;
  /** What stands in SQL for the bound value of this number, counted from 1. */
  placeholder(index: number): string;
  /** The columns of a table's primary key in their order; none: an empty list. */
  primaryKey(table: readonly string[]): Promise<string[]>;
  /** Condition that rows come after one of these key values; the first placeholder has the number `first`. */
  after(key: readonly ServerColumn[], first: number): { sql: string; repeat: number[] };
  /** The first column of a query's first row, as a number. */
  number(query: ServerQuery): Promise<number>;
  /** A query's rows in batches, each but the last of `batchRows` rows; at least one batch, which tells the columns. */
  batches(query: ServerQuery, batchRows: number): AsyncGenerator<Batch, void, void>;
  /** Ends the connection, at once if `broken`. */
  close(broken: boolean): Promise<void>;
}
