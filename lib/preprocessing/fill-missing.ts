import { type ColumnType, type Engine, quoteIdentifier, quoteText } from "../engine/index";
import { list, takeOut } from "./checks";
import { createGroups, groupText, numberLiteral, requireColumn } from "./groups";
import { isNumeric, type MissingFit } from "./missing-values";
import type { Step } from "./step";

/**
 * Fills missing values (NULL) with what {@link fitMissing} found, in this or any other relation with those columns; a
 * whole number's column becomes a DOUBLE where a mean or median stands in. Where nothing was known the value stays
 * missing. Columns of `drop` send their rows into the rejects first. Indicator columns come after the others.
 */
export function fillMissing(fits: readonly MissingFit[], name = "missing values"): Step {
  return {
    name,
    async apply(context) {
      const { engine, input, output } = context;
      for (const { column } of fits) await requireColumn(engine, input, column);
      const columns = await engine.describe(input);
      const joins: string[] = [];
      const made: string[] = [];
      const filled = new Map<string, string>();
      for (const [index, fit] of fits.entries()) {
        const type = columns.find((column) => column.name === fit.column) as ColumnType;
        const literal = (value: number | string | null) => literalOf(engine, type, value);
        const own = `e.${quoteIdentifier(fit.column)}`;
        const choices = [fit.fill === "mean" || fit.fill === "median" ? widened(engine, own, type) : own];
        if (fit.by !== undefined && fit.groups !== undefined && fit.groups.length > 0) {
          await requireColumn(engine, input, fit.by);
          const relation = `${output}_fills_${index}`;
          await createGroups(engine, relation, fit.groups, { fill: literal });
          made.push(relation);
          joins.push(`LEFT JOIN ${relation} AS g${index} ON ${groupText(engine, fit.by, "e")} = g${index}.k`);
          choices.push(`g${index}.fill`);
        }
        if (fit.overall !== null) choices.push(literal(fit.overall));
        if (choices.length > 1) filled.set(fit.column, `coalesce(${choices.join(", ")})`);
      }
      const select = columns.map(({ name: column }) => {
        const fill = filled.get(column);
        return fill === undefined ? `e.${quoteIdentifier(column)}` : `${fill} AS ${quoteIdentifier(column)}`;
      });
      const indicators = fits
        .filter((fit) => fit.indicator)
        .map(({ column }) => ({ name: `${column}_missing`, own: `e.${quoteIdentifier(column)}` }));
      for (const { name: column, own } of indicators)
        select.push(`CASE WHEN ${own} IS NULL THEN 1 ELSE 0 END AS ${quoteIdentifier(column)}`);
      const names = [...columns.map((column) => column.name), ...indicators.map((each) => each.name)];
      const checks = fits
        .filter((fit) => fit.fill === "drop")
        .map(({ column }) => ({
          step: name,
          broken: `${quoteIdentifier(column)} IS NULL`,
          field: quoteText(column),
          value: "NULL",
          reason: quoteText(`no ${column}`),
        }));
      try {
        const from = `(SELECT ${select.join(", ")} FROM ${input} AS e ${joins.join(" ")}) AS filled`;
        await takeOut(context, checks, { from, columns: list(names) });
      } finally {
        for (const relation of made) await engine.drop(relation);
      }
    },
  };
}

/** A figure as SQL of the column's kind. */
function literalOf(engine: Engine, column: ColumnType, value: number | string | null): string {
  const { types } = engine.dialect;
  if (value === null) return "NULL";
  if (isNumeric(column.type)) return numberLiteral(engine, Number(value));
  const text = quoteText(String(value));
  return column.type === "text" || column.type === "other" ? text : `CAST(${text} AS ${types[column.type]})`;
}

/** A column of whole numbers as DOUBLE, since a mean or median need not be whole. */
function widened({ dialect }: Engine, own: string, { type }: ColumnType): string {
  return type === "integer" || type === "bigint" || type === "float" ? `CAST(${own} AS ${dialect.types.double})` : own;
}
