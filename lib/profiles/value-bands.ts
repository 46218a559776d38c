/** Segments of high, middle and low value. */
export type Band = "high" | "middle" | "low";

/** The shares of users that are in the high band, and in the high or the middle band. */
const HIGH = 0.2;
const MIDDLE = 0.5;

/**
 * SQL of a user's value band over all rows of a relation: `high` for the fifth of users with the largest `column`, `middle` for
 * those between it and the median, `low` for the rest. Users of equal value are in one band, the higher.
 */
export function bandSql(column: string): string {
  const above = `(rank() OVER (ORDER BY ${column} DESC) - 1) / count(*) OVER ()`;
  return `CASE WHEN ${above} < ${HIGH} THEN 'high' WHEN ${above} < ${MIDDLE} THEN 'middle' ELSE 'low' END`;
}
