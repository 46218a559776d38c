import { type Engine, quoteIdentifier } from "../engine/index";
import { InputError, requireInteger } from "../errors";
import { type Grouped, groupText, requireColumn, requireNumeric } from "./groups";
import { requireRelation } from "./step";

/** What stands in for a value that is missing. */
export type MissingStrategy =
  /** The mean of the known values. */
  | { fill: "mean"; by?: string }
  /** Their median; with `by`, the median of the row's group. */
  | { fill: "median"; by?: string }
  /** The value that occurs most often; of several, the smallest. */
  | { fill: "mode"; by?: string }
  /** The value given. */
  | { fill: "constant"; value: number | string }
  /** Nothing: the row goes into the rejects. */
  | { fill: "drop" }
  /** Nothing: the value stays missing, and only a column says so. */
  | { fill: "none" };

/** What to do with one column. */
export type MissingPlan = MissingStrategy & {
  /** Adds an integer column `${column}_missing`: 1 where the value was missing, else 0. Default false; true for `none`. */
  indicator?: boolean;
  /** Fewest known values for a group's own figure; smaller groups get the overall one. Default 1. */
  minimum?: number;
};

/** What stands in for one column's missing values, found on one relation and applied to any; plain data, kept as JSON. */
export interface MissingFit extends Grouped<number | string | null> {
  column: string;
  fill: MissingStrategy["fill"];
  indicator: boolean;
}

/**
 * Finds what stands in for the missing values (NULL) of columns, to be applied with {@link fillMissing}: on the
 * training rows, so that nothing of the test rows gets in. A group of which nothing is known, that is smaller than
 * `minimum` or that the relation didn't have, falls back to the figure over all rows. A column of which nothing at all
 * is known stays missing.
 *
 * Throws InputError for a column that isn't there, a mean or median of a column that isn't numeric, or a constant of
 * the other kind than the column.
 */
export async function fitMissing(
  engine: Engine,
  relation: string,
  plans: Readonly<Record<string, MissingPlan>>,
): Promise<MissingFit[]> {
  requireRelation(relation);
  const fits: MissingFit[] = [];
  for (const [column, plan] of Object.entries(plans)) fits.push(await fitColumn(engine, relation, column, plan));
  return fits;
}

async function fitColumn(engine: Engine, relation: string, column: string, plan: MissingPlan): Promise<MissingFit> {
  const { fill, indicator = fill === "none", minimum = 1 } = plan;
  requireInteger(minimum, "minimum", 1);
  const type = await requireColumn(engine, relation, column);
  const base = { column, fill, indicator };
  if (plan.fill === "drop" || plan.fill === "none") return { ...base, overall: null };
  if (plan.fill === "constant") return { ...base, overall: requireConstant(plan.value, column, type) };
  if (!["mean", "median", "mode"].includes(fill))
    throw new InputError("an unknown way to fill what is missing", {
      value: fill,
      place: `column "${column}"`,
      remedy: "Use mean, median, mode, constant, drop or none.",
    });
  if (plan.fill !== "mode") await requireNumeric(engine, relation, column);
  const figures = (by?: string) => figuresOf(engine, { relation, column, type, fill: plan.fill, by });
  const overall = (await figures())[0]?.fit ?? null;
  if (plan.by === undefined) return { ...base, overall };
  await requireColumn(engine, relation, plan.by);
  const groups = (await figures(plan.by)).filter(({ count }) => count >= minimum);
  return { ...base, overall, by: plan.by, groups: groups.map(({ group, fit }) => ({ group, fit })) };
}

/** One figure a group of the known values; one in all without groups. */
async function figuresOf(
  engine: Engine,
  of: { relation: string; column: string; type: string; fill: string; by?: string },
): Promise<{ group: string; fit: number | string; count: number }[]> {
  const { dialect } = engine;
  const text = !isNumeric(of.type);
  const x = `CAST(${quoteIdentifier(of.column)} AS ${text ? dialect.types.text : dialect.types.double})`;
  const [g, known] =
    of.by === undefined ? ["''", ""] : [groupText(engine, of.by), ` AND ${quoteIdentifier(of.by)} IS NOT NULL`];
  const values = `v AS (SELECT ${g} AS g, ${x} AS x FROM ${of.relation} WHERE ${quoteIdentifier(of.column)} IS NOT NULL${known})`;
  const ranked = `counts AS (SELECT g, x, count(*) AS n FROM v GROUP BY g, x),
    ranked AS (SELECT g, x, row_number() OVER (PARTITION BY g ORDER BY n DESC, x) AS place, sum(n) OVER (PARTITION BY g) AS n
      FROM counts)`;
  const sql =
    of.fill === "mode"
      ? `WITH ${values}, ${ranked} SELECT g, x, CAST(n AS ${dialect.types.double}) AS n FROM ranked WHERE place = 1 ORDER BY g`
      : `WITH ${values} SELECT g, ${of.fill === "mean" ? "avg(x)" : dialect.median("x")} AS x, count(*) AS n
        FROM v GROUP BY g ORDER BY g`;
  const found = await engine.columns(sql);
  return [...found.g].map((group, row) => ({
    group: String(group),
    fit: text ? String(found.x[row]) : Number(found.x[row]),
    count: Number(found.n[row]),
  }));
}

/** Whether a column's values are kept as numbers. */
export function isNumeric(type: string): boolean {
  return ["integer", "bigint", "float", "double", "other"].includes(type);
}

function requireConstant(value: number | string, column: string, type: string): number | string {
  if (typeof value === (isNumeric(type) ? "number" : "string")) return value;
  throw new InputError(`a constant of another kind than its column, which holds ${type}`, {
    value,
    place: `column "${column}"`,
    remedy: isNumeric(type) ? "Give a number." : "Give text.",
  });
}
