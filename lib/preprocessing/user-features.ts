import type { Engine } from "../engine/index";
import { InputError } from "../errors";
import { requireRelation } from "./step";

/** Options of {@link userFeatures}. */
export interface UserFeatureOptions {
  /**
   * The moment that features are as of, in seconds since 1970 UTC: nothing at or after it is used. Default: the end of
   * the day of the last event.
   */
  asOf?: number;
  /** The features' relation. Default: the events' name with `_users`. */
  output?: string;
}

/** What {@link userFeatures} made. */
export interface UserFeatures {
  relation: string;
  /** Seconds since 1970 UTC. */
  asOf: number;
  users: number;
}

/**
 * One row a user of what purchases before `asOf` say, ordered by user_id:
 *
 * - `recency`: days from the last purchase to `asOf`; `tenure`: days from the first
 * - `frequency`: days with a purchase
 * - `mean_interval`: mean days between purchase days, (last − first) / (frequency − 1); NULL for one purchase day
 * - `value`: Σ price × quantity; `mean_basket`: value / frequency; both in the data's currency
 * - `margin`: Σ (price − cost) × quantity over Σ price × quantity, of the lines whose cost is known; NULL without any
 * - `units`, `items`: units bought, different items; `categories`: different categories
 * - `category_entropy`: −Σ s log₂ s in bits over the shares s of categories in the user's lines: 0 for one category
 */
export async function userFeatures(
  engine: Engine,
  events: string,
  options: UserFeatureOptions = {},
): Promise<UserFeatures> {
  const relation = requireRelation(options.output ?? `${requireRelation(events)}_users`);
  const asOf = options.asOf ?? (await endOfLastDay(engine, events));
  if (!Number.isFinite(asOf))
    throw new InputError("the moment of the features is not a time", { value: options.asOf, place: "asOf" });
  await engine.run(
    `CREATE OR REPLACE TABLE ${relation} AS
    WITH past AS (
      SELECT user_id, item_id, category_id, price, quantity, cost, event_time, CAST(event_time AS DATE) AS day
      FROM ${events} WHERE event_type = 'purchase' AND event_time < make_timestamp($asOf)),
    shares AS (
      SELECT user_id, count(*) AS lines FROM past WHERE category_id IS NOT NULL GROUP BY user_id, category_id),
    entropies AS (
      SELECT user_id, count(*) AS categories,
        log2(sum(lines)) - sum(lines * log2(lines)) / sum(lines) AS category_entropy
      FROM shares GROUP BY user_id),
    users AS (
      SELECT user_id,
        (epoch(make_timestamp($asOf)) - epoch(max(event_time))) / 86400 AS recency,
        (epoch(make_timestamp($asOf)) - epoch(min(event_time))) / 86400 AS tenure,
        CAST(count(DISTINCT day) AS INTEGER) AS frequency,
        date_diff('day', min(day), max(day)) / nullif(count(DISTINCT day) - 1, 0) AS mean_interval,
        sum(price * quantity) AS value,
        sum(price * quantity) / count(DISTINCT day) AS mean_basket,
        sum((price - cost) * quantity) / nullif(sum(price * quantity) FILTER (cost IS NOT NULL), 0) AS margin,
        sum(quantity) AS units,
        CAST(count(DISTINCT item_id) AS INTEGER) AS items
      FROM past GROUP BY user_id)
    SELECT users.*, CAST(coalesce(categories, 0) AS INTEGER) AS categories,
      greatest(coalesce(category_entropy, 0), 0) AS category_entropy
    FROM users LEFT JOIN entropies USING (user_id) ORDER BY user_id`,
    { asOf: BigInt(Math.round(asOf * 1e6)) },
  );
  const counted = await engine.columns(`SELECT count(*) AS users FROM ${relation}`);
  return { relation, asOf, users: Number(counted.users[0]) };
}

async function endOfLastDay(engine: Engine, events: string): Promise<number> {
  const last = await engine.columns(`SELECT CAST(max(event_time) AS DATE) + INTERVAL 1 DAY AS day FROM ${events}`);
  const seconds = Number(last.day[0]);
  if (Number.isNaN(seconds)) throw new InputError("there are no events", { place: events, remedy: "Give asOf." });
  return seconds;
}
