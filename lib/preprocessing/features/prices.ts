import { columns, double, type FeatureContext, type FeatureGroup, texts } from "./group";

/** Kinds of event whose price is what the shop asked at that moment. */
const ASKED = ["view", "click", "favourite", "cart", "purchase"];

/**
 * How dear a user buys: `item_price_index` is the mean over purchase lines of price ÷ mean price of the item's purchase
 * lines (of all users, before the moment): below 1, the user buys things when they are cheap;
 * `category_price_index` likewise with the mean price of the category's lines: above 1, the user buys the dearer things
 * of a shelf. Lines without a price, or whose mean is 0, don't count.
 */
export function priceLevelFeatures({ past }: FeatureContext): FeatureGroup {
  const mean = (key: string) =>
    `SELECT ${key}, avg(price) AS usual FROM bought WHERE ${key} IS NOT NULL GROUP BY ${key} HAVING avg(price) > 0`;
  return {
    select: `WITH bought AS (
        SELECT user_id, item_id, category_id, price FROM ${past} given WHERE event_type = 'purchase' AND price IS NOT NULL),
      of_items AS (${mean("item_id")}), of_categories AS (${mean("category_id")})
      SELECT user_id, avg(price / of_items.usual) AS item_price_index, avg(price / of_categories.usual) AS category_price_index
      FROM bought LEFT JOIN of_items ON of_items.item_id = bought.item_id
        LEFT JOIN of_categories ON of_categories.category_id = bought.category_id
      GROUP BY user_id`,
    columns: columns(["item_price_index", "category_price_index"], "NULL"),
  };
}

/** Settings of {@link sensitivityFeatures}. */
export interface SensitivityOptions {
  /** How far below the reference price a markdown begins, as a share. Default 0.05. */
  markdown?: number;
  /** The shop-wide slope's weight, in events of ordinary price spread. Default 10. */
  shrinkage?: number;
}

/**
 * How much a user follows the price. The **reference price** of an item at an event is the mean of the prices asked in all
 * earlier events of the item (views, carts, purchases of any user at a strictly earlier time): what a customer could
 * have known before. The price index is x = ln(price ÷ reference); events without a reference, or a price of 0, don't
 * count.
 *
 * - `markdown_share`: share of the purchase lines with price ≤ (1 − `markdown`) × reference
 * - `units_slope`: slope of y = ln(units) on x over the purchase lines: an elasticity of units per purchase
 * - `purchase_slope`: slope of y ∈ {0, 1} on x over the pairs of item and day that the user viewed with a price, x being that
 *   day's mean index over the views and y whether the user bought the item that day: −0.5 says that 10 % off adds about
 *   5 points to the chance of buying
 *
 * Few points give a wild slope, so each is drawn towards the shop's: with Sxy, Sxx the user's sums of cross products
 * about the user's own means, b = (Sxy + λ b₀) / (Sxx + λ), where b₀ = Σ Sxy / Σ Sxx over all users and
 * λ = `shrinkage` × Σ Sxx / Σ n. This is the posterior mean of a slope with a normal prior at b₀. A user without any
 * spread of prices has b₀, one without points NULL.
 */
export function sensitivityFeatures(context: FeatureContext, options: SensitivityOptions = {}): FeatureGroup {
  const { dialect, past } = context;
  const { markdown = 0.05, shrinkage = 10 } = options;
  const number = dialect.types.double;
  const points = (name: string, from: string) => `${name}_sums AS (
        SELECT user_id, count(*) AS n, regr_sxy(y, x) AS sxy, regr_sxx(y, x) AS sxx FROM ${from} GROUP BY user_id),
      ${name}_prior AS (
        SELECT sum(sxy) / nullif(sum(sxx), 0) AS slope, ${double(shrinkage)} * sum(sxx) / sum(n) AS weight FROM ${name}_sums),
      ${name} AS (
        SELECT user_id, (sxy + weight * slope) / nullif(sxx + weight, 0) AS ${name}
        FROM ${name}_sums CROSS JOIN ${name}_prior)`;
  return {
    select: `WITH asked AS (
        SELECT user_id, item_id, event_type, price, quantity, CAST(event_time AS DATE) AS day,
          ${dialect.micros("event_time")} AS moment
        FROM ${past} given WHERE price > 0 AND item_id IS NOT NULL AND event_type IN (${texts(ASKED)})),
      moments AS (SELECT item_id, moment, sum(price) AS total, count(*) AS n FROM asked GROUP BY item_id, moment),
      reference_prices AS (
        SELECT item_id, moment,
          sum(total) OVER (PARTITION BY item_id ORDER BY moment ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
          / sum(n) OVER (PARTITION BY item_id ORDER BY moment ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS usual
        FROM moments),
      compared AS (
        SELECT asked.*, ln(price / usual) AS x FROM asked
        JOIN reference_prices ON reference_prices.item_id = asked.item_id AND reference_prices.moment = asked.moment
        WHERE usual IS NOT NULL),
      bought AS (
        SELECT user_id, item_id, day, x, CASE WHEN quantity > 0 THEN ln(quantity) END AS y FROM compared
        WHERE event_type = 'purchase'),
      marked AS (
        SELECT user_id, avg(CASE WHEN exp(x) <= ${double(1 - markdown)} THEN 1e0 ELSE 0e0 END) AS markdown_share
        FROM bought GROUP BY user_id),
      bought_days AS (
        SELECT DISTINCT user_id, item_id, CAST(event_time AS DATE) AS day FROM ${past} given WHERE event_type = 'purchase'),
      viewed_days AS (
        SELECT user_id, item_id, day, avg(x) AS x FROM compared WHERE event_type = 'view' GROUP BY user_id, item_id, day),
      chances AS (
        SELECT viewed_days.user_id, x, CAST(CASE WHEN bought_days.user_id IS NULL THEN 0 ELSE 1 END AS ${number}) AS y
        FROM viewed_days LEFT JOIN bought_days ON bought_days.user_id = viewed_days.user_id
          AND bought_days.item_id = viewed_days.item_id AND bought_days.day = viewed_days.day),
      ${points("units_slope", "bought WHERE y IS NOT NULL")},
      ${points("purchase_slope", "chances")},
      everyone AS (SELECT DISTINCT user_id FROM compared)
      SELECT everyone.user_id, markdown_share, units_slope, purchase_slope FROM everyone
        LEFT JOIN marked ON marked.user_id = everyone.user_id
        LEFT JOIN units_slope ON units_slope.user_id = everyone.user_id
        LEFT JOIN purchase_slope ON purchase_slope.user_id = everyone.user_id`,
    columns: columns(["markdown_share", "units_slope", "purchase_slope"], "NULL"),
  };
}
