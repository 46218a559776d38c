import type { ColumnTable } from "arquero";
import type { Engine } from "../../engine/index";
import { DataError, requireInteger, requireNumber } from "../../errors";

/** Which products {@link priceVariation} lists. */
export interface PriceVariationOptions {
  /** Least share of the shop's open days on which the product was sold. Default 0.8. */
  sold?: number;
  /** Days that a price, rounded to the currency's unit, must have held to count as a level. Default 5. */
  daysAtLevel?: number;
  /** Least number of levels. Default 3. */
  levels?: number;
  /** Least ratio of the highest level to the lowest. Default 1.25. */
  spread?: number;
  /** Rows to return. Default 10. */
  limit?: number;
}

/** Purchases that can be counted, and what each product cost on each day on which someone bought it. */
function daily(events: string): string {
  return `lines AS (
      SELECT CAST(event_time AS DATE) AS day, user_id, item_id, price, cost FROM ${events}
      WHERE event_type = 'purchase' AND malformed IS NULL AND quantity > 0 AND price > 0),
    visitors AS (SELECT day, count(DISTINCT user_id) AS visitors FROM lines GROUP BY day),
    daily AS (
      SELECT item_id, day, quantile_disc(price, 0.5) AS price, quantile_disc(cost, 0.5) AS cost,
        count(DISTINCT user_id) AS buyers
      FROM lines GROUP BY item_id, day)`;
}

/**
 * The products from whose history most can be learned about price: sold on most days, at several prices that each
 * held for days, the lowest of them not below the unit cost (no loss leaders). Ranked by the information that their
 * days hold about an elasticity, Σ buyers · (ln price − its mean over buyers)², which is the Fisher information of a
 * Poisson log-linear demand with observed for expected counts.
 *
 * @param events a relation in the event schema.
 * @returns item_id, category_id, days, buyers, levels, lowest, highest, regular (the price of most days), cost,
 * information; highest information first.
 */
export async function priceVariation(
  engine: Engine,
  events: string,
  options: PriceVariationOptions = {},
): Promise<ColumnTable> {
  const values = {
    sold: requireNumber(options.sold ?? 0.8, "sold", 0, 1),
    held: requireInteger(options.daysAtLevel ?? 5, "daysAtLevel", 1),
    least: requireInteger(options.levels ?? 3, "levels", 1),
    spread: requireNumber(options.spread ?? 1.25, "spread", 1),
    most: requireInteger(options.limit ?? 10, "limit", 1),
  };
  return engine.table(
    `WITH ${daily(events)},
    levels AS (
      SELECT item_id, count(*) AS levels, min(level) AS lowest, max(level) AS highest, arg_max(level, held) AS regular
      FROM (SELECT item_id, round(price) AS level, count(*) AS held FROM daily GROUP BY item_id, level)
      WHERE held >= $held GROUP BY item_id),
    products AS (
      SELECT item_id, count(*) AS days, sum(buyers) AS buyers, quantile_disc(cost, 0.5) AS cost,
        sum(buyers * ln(price) ** 2) - sum(buyers * ln(price)) ** 2 / sum(buyers) AS information
      FROM daily GROUP BY item_id),
    categories AS (SELECT item_id, any_value(category_id) AS category_id FROM ${events} GROUP BY item_id)
    SELECT item_id, category_id, days, buyers, levels, lowest, highest, regular, cost, information
    FROM products JOIN levels USING (item_id) LEFT JOIN categories USING (item_id)
    WHERE days >= $sold * (SELECT count(*) FROM visitors)
      AND levels >= $least AND highest >= $spread * lowest AND lowest >= cost
    ORDER BY information DESC, item_id LIMIT $most`,
    values,
  );
}

/** One product's price and buyers, a row for each day on which the shop was open, in order. All columns [days]. */
export interface PriceHistory {
  /** Midnight, seconds since 1970 UTC. */
  day: Float64Array;
  /** Price of a unit that the middle buyer paid; on days without a sale, that of the last sale. */
  price: Float64Array;
  /** Unit cost, likewise. */
  cost: Float64Array;
  /** Customers who bought the product. */
  buyers: Float64Array;
  /** Customers who bought anything. */
  visitors: Float64Array;
  /** 1 where nobody bought it, so that price and cost are carried over from another day. */
  carried: Int32Array;
}

/**
 * Reads a product's {@link PriceHistory}. A day without a sale stays in, as a count of 0 at the last known price (the
 * first known one before that): leaving it out would select days by what they are to explain.
 * Throws {@link DataError} for a product that was never sold.
 */
export async function priceHistory(engine: Engine, events: string, item: string): Promise<PriceHistory> {
  const columns = await engine.columns(
    `WITH ${daily(events)},
    days AS (
      SELECT day, visitors, coalesce(buyers, 0) AS buyers, price, cost
      FROM visitors LEFT JOIN (SELECT * FROM daily WHERE item_id = $item) USING (day))
    SELECT day, CAST(visitors AS DOUBLE) AS visitors, CAST(buyers AS DOUBLE) AS buyers,
      coalesce(last_value(price IGNORE NULLS) OVER back, first_value(price IGNORE NULLS) OVER ahead) AS price,
      coalesce(last_value(cost IGNORE NULLS) OVER back, first_value(cost IGNORE NULLS) OVER ahead) AS cost,
      CAST(buyers = 0 AS INTEGER) AS carried
    FROM days
    WINDOW back AS (ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
      ahead AS (ORDER BY day ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)
    ORDER BY day`,
    { item },
  );
  const history = columns as unknown as PriceHistory;
  if (!history.buyers.some((count) => count > 0))
    throw new DataError("nobody bought this product", {
      value: item,
      place: "item",
      remedy: "Choose another item_id.",
    });
  return history;
}
