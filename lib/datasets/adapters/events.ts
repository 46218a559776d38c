import { type Engine, quoteIdentifier, quoteText } from "../../engine/index";
import { EVENT_COLUMNS, type EventColumn } from "../../events";
import { type CsvLayout, type LoadCsvOptions, loadCsv, OVERFLOW } from "./csv";

export { EVENT_COLUMNS, type EventColumn } from "../../events";

/** How a source's fields become events: each column an SQL expression over the fields, all of them text. */
export interface EventLayout extends CsvLayout {
  events: Partial<Record<EventColumn, string>> & { event_time: string; user_id: string; item_id: string };
  /** Columns beyond the schema that the source is known for. */
  extras?: Record<string, string>;
  /** What must hold of a record for it to be read as an event; the first that doesn't is its reason. */
  requirements: readonly Requirement[];
}

/**
 * Reads a CSV file into `relation`, one row a record: `source_row`, the event schema (columns that the source lacks
 * are NULL), the extras, and `malformed`: NULL, or {field, value, reason} for a record that isn't an event. Records
 * that can't even be cut into fields are in `${relation}_unreadable`.
 */
export async function createEvents(
  engine: Engine,
  relation: string,
  path: string,
  layout: EventLayout,
  options: Pick<LoadCsvOptions, "signal" | "onProgress"> = {},
): Promise<void> {
  const events = Object.entries(EVENT_COLUMNS).map(
    ([column, type]) => `CAST(${layout.events[column as EventColumn] ?? "NULL"} AS ${type}) AS ${column}`,
  );
  const extras = Object.entries(layout.extras ?? {}).map(([name, sql]) => `${sql} AS ${quoteIdentifier(name)}`);
  const checks = [...fieldChecks(layout.columns), ...layout.requirements];
  const select = ["source_row", ...events, ...extras, `${malformed(engine, checks)} AS malformed`].join(", ");
  await loadCsv(engine, relation, path, layout, { ...options, select });
}

/** What must hold of a record or row for it to be an event; `field` is the column to blame, whose value is shown. */
export interface Requirement {
  field: string;
  /** SQL; a record of which it is not true isn't an event. */
  holds: string;
  reason: string;
  /** What may be behind it, tried first: the first of these that isn't met is blamed in its place. */
  behind?: readonly Requirement[];
}

/**
 * A record has as many fields as there are columns. In one that has fewer, a last field with line breaks in it tells
 * of a quote that was opened and not closed.
 */
export function fieldChecks(columns: readonly string[]): Requirement[] {
  const last = columns[columns.length - 1];
  const behind = columns.slice(0, -1).map((field, index) => ({
    field,
    holds: `(contains(${quoteIdentifier(field)}, chr(10)) AND ${quoteIdentifier(columns[index + 1])} IS NULL) IS NOT TRUE`,
    reason: "a quote that isn't closed: the lines after it are in this field",
  }));
  return [
    { field: OVERFLOW, holds: `${quoteIdentifier(OVERFLOW)} IS NULL`, reason: "more fields than columns" },
    { field: last, holds: `${quoteIdentifier(last)} IS NOT NULL`, reason: "fewer fields than columns", behind },
  ];
}

/** SQL of `malformed`: the first requirement that isn't met, with the column, its value and the reason; or NULL. */
export function malformed(engine: Engine, requirements: readonly Requirement[]): string {
  const { dialect } = engine;
  const cases = requirements.map(({ field, holds, reason, behind = [] }) => {
    const value = `CAST(${quoteIdentifier(field)} AS ${dialect.types.text})`;
    const blamed = dialect.struct({ field: quoteText(field), value, reason: quoteText(reason) });
    const first = behind.length === 0 ? blamed : `coalesce(${malformed(engine, behind)}, ${blamed})`;
    return `WHEN (${holds}) IS NOT TRUE THEN ${first}`;
  });
  return `CASE ${cases.join("\n      ")} END`;
}
