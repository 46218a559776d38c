import { quoteIdentifier } from "../engine/index";
import type { Step } from "./step";

/**
 * Takes out rows that equal an earlier row in every column but `source_row` (NULL equals NULL); the first stays.
 */
export function dropExactDuplicates(): Step {
  const name = "exact duplicates";
  return {
    name,
    async apply({ engine, input, output, rejects }) {
      const described = await engine.columns(`DESCRIBE ${input}`);
      const columns = (described.column_name as string[]).filter((column) => column !== "source_row");
      // Only rows whose hash occurs twice are compared in full, and the window sorts just those.
      const hash = `hash(${columns.map(quoteIdentifier).join(", ")})`;
      await engine.run(`CREATE OR REPLACE TEMP TABLE repeated_rows AS
        SELECT source_row FROM (
          SELECT source_row, row_number() OVER (PARTITION BY ${columns.map(quoteIdentifier).join(", ")}
            ORDER BY source_row) AS copy
          FROM ${input}
          WHERE ${hash} IN (SELECT ${hash} FROM ${input} GROUP BY ALL HAVING count(*) > 1))
        WHERE copy > 1`);
      await engine.run(`CREATE OR REPLACE TABLE ${output} AS
        SELECT * FROM ${input} WHERE source_row NOT IN (SELECT source_row FROM repeated_rows)`);
      await engine.run(
        `INSERT INTO ${rejects} SELECT $name, 'duplicate', source_row, NULL, NULL, 'equals an earlier row'
        FROM repeated_rows`,
        { name },
      );
      await engine.run("DROP TABLE repeated_rows");
    },
  };
}
