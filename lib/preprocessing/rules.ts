import { quoteIdentifier, quoteText } from "../engine/index";
import type { Step } from "./step";

/** What must hold of a row. */
export interface Rule {
  /** The column that is to blame. */
  field: string;
  /** An SQL condition on the row; NULL counts as holding, so that a value that isn't known is no error. */
  holds: string;
  /** Why a row that breaks it is taken out, in a few words. */
  reason: string;
}

/** What holds of every event: no negative money, something moved. */
export const EVENT_RULES: readonly Rule[] = [
  { field: "price", holds: "price >= 0", reason: "negative price" },
  { field: "quantity", holds: "quantity > 0", reason: "quantity of zero or less" },
  { field: "cost", holds: "cost >= 0", reason: "negative cost" },
];

/** Takes out the records that an adapter couldn't read as events; they say why in their column `malformed`. */
export function dropMalformed(): Step {
  const name = "read";
  return {
    name,
    async apply({ engine, input, output, rejects }) {
      await engine.run(`CREATE OR REPLACE TABLE ${output} AS
        SELECT * EXCLUDE (malformed) FROM ${input} WHERE malformed IS NULL`);
      await engine.run(
        `INSERT INTO ${rejects} SELECT $name, 'rejected', source_row, malformed.field, malformed.value, malformed.reason
        FROM ${input} WHERE malformed IS NOT NULL`,
        { name },
      );
    },
  };
}

/** Takes out the rows that break a rule; a row that breaks several is counted under the first. */
export function applyRules(rules: readonly Rule[], name = "rules"): Step {
  return {
    name,
    async apply({ engine, input, output, rejects }) {
      const cases = (value: (rule: Rule) => string) =>
        rules.length === 0
          ? "NULL"
          : `CASE ${rules.map((rule) => `WHEN (${rule.holds}) IS FALSE THEN ${value(rule)}`).join(" ")} END`;
      const reason = cases((rule) => quoteText(rule.reason));
      await engine.run(`CREATE OR REPLACE TABLE ${output} AS SELECT * FROM ${input} WHERE (${reason}) IS NULL`);
      await engine.run(
        `INSERT INTO ${rejects} SELECT $name, 'rejected', source_row, ${cases((rule) => quoteText(rule.field))},
          ${cases((rule) => `CAST(${quoteIdentifier(rule.field)} AS VARCHAR)`)}, ${reason}
        FROM ${input} WHERE (${reason}) IS NOT NULL`,
        { name },
      );
    },
  };
}
