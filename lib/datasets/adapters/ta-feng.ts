import type { Adapter } from "./adapter";
import { createEvents, type EventLayout } from "./events";

/** A date as the file writes it, 11/1/2000; NULL for another text. */
const DAY = "try_strptime(TRANSACTION_DT, '%m/%d/%Y')";

/**
 * Ta Feng's fields as events. A record is one product in one customer's basket of one day. `AMOUNT` is units;
 * `SALES_PRICE` and `ASSET` are the whole line's takings and cost (for one product, lines of two and three units have
 * two and three times the price of a line of one), so price and cost, which are per unit, are their quotients.
 * The shop's day is written as its midnight, as if it were UTC: the file has no time of day.
 */
export const TA_FENG: EventLayout = {
  columns: [
    "TRANSACTION_DT",
    "CUSTOMER_ID",
    "AGE_GROUP",
    "PIN_CODE",
    "PRODUCT_SUBCLASS",
    "PRODUCT_ID",
    "AMOUNT",
    "ASSET",
    "SALES_PRICE",
  ],
  events: {
    event_time: DAY,
    user_id: "nullif(CUSTOMER_ID, '')",
    item_id: "nullif(PRODUCT_ID, '')",
    event_type: "'purchase'",
    category_id: "nullif(PRODUCT_SUBCLASS, '')",
    price: "TRY_CAST(SALES_PRICE AS DOUBLE) / nullif(TRY_CAST(AMOUNT AS DOUBLE), 0)",
    quantity: "TRY_CAST(AMOUNT AS DOUBLE)",
    cost: "TRY_CAST(ASSET AS DOUBLE) / nullif(TRY_CAST(AMOUNT AS DOUBLE), 0)",
    channel: "'store'",
    region: "nullif(nullif(PIN_CODE, ''), 'Unknown')",
  },
  extras: { age_group: "nullif(AGE_GROUP, '')" },
  requirements: [
    { field: "TRANSACTION_DT", holds: `${DAY} IS NOT NULL`, reason: "not a date such as 11/1/2000" },
    { field: "CUSTOMER_ID", holds: "CUSTOMER_ID <> ''", reason: "no customer" },
    { field: "PRODUCT_ID", holds: "PRODUCT_ID <> ''", reason: "no product" },
    { field: "AMOUNT", holds: "isfinite(TRY_CAST(AMOUNT AS DOUBLE))", reason: "not a number" },
    { field: "ASSET", holds: "isfinite(TRY_CAST(ASSET AS DOUBLE))", reason: "not a number" },
    { field: "SALES_PRICE", holds: "isfinite(TRY_CAST(SALES_PRICE AS DOUBLE))", reason: "not a number" },
  ],
};

/** Ta Feng: `events`, and `customers` (user_id, age_group, region), each of whom has one age group and one region. */
export const taFeng: Adapter = async ({ engine, files, schema }) => {
  const events = `${schema}.events`;
  await createEvents(engine, events, files.transactions, TA_FENG);
  await engine.run(`CREATE TABLE ${schema}.customers AS
    SELECT user_id, any_value(age_group) AS age_group, any_value(region) AS region
    FROM ${events} WHERE malformed IS NULL GROUP BY user_id ORDER BY user_id`);
  return { events, relations: [events, `${events}_unreadable`, `${schema}.customers`] };
};
