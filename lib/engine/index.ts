/** SQL on tables: DuckDB, embedded. */
export type { Column, Columns } from "./columns";
export { type Engine, type EngineSettings, openEngine, type QueryOptions } from "./engine";
export { SqlError } from "./errors";
export { quoteIdentifier, quoteText } from "./quote";
export type { SqlValue, SqlValues } from "./values";
