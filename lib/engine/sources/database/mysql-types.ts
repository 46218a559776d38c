import type { FieldPacket } from "mysql2";
import type { ServerColumn } from "./client";

/** The protocol's numbers of types. */
const Types = {
  DECIMAL: 0,
  TINY: 1,
  SHORT: 2,
  LONG: 3,
  FLOAT: 4,
  DOUBLE: 5,
  TIMESTAMP: 7,
  LONGLONG: 8,
  INT24: 9,
  DATE: 10,
  TIME: 11,
  DATETIME: 12,
  YEAR: 13,
  NEWDATE: 14,
  BIT: 16,
  JSON: 245,
  NEWDECIMAL: 246,
  GEOMETRY: 255,
} as const;
/** A flag of a column, and the character set of what isn't text. */
const [UNSIGNED, BINARY] = [32, 63];
const WHOLE: Record<number, [name: string, type: string]> = {
  [Types.TINY]: ["tinyint", "TINYINT"],
  [Types.SHORT]: ["smallint", "SMALLINT"],
  [Types.INT24]: ["mediumint", "INTEGER"],
  [Types.LONG]: ["int", "INTEGER"],
  [Types.LONGLONG]: ["bigint", "BIGINT"],
};

/**
 * What becomes of a column of MySQL or MariaDB.
 *
 * | MySQL | here |
 * |---|---|
 * | tinyint, smallint, mediumint, int, bigint, and unsigned | the same (BOOLEAN is tinyint(1) there, and may hold 2) |
 * | bit(1); bit(n) | BOOLEAN; UBIGINT |
 * | float, double | FLOAT, DOUBLE |
 * | decimal(p, s) with p up to 38; more digits | DECIMAL(p, s); DOUBLE, the nearest |
 * | date, datetime (no zone: see `timeZone`), timestamp (in UTC) | DATE, TIMESTAMP |
 * | year | SMALLINT |
 * | binary, varbinary, blob | BLOB |
 * | anything else: text of any character set, json, enum, set, time (±838 hours), geometry … | VARCHAR |
 */
export function mySqlColumn(field: FieldPacket): ServerColumn {
  const { name, columnType: code = field.type, columnLength: length = 0, decimals = 0 } = field;
  const flags = Number(field.flags);
  const unsigned = (flags & UNSIGNED) !== 0;
  const column = (serverType: string, type: string, fromText?: (expr: string) => string): ServerColumn => ({
    name,
    serverType,
    type,
    fromText: fromText ?? ((expr) => `CAST(${expr} AS ${type})`),
  });
  if (code !== undefined && WHOLE[code] !== undefined) {
    const [server, type] = WHOLE[code];
    return unsigned ? column(`${server} unsigned`, `U${type}`) : column(server, type);
  }
  switch (code) {
    case Types.YEAR:
      return column("year", "SMALLINT");
    case Types.BIT:
      return length === 1
        ? column("bit", "BOOLEAN", (expr) => `CAST(${expr} AS INTEGER) = 1`)
        : column("bit", "UBIGINT");
    case Types.FLOAT:
      return column("float", "FLOAT");
    case Types.DOUBLE:
      return column("double", "DOUBLE");
    case Types.DECIMAL:
    case Types.NEWDECIMAL: {
      // The length counts the sign and the point.
      const digits = length - (unsigned ? 0 : 1) - (decimals > 0 ? 1 : 0);
      return column(`decimal(${digits},${decimals})`, digits <= 38 ? `DECIMAL(${digits}, ${decimals})` : "DOUBLE");
    }
    case Types.DATE:
    case Types.NEWDATE:
      return column("date", "DATE");
    case Types.DATETIME:
      return column("datetime", "TIMESTAMP");
    case Types.TIMESTAMP:
      return column("timestamp", "TIMESTAMP");
    case Types.TIME:
    case Types.JSON:
    case Types.GEOMETRY:
      return column(
        code === Types.TIME ? "time" : code === Types.JSON ? "json" : "geometry",
        "VARCHAR",
        (expr) => expr,
      );
    default:
      return field.characterSet === BINARY
        ? column("binary", "BLOB", (expr) => `unhex(${expr})`)
        : column("text", "VARCHAR", (expr) => expr);
  }
}
