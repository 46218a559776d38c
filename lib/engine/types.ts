import type { SqlType } from "./dialect";

const COMMON: Record<string, SqlType> = {
  BOOLEAN: "boolean",
  TINYINT: "integer",
  SMALLINT: "integer",
  UTINYINT: "integer",
  USMALLINT: "integer",
  INTEGER: "integer",
  INT: "integer",
  UINTEGER: "bigint",
  BIGINT: "bigint",
  FLOAT: "float",
  DOUBLE: "double",
  VARCHAR: "text",
  STRING: "text",
  DATE: "date",
  TIMESTAMP: "timestamp",
  TIMESTAMP_NTZ: "timestamp",
  TIMESTAMP_S: "timestamp",
  TIMESTAMP_MS: "timestamp",
  BLOB: "blob",
  BINARY: "blob",
};

/** The common name of an engine's own: `VARCHAR` of DuckDB and `string` of Spark are both `text`. */
export function commonType(own: string): SqlType | "other" {
  const name = own.toUpperCase();
  return COMMON[name] ?? (/^(VARCHAR|CHAR)\(/.test(name) ? "text" : "other");
}
