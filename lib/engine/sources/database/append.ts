import { DataError } from "../../../errors";
import type { Engine } from "../../engine";
import { SqlError } from "../../errors";
import { quoteIdentifier, quoteText } from "../../quote";
import type { Batch, ServerColumn } from "./client";

/**
 * SQL of rows out of one bound text per column, a JSON list: `$c0`, `$c1` …. DuckDB reads lists and casts texts in native
 * code, many times faster than a bound list of values, and no value is ever an object of its own.
 */
export function rowsSql(columns: readonly ServerColumn[], first: number, rows: number): string {
  const texts = columns.map((_, index) => `unnest(from_json($c${index}, '["VARCHAR"]')) AS c${index}`);
  const typed = columns.map(({ name, fromText }, index) => `${fromText(`c${index}`)} AS ${quoteIdentifier(name)}`);
  return `SELECT ${["source_row", ...typed].join(", ")}
    FROM (SELECT ${[`unnest(range(${first}, ${first + rows})) AS source_row`, ...texts].join(", ")})`;
}

/** The values of {@link rowsSql}. */
export function boundLists({ values }: Batch): Record<string, string> {
  return Object.fromEntries(values.map((list, index) => [`c${index}`, JSON.stringify(list)]));
}

/** The value that `error` is about, if a value of the batch can't have its column's type: a DataError in its place. */
export async function unfitting(engine: Engine, batch: Batch, first: number, error: unknown): Promise<unknown> {
  if (!(error instanceof SqlError) || !/Conversion Error|Out of Range|Invalid Input Error/.test(error.message))
    return error;
  for (const [index, column] of batch.columns.entries()) {
    const found = await engine.columns(
      `SELECT row, text FROM (SELECT unnest(range($first, $end)) AS row, unnest(from_json($list, '["VARCHAR"]')) AS text)
        WHERE text IS NOT NULL AND TRY(${column.fromText("text")}) IS NULL ORDER BY row LIMIT 1`,
      { first, end: first + batch.rows, list: JSON.stringify(batch.values[index]) },
    );
    if (found.row.length === 0) continue;
    return new DataError(`a value of the server's type ${column.serverType} can't be a ${column.type}`, {
      value: (found.text as string[])[0],
      place: `column "${column.name}", row ${Number(found.row[0])}`,
      remedy: `Read the column as text, with types: { ${quoteText(column.name)}: "VARCHAR" }, or as another type.`,
      cause: error,
    });
  }
  return error;
}
