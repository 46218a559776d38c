import { list } from "./checks";
import { addRejects } from "./rejects";
import type { Step, StepContext } from "./step";

/** Why an exact duplicate is taken out. */
export const EXACT_REASON = "equals an earlier row";

/**
 * Takes out rows that equal an earlier row in every column but `source_row` and `source_file` (NULL equals NULL); the first stays. Only
 * rows whose hash occurs twice are compared in full, so that nothing but those is ever sorted.
 */
export function dropExactDuplicates(): Step {
  const name = "exact duplicates";
  return {
    name,
    async apply(context) {
      const { engine, input } = context;
      const columns = comparedColumns((await engine.describe(input)).map((column) => column.name));
      const hash = engine.dialect.rowHash(columns);
      await takeOutRepeats(context, {
        step: name,
        reason: `'${EXACT_REASON}'`,
        repeats: `SELECT source_row, row_source FROM (${copies(
          columns,
          context.source,
          `${input} WHERE ${hash} IN (SELECT ${hash} FROM ${input} GROUP BY ${hash} HAVING count(*) > 1)`,
        )}) counted WHERE copy > 1`,
      });
    },
  };
}

/** The columns in which two rows of one source are compared: all but what says where a row came from. */
export function comparedColumns(columns: readonly string[]): string {
  return list(columns.filter((column) => column !== "source_row" && column !== "source_file"));
}

/**
 * SQL of `source_row`, its source as `row_source`, and `copy`, the row's number from 1 among those that equal it in these
 * columns.
 */
export function copies(columns: string, source: string, from: string): string {
  return `SELECT source_row, ${source} AS row_source, row_number() OVER (PARTITION BY ${columns} ORDER BY source_row) AS copy FROM ${from}`;
}

/** A whole step that takes out the rows that a query names (source_row, row_source); `reason` is SQL, the same for all. */
export async function takeOutRepeats(
  context: StepContext,
  { step, repeats, reason }: { step: string; repeats: string; reason: string },
): Promise<void> {
  const { engine, input, output } = context;
  const found = `${output}_repeats`;
  await engine.createTable(found, repeats);
  await engine.createTable(
    output,
    `SELECT * FROM ${input} AS kept WHERE NOT EXISTS (SELECT 1 FROM ${found} AS gone WHERE gone.source_row = kept.source_row)`,
  );
  await addRejects({ ...context, source: "row_source" }, { step, kind: "duplicate", from: found, reason });
  await engine.drop(found);
}
