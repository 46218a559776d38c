import { type Engine, quoteIdentifier, quoteText } from "../engine/index";
import { InputError } from "../errors";
import { type Check, list, takeOut } from "./checks";
import { createGroups, groupText, numberLiteral, requireColumn, requireNumeric } from "./groups";
import type { OutlierBounds } from "./outliers";
import { textOf } from "./rejects";
import type { Step, StepContext } from "./step";

/** What is done with outliers: the row goes into the rejects, the value moves to the bound, or a column says so. */
export type OutlierAction = "drop" | "cap" | "flag";

/**
 * Applies ranges that {@link fitOutliers} found, to this or any other relation with those columns:
 *
 * - `drop`: a row with a value outside of its range is rejected, with column, value and reason
 * - `cap`: the value becomes the nearest bound, and the column a DOUBLE
 * - `flag`: a boolean column `${column}_outlier` is added; NULL where there is no value
 *
 * Rows without a value (NULL, NaN) stay as they are. A row's range is its group's, or the overall one where the group has none.
 */
export function treatOutliers(bounds: readonly OutlierBounds[], action: OutlierAction, name = "outliers"): Step {
  if (!["drop", "cap", "flag"].includes(action))
    throw new InputError("an unknown action", { value: action, place: "action", remedy: "Use drop, cap or flag." });
  const twice = bounds.find((each, index) => bounds.findIndex((other) => other.column === each.column) < index);
  if (twice !== undefined)
    throw new InputError("a column has two ranges", { value: twice.column, place: "bounds", remedy: "Give one." });
  return {
    name,
    async apply(context) {
      const { engine, input, output } = context;
      for (const { column } of bounds) await requireNumeric(engine, input, column);
      const limits = await joinLimits(context, bounds);
      const columns = await engine.describe(input);
      try {
        if (action === "drop") {
          const checks = bounds.map((each, index) => outside(engine, name, each, index));
          await takeOut(context, checks, { from: limits.from, columns: list(columns.map((column) => column.name)) });
          return;
        }
        const treated = columns.map((column) => {
          const index = bounds.findIndex((each) => each.column === column.name);
          return action === "cap" && index >= 0 ? capped(engine, column.name, index) : quoteIdentifier(column.name);
        });
        const flags = bounds.map(
          ({ column }, index) => `${isOutside(engine, column, index)} AS ${quoteIdentifier(`${column}_outlier`)}`,
        );
        const select = action === "flag" ? [...treated, ...flags] : treated;
        await engine.createTable(output, `SELECT ${select.join(", ")} FROM ${limits.from}`);
      } finally {
        for (const relation of limits.made) await engine.drop(relation);
      }
    },
  };
}

/** The input with columns low_0, high_0, low_1, … of each row's ranges. */
async function joinLimits(
  { engine, input, output }: StepContext,
  bounds: readonly OutlierBounds[],
): Promise<{ from: string; made: string[] }> {
  const made: string[] = [];
  const columns: string[] = [];
  const joins: string[] = [];
  for (const [index, { overall, by, groups }] of bounds.entries()) {
    const low = numberLiteral(engine, overall.low ?? -Infinity);
    const high = numberLiteral(engine, overall.high ?? Infinity);
    if (by === undefined || groups === undefined || groups.length === 0) {
      columns.push(`${low} AS low_${index}`, `${high} AS high_${index}`);
      continue;
    }
    await requireColumn(engine, input, by);
    const relation = `${output}_ranges_${index}`;
    await createGroups(engine, relation, groups, {
      low: (range) => numberLiteral(engine, range.low ?? -Infinity),
      high: (range) => numberLiteral(engine, range.high ?? Infinity),
    });
    made.push(relation);
    joins.push(`LEFT JOIN ${relation} AS g${index} ON ${groupText(engine, by, "e")} = g${index}.k`);
    columns.push(
      `coalesce(g${index}.low, ${low}) AS low_${index}`,
      `coalesce(g${index}.high, ${high}) AS high_${index}`,
    );
  }
  return { from: `(SELECT ${["e.*", ...columns].join(", ")} FROM ${input} AS e ${joins.join(" ")}) AS ranged`, made };
}

/** NaN is beyond every number in SQL, but it is no value: it stays where it is. */
function isOutside(engine: Engine, column: string, index: number): string {
  const value = quoteIdentifier(column);
  return `(${value} < low_${index} OR (${value} > high_${index} AND ${value} <= ${numberLiteral(engine, Infinity)}))`;
}

function outside(engine: Engine, step: string, { column, method }: OutlierBounds, index: number): Check {
  const value = quoteIdentifier(column);
  const side = (words: string, bound: string) =>
    `${quoteText(`${words} `)} || ${engine.dialect.textOfDouble(bound)} || ${quoteText(` (${method})`)}`;
  return {
    step,
    broken: isOutside(engine, column, index),
    field: quoteText(column),
    value: textOf(engine, { name: column, type: "double" }),
    reason: `CASE WHEN ${value} < low_${index} THEN ${side("below", `low_${index}`)} ELSE ${side("above", `high_${index}`)} END`,
  };
}

function capped(engine: Engine, column: string, index: number): string {
  const value = `CAST(${quoteIdentifier(column)} AS ${engine.dialect.types.double})`;
  return `CASE WHEN NOT ${isOutside(engine, column, index)} THEN ${value} WHEN ${value} < low_${index} THEN low_${index}
    WHEN ${value} > high_${index} THEN high_${index} ELSE ${value} END AS ${quoteIdentifier(column)}`;
}
