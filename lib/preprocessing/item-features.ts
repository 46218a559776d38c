import type { Engine } from "../engine/index";
import { InputError, requireNumber } from "../errors";
import { daysSince, type FeatureContext, pastOf } from "./features/group";
import { endOfLastDay } from "./moment";
import { requireRelation } from "./step";

/** Options of {@link itemFeatures}. */
export interface ItemFeatureOptions {
  /** See {@link userFeatures}. */
  asOf?: number;
  /** The features' relation. Default: the events' name with `_items`; the categories' is that with `_categories`. */
  output?: string;
  /** Length of the two windows that the trend compares, in days. Default 14. */
  windowDays?: number;
  signal?: AbortSignal;
}

/** What {@link itemFeatures} made. */
export interface ItemFeatures {
  /** One row an item. */
  relation: string;
  /** One row a category. */
  categories: string;
  asOf: number;
}

/**
 * One row an item, and in a second relation one row a category, of what is known of it before `asOf`, ordered by
 * `item_id` (`category_id`):
 *
 * - `views`, `carts`, `purchases`: events of that kind; `buyers`: different users who bought; `units`; `value`: Σ price × quantity
 * - `mean_price`, `sd_price` (n − 1): of the purchase lines; NULL without any (fewer than two)
 * - `age`: days since the first event
 * - `popularity`: share of all buyers who bought it; `popularity_rank`: 1 for the most buyers, equals sharing a rank
 * - `recent_units`, `earlier_units`: units of the last `windowDays` days, and of as many days before those
 * - `trend`: ln((recent_units + 1) / (earlier_units + 1)), above 0 for what is rising
 * - `conversion`: purchases / views; NULL without views
 *
 * Throws InputError for a moment that isn't one, no events, and a window that isn't above 0.
 */
export async function itemFeatures(
  engine: Engine,
  events: string,
  options: ItemFeatureOptions = {},
): Promise<ItemFeatures> {
  const relation = requireRelation(options.output ?? `${requireRelation(events)}_items`);
  const categories = `${relation}_categories`;
  const asOf = options.asOf ?? (await endOfLastDay(engine, events));
  if (!Number.isFinite(asOf))
    throw new InputError("the moment of the features is not a time", { value: options.asOf, place: "asOf" });
  const window = requireNumber(options.windowDays ?? 14, "windowDays", 1e-6, 36500);
  const context = { dialect: engine.dialect, asOf, past: pastOf(engine.dialect, events, asOf) };
  for (const [key, output] of [
    ["item_id", relation],
    ["category_id", categories],
  ] as const)
    await engine.createTable(output, featuresSql(context, key, window), undefined, { signal: options.signal });
  return { relation, categories, asOf };
}

function featuresSql(context: FeatureContext, key: "item_id" | "category_id", window: number): string {
  const { dialect, past, asOf } = context;
  const { double, integer } = dialect.types;
  const since = (days: number) => `event_time >= ${dialect.timestamp(asOf - days * 86400)}`;
  const bought = "event_type = 'purchase'";
  const units = (condition: string) => `coalesce(sum(CASE WHEN ${bought} AND ${condition} THEN quantity END), 0e0)`;
  return `WITH counted AS (
      SELECT ${key}, count(CASE WHEN event_type = 'view' THEN 1 END) AS views,
        count(CASE WHEN event_type = 'cart' THEN 1 END) AS carts,
        count(CASE WHEN ${bought} THEN 1 END) AS purchases,
        count(DISTINCT CASE WHEN ${bought} THEN user_id END) AS buyers,
        ${units("1 = 1")} AS units,
        coalesce(sum(CASE WHEN ${bought} THEN price * quantity END), 0e0) AS value,
        avg(CASE WHEN ${bought} THEN price END) AS mean_price,
        stddev_samp(CASE WHEN ${bought} THEN price END) AS sd_price,
        ${daysSince(context, "min(event_time)")} AS age,
        ${units(since(window))} AS recent_units,
        ${units(`NOT ${since(window)} AND ${since(2 * window)}`)} AS earlier_units
      FROM ${past} given WHERE ${key} IS NOT NULL GROUP BY ${key}),
    everyone AS (SELECT count(DISTINCT user_id) AS n FROM ${past} given WHERE ${bought})
    SELECT ${key}, views, carts, purchases, buyers, units, value, mean_price, sd_price, age,
      coalesce(CAST(buyers AS ${double}) / nullif(n, 0), 0e0) AS popularity,
      CAST(rank() OVER (ORDER BY buyers DESC) AS ${integer}) AS popularity_rank,
      recent_units, earlier_units, ln((recent_units + 1) / (earlier_units + 1)) AS trend,
      CAST(purchases AS ${double}) / nullif(views, 0) AS conversion
    FROM counted CROSS JOIN everyone ORDER BY ${key}`;
}
