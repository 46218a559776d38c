import { type Engine, quoteIdentifier } from "../../lib/engine/index";
import type { SqlValue } from "../../lib/engine/values";

/** Makes a table of these rows: each column's SQL type, then the rows' values in that order. */
export async function makeTable(
  engine: Engine,
  name: string,
  columns: Record<string, string>,
  rows: readonly (readonly SqlValue[])[],
): Promise<string> {
  const fields = Object.entries(columns).map(([column, type]) => `${quoteIdentifier(column)} ${type}`);
  await engine.run(`CREATE OR REPLACE TABLE ${name} (${fields.join(", ")})`);
  const casts = Object.values(columns).map((type) => `CAST(? AS ${type})`);
  for (const row of rows) await engine.run(`INSERT INTO ${name} SELECT ${casts.join(", ")}`, row);
  return name;
}

/** A relation's rows as objects, in the order given. */
export async function rowsOf(engine: Engine, relation: string, order = "source_row", columns = "*") {
  return (await engine.table(`SELECT ${columns} FROM ${relation} ORDER BY ${order}`)).objects() as Record<
    string,
    unknown
  >[];
}

/** A clock time of 2025-03-03 as SQL's text. */
export function at(seconds: number): string {
  return new Date(Date.UTC(2025, 2, 3) + Math.round(seconds * 1000)).toISOString().slice(0, 23).replace("T", " ");
}
