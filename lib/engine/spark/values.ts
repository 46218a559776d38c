import { InputError } from "../../errors";
import type { SqlValue, SqlValues } from "../values";

/** A value on its way to the driver: its kind, and what JSON can carry of it. */
export type Sent = [kind: "null" | "boolean" | "whole" | "double" | "text" | "time" | "bytes" | "list", value: unknown];

/** Values as the driver's `value` reads them. Throws InputError for a kind of value that SQL has no type for. */
export function sendable(given: SqlValues | undefined): Sent[] | Record<string, Sent> | undefined {
  if (given === undefined) return undefined;
  if (Array.isArray(given)) return given.map((value: SqlValue, index) => send(value, `value ${index + 1}`));
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, send(value, `value $${name}`)]));
}

function send(value: SqlValue, place: string): Sent {
  // Apart from the others: tslab's compiler isn't strict, and a test for null beside them would end its narrowing.
  if (value === null) return ["null", null];
  if (typeof value === "boolean") return ["boolean", value];
  if (typeof value === "string") return ["text", value];
  if (typeof value === "bigint") return ["whole", String(value)];
  if (typeof value === "number")
    return Number.isSafeInteger(value) && !Object.is(value, -0) ? ["whole", String(value)] : ["double", decimal(value)];
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw new InputError("an invalid Date can't be bound", { place });
    return ["time", value.getTime()];
  }
  if (value instanceof Uint8Array) return ["bytes", Buffer.from(value).toString("base64")];
  if (Array.isArray(value)) return ["list", value.map((item: SqlValue) => send(item, place))];
  if (value instanceof Int32Array) return ["list", Array.from(value, (item): Sent => ["whole", String(item)])];
  if (ArrayBuffer.isView(value))
    return ["list", Array.from(value as Float64Array, (item): Sent => ["double", decimal(item)])];
  throw new InputError("this kind of value can't be bound to SQL", {
    value,
    place,
    remedy: "Give a number, text, boolean, bigint, Date, bytes, null, or a list of these.",
  });
}

/** As Python's float() reads it. */
function decimal(value: number): string {
  return Object.is(value, -0) ? "-0.0" : String(value);
}
