import { type ColumnType, type Engine, quoteText } from "../engine/index";
import { InputError } from "../errors";
import { type Check, takeOut } from "./checks";
import { textOf } from "./rejects";
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

/** What holds of every event: no negative money, something moved. {@link validationRules} knows more. */
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
    async apply(context) {
      const { engine, input } = context;
      const columns = await engine.describe(input);
      await takeOut(context, malformedChecks(columns, name), {
        columns: columns.some((column) => column.name === "malformed") ? engine.dialect.allBut("malformed") : "*",
      });
    },
  };
}

/** Takes out the rows that break a rule; a row that breaks several is counted under the first. */
export function applyRules(rules: readonly Rule[], name = "rules"): Step {
  return {
    name,
    async apply(context) {
      const { engine, input } = context;
      await takeOut(context, ruleChecks(engine, await engine.describe(input), rules, name));
    },
  };
}

/** The check of the column `malformed`, where there is one. */
export function malformedChecks(columns: readonly ColumnType[], step: string): Check[] {
  if (!columns.some((column) => column.name === "malformed")) return [];
  const [field, value, reason] = ["malformed.field", "malformed.value", "malformed.reason"];
  return [{ step, broken: "malformed IS NOT NULL", field, value, reason }];
}

/** Rules as checks. Throws InputError for a rule on a column that isn't there. */
export function ruleChecks(
  engine: Engine,
  columns: readonly ColumnType[],
  rules: readonly Rule[],
  step: string,
): Check[] {
  return rules.map((rule) => {
    const column = columns.find((each) => each.name === rule.field);
    if (column === undefined)
      throw new InputError("a rule names a column that isn't there", {
        value: rule.field,
        place: `rule "${rule.reason}"`,
        remedy: `Columns: ${columns.map((each) => each.name).join(", ")}.`,
      });
    return {
      step,
      broken: `(${rule.holds}) IS FALSE`,
      field: quoteText(rule.field),
      value: textOf(engine, column),
      reason: quoteText(rule.reason),
    };
  });
}
