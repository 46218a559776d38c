import { type ColumnType, type Engine, quoteIdentifier } from "../engine/index";
import type { LeakReport } from "./leakage";
import { requireRelation } from "./step";

/** Makes features of an event relation under a name, as of a moment that it knows; e.g. by `userFeatures`. */
export type FeatureBuilder = (events: string, output: string) => Promise<unknown>;

/**
 * Whether features as of a moment use what came after it, by doing: they are built from all events, and from the
 * events before `asOf` alone; every value must be the same. Rows are matched by `key`. Numbers may differ in rounding (10⁻⁹ of their size).
 * Works for features of any origin, and says which column leaks and for whom.
 */
export async function checkMoment(
  engine: Engine,
  events: string,
  asOf: number,
  build: FeatureBuilder,
  key = "user_id",
): Promise<LeakReport> {
  const [past, whole, cut] = ["past", "whole", "cut"].map((part) => `${requireRelation(events)}_leak_${part}`);
  try {
    await engine.createTable(past, `SELECT * FROM ${events} WHERE event_time < ${engine.dialect.timestamp(asOf)}`);
    await build(events, whole);
    await build(past, cut);
    const columns = await engine.describe(whole);
    const id = quoteIdentifier(key);
    const found: LeakReport = [];
    for (const column of columns) {
      const differs =
        column.name === key
          ? `a.${id} IS NULL OR b.${id} IS NULL`
          : `a.${id} IS NOT NULL AND b.${id} IS NOT NULL AND ${different(column)}`;
      const rows = `SELECT CAST(coalesce(a.${id}, b.${id}) AS ${engine.dialect.types.text}) AS example
        FROM ${whole} a FULL OUTER JOIN ${cut} b ON a.${id} = b.${id} WHERE ${differs}`;
      const count = Number((await engine.columns(`SELECT count(*) AS n FROM (${rows}) leaks`)).n[0]);
      if (count === 0) continue;
      const some = await engine.columns(`SELECT example FROM (${rows}) leaks ORDER BY example LIMIT 5`);
      found.push({
        kind: "feature after moment",
        count,
        place: `column "${column.name}"`,
        message: `"${column.name}" of ${count} rows changes when the events from ${new Date(asOf * 1000).toISOString()} on are taken away: it uses them`,
        examples: [...some.example].map(String),
      });
    }
    return found;
  } finally {
    for (const name of [past, whole, cut]) await engine.drop(name);
  }
}

function different({ name, type }: ColumnType): string {
  const [a, b] = [`a.${quoteIdentifier(name)}`, `b.${quoteIdentifier(name)}`];
  if (type !== "double" && type !== "float") return `${a} IS DISTINCT FROM ${b}`;
  return `(${a} IS DISTINCT FROM ${b} AND (${a} IS NULL OR ${b} IS NULL OR abs(${a} - ${b}) > 1e-9 * greatest(1e0, abs(${a}), abs(${b}))))`;
}
