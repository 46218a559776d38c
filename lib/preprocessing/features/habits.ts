import { DWELL_CAP } from "../session-events";
import { gapMicros, SESSION_GAP, sessionsSql } from "../sessions";
import { columns, type FeatureContext, type FeatureGroup } from "./group";

/**
 * When a user is there: `hour_0` … `hour_23` and `weekday_0` (Monday) … `weekday_6`, shares of all the user's events;
 * `peak_hour` (the earliest of the most frequent) and `weekend_share`. Hours are of UTC plus `utcOffset` hours.
 */
export function rhythmFeatures({ dialect, past }: FeatureContext, utcOffset: number): FeatureGroup {
  const local = utcOffset === 0 ? "event_time" : `event_time + INTERVAL ${Math.round(utcOffset * 60)} MINUTE`;
  const share = (condition: string) => `avg(CASE WHEN ${condition} THEN 1e0 ELSE 0e0 END)`;
  const hours = Array.from({ length: 24 }, (_, hour) => `hour_${hour}`);
  const weekdays = Array.from({ length: 7 }, (_, day) => `weekday_${day}`);
  return {
    select: `WITH placed AS (
        SELECT user_id, ${dialect.hour("moment")} AS hour_of, ${dialect.weekday("moment")} AS weekday_of
        FROM (SELECT user_id, ${local} AS moment FROM ${past} given WHERE event_time IS NOT NULL) shifted),
      profile AS (
        SELECT user_id, ${hours.map((name, hour) => `${share(`hour_of = ${hour}`)} AS ${name}`).join(", ")},
          ${weekdays.map((name, day) => `${share(`weekday_of = ${day}`)} AS ${name}`).join(", ")},
          ${share("weekday_of >= 5")} AS weekend_share
        FROM placed GROUP BY user_id)
      SELECT profile.*, CASE greatest(${hours.join(", ")}) ${hours
        .map((name, hour) => `WHEN ${name} THEN ${hour}`)
        .join(" ")} END AS peak_hour
      FROM profile`,
    columns: columns([...hours, ...weekdays, "peak_hour", "weekend_share"], "NULL"),
  };
}

/**
 * How a user visits: `visits` (sessions), `visit_depth` (mean events a session), `visit_duration` (mean seconds from a
 * session's first event to its last), `visit_conversion` (share of sessions with a purchase) and `dwell` (mean seconds
 * from an event to the session's next, capped at ten minutes; NULL where no session has two events).
 */
export function visitFeatures({ dialect, past }: FeatureContext, gap = SESSION_GAP): FeatureGroup {
  const { integer, double } = dialect.types;
  const moment = dialect.micros("event_time");
  return {
    select: `WITH cut AS (${sessionsSql({ dialect }, `SELECT * FROM ${past} given`, gap)}),
      steps AS (
        SELECT user_id, lead(${moment}) OVER (PARTITION BY user_id ORDER BY event_time, source_row) - ${moment} AS until
        FROM ${past} given),
      dwelt AS (
        SELECT user_id, avg(CAST(least(until, ${DWELL_CAP * 1e6}) AS ${double}) / 1e6) AS dwell
        FROM steps WHERE until <= ${gapMicros(gap)} GROUP BY user_id),
      visited AS (
        SELECT user_id, CAST(count(*) AS ${integer}) AS visits, avg(CAST(events AS ${double})) AS visit_depth,
          avg(duration) AS visit_duration, avg(CAST(purchased AS ${double})) AS visit_conversion
        FROM cut GROUP BY user_id)
      SELECT visited.*, dwell FROM visited LEFT JOIN dwelt ON dwelt.user_id = visited.user_id`,
    columns: { visits: "0", ...columns(["visit_depth", "visit_duration", "visit_conversion", "dwell"], "NULL") },
  };
}

/**
 * What a user searches for: `searches` (events), `queries` (different ones, lower case and trimmed) and `top_query` (the most
 * frequent; of equally frequent ones the first by name).
 */
export function searchFeatures({ dialect, past }: FeatureContext): FeatureGroup {
  const { integer } = dialect.types;
  return {
    select: `WITH asked AS (
        SELECT user_id, lower(trim(query)) AS term, count(*) AS n FROM ${past} given
        WHERE event_type = 'search' GROUP BY user_id, lower(trim(query))),
      ranked AS (
        SELECT user_id, term, n,
          row_number() OVER (PARTITION BY user_id ORDER BY CASE WHEN term <> '' THEN n ELSE 0 END DESC, term) AS place
        FROM asked)
      SELECT user_id, CAST(sum(n) AS ${integer}) AS searches,
        CAST(count(CASE WHEN term <> '' THEN 1 END) AS ${integer}) AS queries,
        max(CASE WHEN place = 1 AND term <> '' THEN term END) AS top_query
      FROM ranked GROUP BY user_id`,
    columns: { searches: "0", queries: "0", top_query: "NULL" },
  };
}

/**
 * Where a user's spending is going, over the `weeks` whole weeks that end at the moment: `recent_value` (spent in
 * them) and `spend_trend`, the least-squares slope of a week's spending on the week's number, in money a week per week.
 * Weeks without a purchase are 0.
 */
export function trendFeatures({ dialect, past, asOf }: FeatureContext, weeks: number): FeatureGroup {
  const middle = (weeks - 1) / 2;
  const spread = (weeks * (weeks * weeks - 1)) / 12;
  const now = Math.round(asOf * 1e6);
  const ago = dialect.wholeQuotient(`${now} - 1 - ${dialect.micros("event_time")}`, "604800000000");
  return {
    select: `WITH placed AS (
        SELECT user_id, ${weeks - 1} - ${ago} AS week, price * quantity AS paid FROM ${past} given
        WHERE event_type = 'purchase')
      SELECT user_id, coalesce(sum(CASE WHEN week >= 0 THEN paid END), 0e0) AS recent_value,
        coalesce(sum(CASE WHEN week >= 0 THEN (week - ${middle.toExponential()}) * paid END), 0e0)
          / ${spread.toExponential()} AS spend_trend
      FROM placed GROUP BY user_id`,
    columns: columns(["recent_value", "spend_trend"], "0"),
  };
}

/**
 * How popular what the user buys is with everybody: `item_popularity` and `category_popularity`, the mean over the user's
 * purchase lines of the share of all buyers who bought that item (category) before the moment.
 */
export function popularityFeatures({ dialect, past }: FeatureContext): FeatureGroup {
  const { double } = dialect.types;
  const shares = (
    key: string,
  ) => `SELECT bought.${key}, CAST(count(DISTINCT user_id) AS ${double}) / max(everyone.n) AS share
        FROM bought CROSS JOIN everyone WHERE bought.${key} IS NOT NULL GROUP BY bought.${key}`;
  return {
    select: `WITH bought AS (
        SELECT user_id, item_id, category_id FROM ${past} given WHERE event_type = 'purchase'),
      everyone AS (SELECT count(DISTINCT user_id) AS n FROM bought),
      of_items AS (${shares("item_id")}), of_categories AS (${shares("category_id")})
      SELECT user_id, avg(of_items.share) AS item_popularity, avg(of_categories.share) AS category_popularity
      FROM bought LEFT JOIN of_items ON of_items.item_id = bought.item_id
        LEFT JOIN of_categories ON of_categories.category_id = bought.category_id
      GROUP BY user_id`,
    columns: columns(["item_popularity", "category_popularity"], "NULL"),
  };
}
