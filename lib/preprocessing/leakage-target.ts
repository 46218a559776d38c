import { type ColumnType, type Engine, quoteIdentifier } from "../engine/index";
import { InputError, requireNumber } from "../errors";
import type { LeakReport } from "./leakage";
import { isNumeric } from "./missing-values";
import { requireRelation } from "./step";

/** Options of {@link checkTarget}. */
export interface TargetCheckOptions {
  /** The column to be foretold: 0 and 1, or any number. */
  target: string;
  /** Columns that aren't features, such as `user_id`. */
  except?: readonly string[];
  /** From which single-feature AUC (or absolute correlation) on a column is suspect. Default 0.99. */
  limit?: number;
}

/**
 * Columns that know the target by themselves: real features hardly ever do, so one that does was most likely derived
 * from it. For a target of 0 and 1 the measure of a numeric column is its AUC, max(A, 1 − A) with
 * A = P(x of a 1 > x of a 0) + P(equal)/2 (Mann and Whitney 1947), for another target the absolute value of Pearson's correlation of
 * ranks (Spearman). Text is ranked by its category's mean target over the *other* rows, so that a column of unique names
 * isn't suspect, and only a rank that rises with the target counts. Whether a value is missing is tried as a feature of its own. Rows without a target, and for
 * a column rows without a value, are left out.
 *
 * Throws InputError for a target that isn't there, isn't numeric or is constant.
 */
export async function checkTarget(engine: Engine, relation: string, options: TargetCheckOptions): Promise<LeakReport> {
  requireRelation(relation);
  const { target, except = [], limit = 0.99 } = options;
  requireNumber(limit, "limit", 0.5, 1);
  const columns = await engine.describe(relation);
  const own = columns.find(({ name }) => name === target);
  if (own === undefined || !isNumeric(own.type))
    throw new InputError("the target is not a numeric column", {
      value: target,
      place: relation,
      remedy: `Columns: ${columns.map(({ name }) => name).join(", ")}.`,
    });
  const y = `CAST(${quoteIdentifier(target)} AS ${engine.dialect.types.double})`;
  const spread = await engine.columns(
    `SELECT min(${y}) AS low, max(${y}) AS high, count(CASE WHEN ${y} IN (0, 1) THEN NULL ELSE ${y} END) AS other FROM ${relation}`,
  );
  if (!(Number(spread.high[0]) > Number(spread.low[0])))
    throw new InputError("a constant target can't leak", { value: Number(spread.low[0]), place: target });
  const binary = Number(spread.other[0]) === 0;
  const found: LeakReport = [];
  for (const { name, type } of columns) {
    if (name === target || except.includes(name) || type === "blob") continue;
    const column = quoteIdentifier(name);
    const trials = [
      { what: `"${name}"`, sql: type === "other" ? undefined : valueSql(engine, relation, column, type, y) },
      {
        what: `whether "${name}" is missing`,
        sql: `SELECT CASE WHEN ${column} IS NULL THEN 1e0 ELSE 0e0 END AS x, ${y} AS y FROM ${relation}`,
      },
    ];
    for (const { what, sql } of trials) {
      if (sql === undefined) continue;
      const { rises, rows } = await measure(engine, sql, binary);
      // A category's mean without the row itself falls as the row's target rises, whatever the column.
      const score = type === "text" && sql === trials[0].sql ? rises : Math.max(rises, binary ? 1 - rises : -rises);
      if (!(score >= limit)) continue;
      const measured = binary ? "AUC" : "rank correlation";
      found.push({
        kind: "feature knows target",
        count: rows,
        place: `column "${name}"`,
        message: `${what} alone tells "${target}" with ${measured} ${score.toFixed(4)}: was it made from it?`,
        examples: [],
      });
    }
  }
  return found;
}

/** SQL of (x, y): a number, a time in seconds, or for text its category's mean target without the row itself. */
function valueSql(engine: Engine, relation: string, column: string, type: ColumnType["type"], y: string): string {
  const { types, seconds } = engine.dialect;
  const times = type === "timestamp" || type === "date";
  if (type === "text")
    return `SELECT CASE WHEN n > 1 THEN (total - y) / (n - 1) END AS x, y FROM (
      SELECT ${y} AS y, sum(${y}) OVER (PARTITION BY ${column}) AS total, count(${y}) OVER (PARTITION BY ${column}) AS n
      FROM ${relation} WHERE ${column} IS NOT NULL) grouped`;
  const value = times ? seconds(`CAST(${column} AS ${types.timestamp})`) : `CAST(${column} AS ${types.double})`;
  return `SELECT ${value} AS x, ${y} AS y FROM ${relation}`;
}

/** AUC, or the correlation of ranks; NaN where there is nothing to compare. */
async function measure(engine: Engine, sql: string, binary: boolean): Promise<{ rises: number; rows: number }> {
  const { double } = engine.dialect.types;
  // Equal values share the mean of their ranks.
  const rank = (name: string) =>
    `CAST(rank() OVER (ORDER BY ${name}) AS ${double}) + (count(*) OVER (PARTITION BY ${name}) - 1) / 2e0`;
  const found = await engine.columns(
    `WITH known AS (SELECT x, y FROM (${sql}) given WHERE x IS NOT NULL AND y IS NOT NULL),
    ranked AS (SELECT y, ${rank("x")} AS rx, ${binary ? "0e0" : rank("y")} AS ry FROM known)
    SELECT count(*) AS n, sum(y) AS ones, sum(CASE WHEN y = 1 THEN rx END) AS ranks,
      sum((rx - mx) * (ry - my)) AS sxy, sum((rx - mx) * (rx - mx)) AS sxx, sum((ry - my) * (ry - my)) AS syy
    FROM ranked CROSS JOIN (SELECT avg(rx) AS mx, avg(ry) AS my FROM ranked) means`,
  );
  const [n, ones, ranks, sxy, sxx, syy] = ["n", "ones", "ranks", "sxy", "sxx", "syy"].map((name) =>
    Number(found[name][0]),
  );
  if (!binary) return { rises: sxy / Math.sqrt(sxx * syy), rows: n };
  return { rises: (ranks - (ones * (ones + 1)) / 2) / (ones * (n - ones)), rows: n };
}
