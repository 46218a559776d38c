import type { ServerColumn } from "./client";

const SIMPLE: Record<number, string> = {
  16: "BOOLEAN",
  20: "BIGINT",
  21: "SMALLINT",
  23: "INTEGER",
  26: "BIGINT", // oid
  700: "FLOAT",
  701: "DOUBLE",
  1083: "TIME",
  2950: "UUID",
};
const [BYTEA, NUMERIC, DATE, TIMESTAMP, TIMESTAMPTZ] = [17, 1700, 1082, 1114, 1184];

/**
 * What becomes of a column of PostgreSQL.
 *
 * | PostgreSQL | here |
 * |---|---|
 * | boolean, smallint, integer, bigint, real, double precision, time, uuid | the same |
 * | numeric(p, s) with p up to 38 | DECIMAL(p, s) |
 * | numeric without or with more digits | DOUBLE, the nearest |
 * | date, timestamp (no zone: see `timeZone`) | DATE, TIMESTAMP; ±infinity and years before Christ are kept |
 * | timestamp with time zone | TIMESTAMP, in UTC |
 * | bytea | BLOB |
 * | anything else: text, json, enum, array, interval … | VARCHAR, as the server writes it |
 */
export function postgreSqlColumn(name: string, oid: number, modifier: number, serverType: string): ServerColumn {
  const column = (type: string, fromText?: (expr: string) => string): ServerColumn => ({
    name,
    serverType,
    type,
    fromText: fromText ?? ((expr) => `CAST(${expr} AS ${type})`),
  });
  if (SIMPLE[oid] !== undefined) return column(SIMPLE[oid]);
  if (oid === NUMERIC) return column(decimal(modifier));
  if (oid === DATE) return column("DATE", (expr) => `CAST(${commonEra(expr)} AS DATE)`);
  if (oid === TIMESTAMP) return column("TIMESTAMP", (expr) => `CAST(${commonEra(expr)} AS TIMESTAMP)`);
  if (oid === TIMESTAMPTZ)
    return column("TIMESTAMP", (expr) => `CAST(regexp_replace(${commonEra(expr)}, '\\+00$', '') AS TIMESTAMP)`);
  if (oid === BYTEA) return column("BLOB", (expr) => `unhex(substr(${expr}, 3))`);
  return column("VARCHAR", (expr) => expr);
}

/** numeric's modifier holds its digits and, of 11 bits with sign, those after the point. */
function decimal(modifier: number): string {
  const digits = ((modifier - 4) >> 16) & 0xffff;
  const scale = (((modifier - 4) & 0x7ff) ^ 0x400) - 0x400;
  return modifier >= 4 && digits <= 38 && scale >= 0 && scale <= digits ? `DECIMAL(${digits}, ${scale})` : "DOUBLE";
}

/** PostgreSQL writes `0044-03-15 12:00:00 BC`, DuckDB reads `0044-03-15 (BC) 12:00:00`. */
function commonEra(expr: string): string {
  return `CASE WHEN ends_with(${expr}, ' BC') THEN regexp_replace(${expr}, '^(\\S+)(.*) BC$', '\\1 (BC)\\2') ELSE ${expr} END`;
}
