import { DUCKDB, quoteIdentifier, quoteText } from "../engine/index";
import { InputError } from "../errors";
import { EVENT_TYPES } from "../events";
import { EVENT_RULES, type Rule } from "./rules";

/** What {@link validationRules} demand of events; whatever isn't said isn't demanded. */
export interface Validation {
  /** Event types that may occur. Default: {@link EVENT_TYPES}; null: any. */
  types?: readonly string[] | null;
  /** Columns that must be known. Default: event_time, user_id, event_type. */
  required?: readonly string[];
  /**
   * When the data was taken, in seconds since 1970 UTC: an event later than that has a wrong time. Never the clock's
   * now: the same data must give the same rows tomorrow. An opened file of one's own says when it was last written.
   */
  now?: number;
  /** The earliest time that can be right, in seconds since 1970 UTC. */
  earliest?: number;
  /** Smallest and largest possible value of numeric columns, both included. */
  ranges?: Readonly<Record<string, { low?: number; high?: number }>>;
  /** Rules of the shop's own, after the others. */
  more?: readonly Rule[];
}

/**
 * Rules for {@link clean} and {@link applyRules}, in this order, so that a row is counted under the first that it
 * breaks: required columns, event types, times, {@link EVENT_RULES} (no negative money, something moved), ranges, and
 * the shop's own. A NaN or infinite value of a column with a range, price, quantity or cost is out of range.
 *
 * Throws InputError for a range, or a stretch of time, with nothing inside.
 */
export function validationRules(demands: Validation = {}): Rule[] {
  const { types = EVENT_TYPES, required = ["event_time", "user_id", "event_type"], now, earliest } = demands;
  if (now !== undefined && earliest !== undefined && earliest > now)
    throw new InputError("the earliest time is after the latest", { value: [earliest, now], place: "earliest, now" });
  const rules: Rule[] = required.map((field) => ({
    field,
    holds: `${quoteIdentifier(field)} IS NOT NULL`,
    reason: `no ${field}`,
  }));
  if (types !== null) rules.push(membership(types));
  if (earliest !== undefined) rules.push({ ...timeRule(">=", earliest), reason: `earlier than ${iso(earliest)}` });
  if (now !== undefined) rules.push({ ...timeRule("<=", now), reason: `in the future: later than ${iso(now)}` });
  rules.push(...["price", "quantity", "cost"].map(finite), ...EVENT_RULES);
  for (const [field, range] of Object.entries(demands.ranges ?? {})) rules.push(...rangeRules(field, range));
  return [...rules, ...(demands.more ?? [])];
}

function membership(types: readonly string[]): Rule {
  if (types.length === 0)
    throw new InputError("no event type may occur", {
      value: types,
      place: "types",
      remedy: "Name some, or give null.",
    });
  return {
    field: "event_type",
    holds: `event_type IN (${types.map(quoteText).join(", ")})`,
    reason: `not an event type (${types.join(", ")})`,
  };
}

/** Both engines write a moment alike. */
function timeRule(compare: "<=" | ">=", seconds: number): { field: string; holds: string } {
  return { field: "event_time", holds: `event_time ${compare} ${DUCKDB.timestamp(seconds)}` };
}

function finite(field: string): Rule {
  const value = quoteIdentifier(field);
  return {
    field,
    holds: `${value} BETWEEN -1.7976931348623157e308 AND 1.7976931348623157e308`,
    reason: `${field} is not a finite number`,
  };
}

function rangeRules(field: string, { low = -Infinity, high = Infinity }: { low?: number; high?: number }): Rule[] {
  if (!(low <= high))
    throw new InputError("a range has nothing inside", { value: [low, high], place: `ranges.${field}` });
  const value = quoteIdentifier(field);
  const rules: Rule[] = ["price", "quantity", "cost"].includes(field) ? [] : [finite(field)];
  if (low !== -Infinity) rules.push({ field, holds: `${value} >= ${double(low)}`, reason: `${field} below ${low}` });
  if (high !== Infinity) rules.push({ field, holds: `${value} <= ${double(high)}`, reason: `${field} above ${high}` });
  return rules;
}

/** A number with an exponent is a DOUBLE on both engines. */
function double(value: number): string {
  const text = String(value);
  return text.includes("e") ? text : `${text}e0`;
}

function iso(seconds: number): string {
  return new Date(seconds * 1000)
    .toISOString()
    .replace("T", " ")
    .replace(/(\.000)?Z$/, " UTC");
}
