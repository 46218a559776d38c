/** SQL on tables: DuckDB, embedded, and Spark on a cluster, behind one interface. */
export type { Column, Columns } from "./columns";
export { type Dialect, emptySelect, type OrderKey, type SqlType } from "./dialect";
export { type EngineSettings, openEngine } from "./duckdb";
export { DUCKDB } from "./duckdb-dialect";
export type { ColumnType, Engine, OnProgress, QueryOptions } from "./engine";
export { DiskFullError, OutOfMemoryError, SqlError } from "./errors";
export { quoteIdentifier, quoteText } from "./quote";
export { openSpark } from "./spark/open";
export type { SparkSettings } from "./spark/settings";
export { SPARK } from "./spark-dialect";
export type { SqlValue, SqlValues } from "./values";
