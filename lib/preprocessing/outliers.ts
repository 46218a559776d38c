import { type Engine, quoteIdentifier } from "../engine/index";
import { InputError, requireInteger, requireNumber } from "../errors";
import { type Grouped, groupText, requireColumn, requireNumeric } from "./groups";
import { requireRelation } from "./step";

/** How the ordinary range of a column is found. */
export type OutlierMethod =
  /** [Q1 − k·IQR, Q3 + k·IQR] with the quartiles Q1 and Q3 and IQR = Q3 − Q1 (Tukey 1977); k is 1.5 unless given. */
  | { method: "iqr"; k?: number }
  /** mean ± k standard deviations (n − 1 in the denominator); k is 3 unless given. */
  | { method: "z-score"; k?: number }
  /**
   * median ± k · 1.4826 · MAD, with MAD the median distance from the median, which 1.4826 makes a standard deviation for
   * a normal distribution; k is 3.5 unless given, the usual limit of the modified z-score (Iglewicz and Hoaglin 1993).
   */
  | { method: "mad"; k?: number }
  /** From the quantile `low` to the quantile `high`, shares in [0, 1], 0.01 and 0.99 unless given. */
  | { method: "quantile"; low?: number; high?: number };

/** What is outside of [low, high] is an outlier; ±Infinity where there is no bound (JSON keeps it as null). */
export interface Range {
  low: number | null;
  high: number | null;
  /** Values that the range was found from. */
  count: number;
}

/** The ordinary range of a column, found on one relation and applied to any; plain data, kept as JSON. */
export interface OutlierBounds extends Grouped<Range> {
  column: string;
  /** The method in words: `IQR, k = 1.5`. */
  method: string;
}

/** Options of {@link fitOutliers}. */
export interface OutlierOptions {
  /** A column whose values are groups with a range of their own, e.g. category_id. */
  by?: string;
  /** Fewest values for a group's own range; smaller groups get the overall one. Default 20. */
  minimum?: number;
}

/**
 * Finds the ordinary range of a numeric column, to be applied with {@link treatOutliers}. Quantiles are linear between
 * the two nearest values, as numpy's. NULL, NaN and infinite values are left out. A range that can't be found (no values;
 * one value, for the z-score) has no bounds: nothing is outside of it.
 *
 * Throws InputError for a column that isn't there or isn't numeric, and for bad settings.
 */
export async function fitOutliers(
  engine: Engine,
  relation: string,
  column: string,
  method: OutlierMethod,
  { by, minimum = 20 }: OutlierOptions = {},
): Promise<OutlierBounds> {
  requireRelation(relation);
  requireInteger(minimum, "minimum", 1);
  const { words, statistics, range } = plan(engine, method);
  await requireNumeric(engine, relation, column);
  if (by !== undefined) await requireColumn(engine, relation, by);
  const overall = await ranges(engine, values(engine, relation, column), statistics, range);
  const bounds: OutlierBounds = {
    column,
    method: words,
    overall: overall[0]?.fit ?? { low: null, high: null, count: 0 },
  };
  if (by === undefined) return bounds;
  const grouped = await ranges(engine, values(engine, relation, column, by), statistics, range);
  return { ...bounds, by, groups: grouped.filter(({ fit }) => fit.count >= minimum) };
}

/** The finite values of a column as DOUBLE `x`, with their group `g`: all in one, without groups. */
function values(engine: Engine, relation: string, column: string, by?: string): string {
  const x = `CAST(${quoteIdentifier(column)} AS ${engine.dialect.types.double})`;
  const [g, known] = by === undefined ? ["''", ""] : [groupText(engine, by), ` AND ${quoteIdentifier(by)} IS NOT NULL`];
  const finite = `${x} BETWEEN -1.7976931348623157e308 AND 1.7976931348623157e308`;
  return `SELECT ${g} AS g, ${x} AS x FROM ${relation} WHERE ${finite}${known}`;
}

interface Plan {
  words: string;
  /** From a CTE `v(g, x)` to rows (g, a, b, n). */
  statistics: string;
  range(a: number, b: number): [low: number, high: number];
}

function plan({ dialect }: Engine, given: OutlierMethod): Plan {
  const simple = (a: string, b: string) => `SELECT g, ${a} AS a, ${b} AS b, count(*) AS n FROM v GROUP BY g`;
  switch (given.method) {
    case "iqr": {
      const k = requireNumber(given.k ?? 1.5, "k", 0);
      const statistics = simple(dialect.quantile("x", 0.25), dialect.quantile("x", 0.75));
      return { words: `IQR, k = ${k}`, statistics, range: (a, b) => [a - k * (b - a), b + k * (b - a)] };
    }
    case "z-score": {
      const k = requireNumber(given.k ?? 3, "k", 0);
      const statistics = simple("avg(x)", "stddev_samp(x)");
      return { words: `z-score, k = ${k}`, statistics, range: (a, b) => [a - k * b, a + k * b] };
    }
    case "mad": {
      const k = requireNumber(given.k ?? 3.5, "k", 0);
      const statistics = `SELECT v.g, max(m.a) AS a, ${dialect.median("abs(v.x - m.a)")} AS b, count(*) AS n
        FROM v JOIN (SELECT g, ${dialect.median("x")} AS a FROM v GROUP BY g) AS m ON v.g = m.g GROUP BY v.g`;
      return { words: `MAD, k = ${k}`, statistics, range: (a, b) => [a - k * 1.4826 * b, a + k * 1.4826 * b] };
    }
    case "quantile": {
      const low = requireNumber(given.low ?? 0.01, "low", 0, 1);
      const high = requireNumber(given.high ?? 0.99, "high", 0, 1);
      if (low > high)
        throw new InputError("the lower quantile is above the upper one", { value: [low, high], place: "low, high" });
      const statistics = simple(dialect.quantile("x", low), dialect.quantile("x", high));
      return { words: `quantiles ${low} to ${high}`, statistics, range: (a, b) => [a, b] };
    }
    default:
      throw new InputError("an unknown method for outliers", {
        value: (given as { method: unknown }).method,
        place: "method",
        remedy: "Use iqr, z-score, mad or quantile.",
      });
  }
}

async function ranges(
  engine: Engine,
  from: string,
  statistics: string,
  range: Plan["range"],
): Promise<{ group: string; fit: Range }[]> {
  const { g, a, b, n } = await engine.columns(`WITH v AS (${from}), s AS (${statistics}) SELECT * FROM s ORDER BY g`);
  const bound = (value: number) => (Number.isFinite(value) ? value : null);
  return [...g].map((group, row) => {
    const [low, high] = range(Number(a[row] ?? Number.NaN), Number(b[row] ?? Number.NaN));
    return { group: String(group), fit: { low: bound(low), high: bound(high), count: Number(n[row]) } };
  });
}
