import { InputError, requireInteger, requireNumber } from "../errors";
import type { OrderKey, SqlType } from "./dialect";

/** Parts that both dialects are written with. */

/** Text that both engines read as a number of the type, whatever more either would take by itself. */
export function numberPattern(type: SqlType): string | undefined {
  if (type === "integer" || type === "bigint") return "^[+-]?[0-9]{1,19}$";
  if (type === "float" || type === "double") return "^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,4})?$";
  if (type === "date") return "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
  if (type === "timestamp") return "^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?)?$";
  return undefined;
}

/** `ORDER BY` of an ordered aggregate; empty without keys. */
export function orderBy(keys: readonly OrderKey[]): string {
  if (keys.length === 0) return "";
  const order = keys.map(
    ({ key, descending, nullsFirst }) =>
      `${key}${descending ? " DESC" : " ASC"} NULLS ${nullsFirst ? "FIRST" : "LAST"}`,
  );
  return `ORDER BY ${order.join(", ")}`;
}

/** Whole microseconds of seconds since 1970; throws InputError for what is no time. */
export function wholeMicros(seconds: number): bigint {
  requireNumber(seconds, "seconds", -62135596800, 253402300799);
  return BigInt(Math.round(seconds * 1e6));
}

/** `TIMESTAMP '2000-01-31 08:00:00.000000'`, which both understand. */
export function timestampLiteral(seconds: number): string {
  const micros = wholeMicros(seconds);
  const below = ((micros % 1000000n) + 1000000n) % 1000000n;
  const iso = new Date(Number((micros - below) / 1000n)).toISOString();
  return `TIMESTAMP '${iso.slice(0, 10)} ${iso.slice(11, 19)}.${String(below).padStart(6, "0")}'`;
}

/** A time's parts and the text between them, of a format such as `%Y-%m-%d`. */
export function formatParts(format: string): { part?: string; text?: string }[] {
  return [...format.matchAll(/%(.)|([^%]+)|%$/gs)].map(([found, part, text]) => {
    if (text !== undefined) return { text };
    if (part === "%") return { text: "%" };
    if (part !== undefined && "YmdHMSf".includes(part)) return { part };
    throw new InputError("a time's format has an unknown specifier", {
      value: found,
      place: format,
      remedy: "Use %Y %m %d %H %M %S %f and literal text.",
    });
  });
}

/** A share in [0, 1] as SQL. */
export function shareLiteral(share: number): string {
  return String(requireNumber(share, "share", 0, 1));
}

/** A whole number as SQL. */
export function countLiteral(count: number, place: string, least = 0): string {
  return String(requireInteger(count, place, least, Number.MAX_SAFE_INTEGER));
}
