import type { Engine } from "../../engine/index";
import { InputError } from "../../errors";

/** Repeat purchases of each customer; see {@link repeatPurchases}. */
export interface RepeatPurchases {
  /** [customers], in order. */
  users: string[];
  /** Days with a purchase after the first such day, [customers]. */
  frequency: Float64Array;
  /** Weeks from the first day to the last, [customers]. */
  recency: Float64Array;
  /** Weeks from the first day to the end, [customers]. */
  age: Float64Array;
  /** Mean takings of the repeat days in the data's currency, 0 without one, [customers]. */
  value: Float64Array;
  /** Days with a purchase after the end, up to `holdout`; 0 without a hold-out, [customers]. */
  later: Float64Array;
}

/**
 * The summary that BG/NBD and Gamma-Gamma are fitted to, of the purchases up to the day `until` (seconds since 1970 UTC of its
 * midnight; that day is included). A customer's purchases of one day are one. With `holdout`, a later day, purchases between the two
 * are counted as `later`, to check predictions. Customers who came after `until` are left out.
 */
export async function repeatPurchases(
  engine: Engine,
  events: string,
  { until, holdout = until }: { until: number; holdout?: number },
): Promise<RepeatPurchases> {
  if (!(Number.isFinite(until) && Number.isFinite(holdout) && holdout >= until))
    throw new InputError("until is a time, and holdout not before it", { value: [until, holdout], place: "until" });
  const columns = await engine.columns(
    `WITH days AS (
      SELECT user_id, CAST(event_time AS DATE) AS day, sum(price * quantity) AS takings
      FROM ${events} WHERE event_type = 'purchase' GROUP BY ALL),
    marked AS (
      SELECT *, min(day) OVER (PARTITION BY user_id) AS first,
        CAST(make_timestamp($until) AS DATE) AS until, CAST(make_timestamp($holdout) AS DATE) AS holdout
      FROM days)
    SELECT user_id, CAST(count(*) FILTER (day > first AND day <= until) AS DOUBLE) AS frequency,
      (max(day) FILTER (day <= until) - first) / 7 AS recency,
      (any_value(until) - first) / 7 AS age,
      coalesce(avg(takings) FILTER (day > first AND day <= until), 0) AS value,
      CAST(count(*) FILTER (day > until AND day <= holdout) AS DOUBLE) AS later
    FROM marked GROUP BY user_id, first HAVING first <= any_value(until) ORDER BY user_id`,
    { until: BigInt(Math.round(until * 1e6)), holdout: BigInt(Math.round(holdout * 1e6)) },
  );
  const { user_id, ...numbers } = columns;
  return { users: user_id as string[], ...(numbers as Omit<RepeatPurchases, "users">) } as RepeatPurchases;
}
