import {
  type DuckDBDataChunk,
  type DuckDBResult,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBVector,
  JSDuckDBValueConverter,
} from "@duckdb/node-api";
import { DataError } from "../errors";

/** One column of a result; which kind is decided by its SQL type, see {@link readColumns}. */
export type Column =
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | Uint8Array
  | BigInt64Array
  | (string | null)[]
  | unknown[];

/** A result, column by column; all columns have the same length. */
export type Columns = Record<string, Column>;

type Numeric = Int32Array | Uint32Array | Float32Array | Float64Array | Uint8Array;
type NumericConstructor = { new (length: number): Numeric };

/** Collects one column's values from chunk to chunk. */
interface Collector {
  take(chunk: DuckDBDataChunk, index: number): void;
  finish(): Column;
}

/**
 * Reads a whole result into columns, without an object per row.
 *
 * | SQL type | column | NULL |
 * |---|---|---|
 * | TINYINT … INTEGER, USMALLINT | Int32Array | column becomes a Float64Array, NaN |
 * | UINTEGER | Uint32Array | column becomes a Float64Array, NaN |
 * | BIGINT, UBIGINT, HUGEINT, UHUGEINT | Float64Array; DataError outside ±(2^53 − 1) | NaN |
 * | FLOAT | Float32Array | NaN |
 * | DOUBLE, DECIMAL (nearest double) | Float64Array | NaN |
 * | BOOLEAN | Uint8Array of 0 and 1 | column becomes a Float64Array, NaN |
 * | DATE, TIMESTAMP of any precision | Float64Array, seconds since 1970-01-01 UTC (±Infinity kept) | NaN |
 * | VARCHAR, ENUM | array of strings | null |
 * | any other (LIST, STRUCT, BLOB, UUID, TIME, INTERVAL …) | array of JavaScript values as DuckDB's client makes them | null |
 */
export async function readColumns(result: DuckDBResult): Promise<Columns> {
  const names = result.deduplicatedColumnNames();
  const collectors = names.map((name, index) => collectorFor(name, result.columnType(index)));
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    for (let index = 0; index < collectors.length; index++) collectors[index].take(chunk, index);
  }
  return Object.fromEntries(names.map((name, index) => [name, collectors[index].finish()]));
}

function collectorFor(name: string, type: DuckDBType): Collector {
  switch (type.typeId) {
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.USMALLINT:
      return numeric(Int32Array, Number);
    case DuckDBTypeId.UINTEGER:
      return numeric(Uint32Array, Number);
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT:
      return numeric(Float64Array, (value) => exactNumber(value as bigint, name));
    case DuckDBTypeId.FLOAT:
      return numeric(Float32Array, Number);
    case DuckDBTypeId.DOUBLE:
      return numeric(Float64Array, Number);
    case DuckDBTypeId.DECIMAL:
      return numeric(Float64Array, (value) => (value as { toDouble(): number }).toDouble());
    case DuckDBTypeId.BOOLEAN:
      return numeric(Uint8Array, Number);
    case DuckDBTypeId.DATE:
      return numeric(Float64Array, (value) => days((value as { days: number }).days) * 86400);
    case DuckDBTypeId.TIMESTAMP_S:
      return numeric(Float64Array, (value) => ticks((value as { seconds: bigint }).seconds, 1n));
    case DuckDBTypeId.TIMESTAMP_MS:
      return numeric(Float64Array, (value) => ticks((value as { millis: bigint }).millis, 1000n), 1000);
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_TZ:
      return numeric(Float64Array, (value) => ticks((value as { micros: bigint }).micros, 1000000n), 1000000);
    case DuckDBTypeId.TIMESTAMP_NS:
      return numeric(Float64Array, (value) => ticks((value as { nanos: bigint }).nanos, 1000000000n), 1000000000);
    default:
      return anything();
  }
}

/**
 * Collects numbers in typed parts; `convert` turns DuckDB's value into a number. 64-bit integers of an ordinary size
 * are taken without it, divided by `perUnit`.
 */
function numeric(Kind: NumericConstructor, convert: (value: unknown) => number, perUnit = 1): Collector {
  const parts: (Numeric | Float64Array)[] = [];
  let length = 0;
  let nulls = false;
  return {
    take(chunk, index) {
      const vector = chunk.getColumnVector(index);
      const part = wholeItems(vector, Kind) ?? wideItems(vector, perUnit) ?? convertItems(vector, Kind, convert);
      nulls ||= part.nulls;
      length += part.values.length;
      parts.push(part.values);
    },
    finish() {
      const floating = Kind === (Float64Array as NumericConstructor) || Kind === (Float32Array as NumericConstructor);
      const column = new (nulls && !floating ? Float64Array : Kind)(length);
      let at = 0;
      for (const part of parts) {
        column.set(part, at);
        at += part.length;
      }
      return column;
    },
  };
}

type Part = { values: Numeric; nulls: boolean };

/** A copy of a vector's own array, where it has no NULL and holds the wanted kind of number already. */
function wholeItems(vector: DuckDBVector, Kind: NumericConstructor): Part | null {
  const raw = vector as unknown as { items?: unknown; validity?: { data: unknown } };
  if (raw.validity?.data !== null || !(raw.items instanceof Kind)) return null;
  return { values: raw.items.slice(), nulls: false };
}

/**
 * A vector of 64-bit integers without NULL as doubles divided by `perUnit`, read as pairs of 32-bit halves: several
 * times faster than through bigint. Null when the vector is of another kind or has a value beyond ±2^52.
 */
function wideItems(vector: DuckDBVector, perUnit: number): Part | null {
  const raw = vector as unknown as { items?: unknown; validity?: { data: unknown } };
  if (raw.validity?.data !== null || !(raw.items instanceof BigInt64Array)) return null;
  const { buffer, byteOffset, length } = raw.items;
  const halves = new Int32Array(buffer, byteOffset, 2 * length);
  const values = new Float64Array(length);
  for (let row = 0; row < length; row++) {
    const high = halves[2 * row + 1];
    if (high >= 0x100000 || high < -0x100000) return null;
    values[row] = (high * 4294967296 + (halves[2 * row] >>> 0)) / perUnit;
  }
  return { values, nulls: false };
}

function convertItems(vector: DuckDBVector, Kind: NumericConstructor, convert: (value: unknown) => number): Part {
  const count = vector.itemCount;
  const wide = new Float64Array(count);
  let nulls = false;
  for (let row = 0; row < count; row++) {
    const value = vector.getItem(row);
    if (value === null) {
      nulls = true;
      wide[row] = Number.NaN;
    } else wide[row] = convert(value);
  }
  if (nulls || Kind === (Float64Array as NumericConstructor)) return { values: wide, nulls };
  const narrow = new Kind(count);
  narrow.set(wide);
  return { values: narrow, nulls };
}

function anything(): Collector {
  const values: unknown[] = [];
  return {
    take(chunk, index) {
      const vector = chunk.getColumnVector(index);
      const type = vector.type;
      for (let row = 0; row < vector.itemCount; row++) {
        const value = vector.getItem(row);
        values.push(typeof value === "string" ? value : JSDuckDBValueConverter(value, type, JSDuckDBValueConverter));
      }
    },
    finish: () => values,
  };
}

function exactNumber(value: bigint, name: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new DataError("a whole number is too large for a JavaScript number", {
    value,
    place: `column "${name}"`,
    remedy: "Cast it to VARCHAR or DOUBLE in the query.",
  });
}

/** DATE's infinities are the ends of the 32-bit range. */
function days(value: number): number {
  return value === 2147483647 ? Infinity : value === -2147483647 ? -Infinity : value;
}

/** Seconds; a count too large for a double (nanoseconds of today) is divided in two steps. */
function ticks(value: bigint, perSecond: bigint): number {
  if (value === 9223372036854775807n) return Infinity;
  if (value === -9223372036854775807n) return -Infinity;
  const count = Number(value);
  if (Number.isSafeInteger(count)) return count / Number(perSecond);
  return Number(value / perSecond) + Number(value % perSecond) / Number(perSecond);
}
