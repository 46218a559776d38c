import type { FeatureContext, FeatureGroup } from "./group";
import { columns, daysSince } from "./group";

/** SQL of what every user's purchases say, one row a user: the columns that `userFeatures` always has. */
export function purchaseFeatures(context: FeatureContext, users: "buyers" | "everyone"): string {
  const { dialect, past } = context;
  const { integer, double } = dialect.types;
  const everyone = `everyone AS (SELECT DISTINCT user_id FROM ${past} given),`;
  const counted = (name: string) => (users === "buyers" ? name : `coalesce(${name}, 0) AS ${name}`);
  return `WITH ${users === "everyone" ? everyone : ""} bought AS (
      SELECT user_id, item_id, category_id, price, quantity, cost, event_time, CAST(event_time AS DATE) AS day
      FROM ${past} given WHERE event_type = 'purchase'),
    shares AS (
      SELECT user_id, category_id, count(*) AS lines FROM bought WHERE category_id IS NOT NULL
      GROUP BY user_id, category_id),
    entropies AS (
      SELECT user_id, count(*) AS categories,
        log2(sum(lines)) - sum(lines * log2(lines)) / sum(lines) AS category_entropy
      FROM shares GROUP BY user_id),
    buyers AS (
      SELECT user_id,
        ${daysSince(context, "max(event_time)")} AS recency,
        ${daysSince(context, "min(event_time)")} AS tenure,
        CAST(count(DISTINCT day) AS ${integer}) AS frequency,
        CAST(${dialect.daysBetween("min(day)", "max(day)")} AS ${double}) / nullif(count(DISTINCT day) - 1, 0) AS mean_interval,
        sum(price * quantity) AS value,
        sum(price * quantity) / count(DISTINCT day) AS mean_basket,
        sum((price - cost) * quantity) / nullif(sum(price * quantity) FILTER (WHERE cost IS NOT NULL), 0) AS margin,
        sum(quantity) AS units,
        CAST(count(DISTINCT item_id) AS ${integer}) AS items
      FROM bought GROUP BY user_id)
    SELECT ${users === "buyers" ? "buyers" : "everyone"}.user_id, recency, tenure, ${counted("frequency")}, mean_interval,
      ${counted("value")}, mean_basket, margin, ${counted("units")}, ${counted("items")},
      CAST(coalesce(categories, 0) AS ${integer}) AS categories,
      ${users === "buyers" ? "" : "CASE WHEN buyers.user_id IS NOT NULL THEN "}greatest(coalesce(category_entropy, 0e0), 0e0)${
        users === "buyers" ? "" : " END"
      } AS category_entropy
    FROM ${
      users === "buyers" ? "buyers" : "everyone LEFT JOIN buyers ON buyers.user_id = everyone.user_id"
    } LEFT JOIN entropies ON entropies.user_id = buyers.user_id`;
}

/**
 * Days between one purchase day and the next: `sd_interval` (n − 1; NULL for fewer than two intervals),
 * `shortest_interval`, `longest_interval`, and `interval_ratio` (recency over the mean interval: above 1, the user is
 * late). NULL for one purchase day.
 */
export function intervalFeatures(context: FeatureContext): FeatureGroup {
  const { dialect, past } = context;
  return {
    select: `WITH days AS (
        SELECT DISTINCT user_id, ${dialect.startOfDay("event_time")} AS day FROM ${past} given WHERE event_type = 'purchase'),
      steps AS (
        SELECT user_id, day, CAST(${dialect.daysBetween("lag(day) OVER (PARTITION BY user_id ORDER BY day)", "day")}
          AS ${dialect.types.double}) AS days
        FROM days),
      lasts AS (SELECT user_id, max(event_time) AS last_time FROM ${past} given WHERE event_type = 'purchase' GROUP BY user_id)
      SELECT steps.user_id, stddev_samp(days) AS sd_interval, min(days) AS shortest_interval, max(days) AS longest_interval,
        max(${daysSince(context, "last_time")}) / avg(days) AS interval_ratio
      FROM steps JOIN lasts ON lasts.user_id = steps.user_id GROUP BY steps.user_id`,
    columns: columns(["sd_interval", "shortest_interval", "longest_interval", "interval_ratio"], "NULL"),
  };
}

/**
 * The user's `top` largest categories by purchase lines: `category_1`, `category_share_1` … (shares of the lines with a
 * known category; equal shares in the order of the categories' names; NULL where the user has fewer categories).
 */
export function categoryFeatures({ dialect, past }: FeatureContext, top: number): FeatureGroup {
  const places = Array.from({ length: top }, (_, index) => index + 1);
  const { double } = dialect.types;
  return {
    select: `WITH lines AS (
        SELECT user_id, category_id, count(*) AS n FROM ${past} given
        WHERE event_type = 'purchase' AND category_id IS NOT NULL GROUP BY user_id, category_id),
      ranked AS (
        SELECT user_id, category_id, CAST(n AS ${double}) / sum(n) OVER (PARTITION BY user_id) AS share,
          row_number() OVER (PARTITION BY user_id ORDER BY n DESC, category_id) AS place
        FROM lines)
      SELECT user_id, ${places
        .map(
          (place) => `max(CASE WHEN place = ${place} THEN category_id END) AS category_${place},
          max(CASE WHEN place = ${place} THEN share END) AS category_share_${place}`,
        )
        .join(", ")}
      FROM ranked GROUP BY user_id`,
    columns: columns(
      places.flatMap((place) => [`category_${place}`, `category_share_${place}`]),
      "NULL",
    ),
  };
}
