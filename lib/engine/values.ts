import {
  BIGINT,
  DOUBLE,
  DuckDBBlobValue,
  DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
  INTEGER,
  listValue,
} from "@duckdb/node-api";
import { InputError } from "../errors";

/**
 * What can be bound to a `?` or `$name`: a list or a typed array of numbers becomes an SQL list, a Date a UTC
 * timestamp, bytes a blob.
 */
export type SqlValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Date
  | readonly SqlValue[]
  | Int32Array
  | Float32Array
  | Float64Array
  | Uint8Array;

/** Values for `?` (a list) or for `$name` (an object). */
export type SqlValues = readonly SqlValue[] | Readonly<Record<string, SqlValue>>;

/** Values as DuckDB takes them, with the types that it wouldn't guess. */
export interface Bindings {
  values: DuckDBValue[] | Record<string, DuckDBValue>;
  types: DuckDBType[] | Record<string, DuckDBType | undefined>;
}

/**
 * Turns values into DuckDB's own. A number is an INTEGER or BIGINT if it is a whole one of that size, else a DOUBLE; a
 * bigint within 64 bits is a BIGINT. Throws InputError for a kind of value that SQL has no type for.
 */
export function bindable(given: SqlValues | undefined): Bindings | undefined {
  if (given === undefined) return undefined;
  if (Array.isArray(given)) {
    const values = given.map((value: SqlValue, index) => convert(value, `value ${index + 1}`));
    // A hole leaves the guess to DuckDB; its declared type has no word for that.
    return { values, types: given.map(typeOf) as DuckDBType[] };
  }
  const named = Object.entries(given);
  return {
    values: Object.fromEntries(named.map(([name, value]) => [name, convert(value, `value $${name}`)])),
    types: Object.fromEntries(named.map(([name, value]) => [name, typeOf(value)])),
  };
}

function typeOf(value: SqlValue): DuckDBType | undefined {
  if (typeof value === "bigint") return BigInt.asIntN(64, value) === value ? BIGINT : undefined;
  if (typeof value !== "number") return undefined;
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) return DOUBLE;
  return value === (value | 0) ? INTEGER : BIGINT;
}

function convert(value: SqlValue, place: string): DuckDBValue {
  // Apart from the others: tslab's compiler isn't strict, and a test for null beside them would end its narrowing.
  if (value === null) return null;
  if (typeof value === "boolean" || typeof value === "string" || typeof value === "bigint") return value;
  if (typeof value === "number") return typeOf(value) === BIGINT ? BigInt(value) : value;
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw new InputError("an invalid Date can't be bound", { place });
    return new DuckDBTimestampValue(BigInt(value.getTime()) * 1000n);
  }
  if (Array.isArray(value)) return listValue(value.map((item: SqlValue) => convert(item, place)));
  if (value instanceof Uint8Array) return new DuckDBBlobValue(value);
  if (ArrayBuffer.isView(value)) return listValue(Array.from(value as Float64Array));
  throw new InputError("this kind of value can't be bound to SQL", {
    value,
    place,
    remedy: "Give a number, text, boolean, bigint, Date, bytes, null, or a list of these.",
  });
}
