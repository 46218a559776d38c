import { type Engine, quoteIdentifier, quoteText } from "../../engine/index";
import { EVENT_COLUMNS, type EventColumn } from "../../events";
import { type CsvLayout, loadCsv, OVERFLOW } from "./csv";

export { EVENT_COLUMNS, type EventColumn } from "../../events";

/** How a source's fields become events: each column an SQL expression over the fields, all of them text. */
export interface EventLayout extends CsvLayout {
  events: Partial<Record<EventColumn, string>> & { event_time: string; user_id: string; item_id: string };
  /** Columns beyond the schema that the source is known for. */
  extras?: Record<string, string>;
  /** What must hold of a record for it to be read as an event; the first that doesn't is its reason. */
  requirements: readonly { field: string; holds: string; reason: string }[];
}

/**
 * Reads a CSV file into `relation`, one row a record: `source_row`, the event schema (columns that the source lacks
 * are NULL), the extras, and `malformed`: NULL, or {field, value, reason} for a record that isn't an event. Records
 * that can't even be cut into fields are in `${relation}_unreadable`.
 */
export async function createEvents(engine: Engine, relation: string, path: string, layout: EventLayout): Promise<void> {
  const source = `${relation}_source`;
  await loadCsv(engine, source, path, layout, `${relation}_unreadable`);
  const events = Object.entries(EVENT_COLUMNS).map(
    ([column, type]) => `CAST(${layout.events[column as EventColumn] ?? "NULL"} AS ${type}) AS ${column}`,
  );
  const extras = Object.entries(layout.extras ?? {}).map(([name, sql]) => `${sql} AS ${quoteIdentifier(name)}`);
  await engine.run(`CREATE OR REPLACE TABLE ${relation} AS
    SELECT source_row, ${[...events, ...extras].join(", ")}, ${malformed(layout)} AS malformed FROM ${source}`);
  await engine.run(`DROP TABLE ${source}`);
}

function malformed({ columns, requirements }: EventLayout): string {
  const last = columns[columns.length - 1];
  const checks = [
    { field: OVERFLOW, holds: `${quoteIdentifier(OVERFLOW)} IS NULL`, reason: "more fields than columns" },
    { field: last, holds: `${quoteIdentifier(last)} IS NOT NULL`, reason: "fewer fields than columns" },
    ...requirements,
  ];
  const cases = checks.map(
    ({ field, holds, reason }) =>
      `WHEN (${holds}) IS NOT TRUE THEN {'field': ${quoteText(field)}, 'value': ${quoteIdentifier(field)}, 'reason': ${quoteText(reason)}}`,
  );
  return `CASE ${cases.join("\n      ")} END`;
}
