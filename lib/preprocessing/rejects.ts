import {
  type ColumnType,
  type Engine,
  emptySelect,
  type QueryOptions,
  quoteIdentifier,
  quoteText,
  type SqlType,
} from "../engine/index";

/**
 * The columns of a rejects relation. `kind` is `duplicate` for a row that is there a second time and `rejected` for any
 * other; `source` names the file or relation that the row came from; `source_row` is its number there (with several
 * files, its number over all of them in their order; for a record that can't be cut into fields, its line).
 */
export const REJECT_COLUMNS: Readonly<Record<string, SqlType>> = {
  step: "text",
  kind: "text",
  source: "text",
  source_row: "bigint",
  field: "text",
  value: "text",
  reason: "text",
};

/** What goes into the rejects: each part an SQL expression over the rows of `from`; absent ones are NULL. */
export interface Rejected {
  step: string;
  kind: "duplicate" | "rejected";
  /** A relation, with its conditions: `shop WHERE price < 0`. */
  from: string;
  sourceRow?: string;
  field?: string;
  value?: string;
  reason: string;
}

/** Where rejects go, and the SQL of a row's source; a step's context is one. */
export interface RejectTarget {
  engine: Engine;
  rejects: string;
  source: string;
}

/** Makes an empty rejects relation. */
export async function createRejects(engine: Engine, name: string): Promise<void> {
  await engine.createTable(name, emptySelect(engine.dialect, REJECT_COLUMNS));
}

/** Adds rows to the rejects. */
export async function addRejects(context: RejectTarget, rejected: Rejected, options?: QueryOptions): Promise<void> {
  await addRejectsOfSteps(context, { ...rejected, step: quoteText(rejected.step) }, options);
}

/** The same with the step as SQL over the rows, so that one pass adds the rows of several steps. */
export async function addRejectsOfSteps(
  { engine, rejects, source }: RejectTarget,
  { step, kind, from, sourceRow = "source_row", field, value, reason }: Rejected,
  options?: QueryOptions,
): Promise<void> {
  const { text, bigint } = engine.dialect.types;
  const cast = (expr: string | undefined) => `CAST(${expr ?? "NULL"} AS ${text})`;
  await engine.insert(
    rejects,
    `SELECT ${cast(step)}, ${quoteText(kind)}, ${cast(source)}, CAST(${sourceRow} AS ${bigint}), ${cast(field)},
      ${cast(value)}, ${cast(reason)} FROM ${from}`,
    undefined,
    options,
  );
}

/** A column's value as text, the same on both engines. */
export function textOf(engine: Engine, { name, type }: ColumnType): string {
  const column = quoteIdentifier(name);
  if (type === "double" || type === "float") return engine.dialect.textOfDouble(column);
  return `CAST(${column} AS ${engine.dialect.types.text})`;
}
