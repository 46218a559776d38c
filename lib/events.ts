/** The event schema's columns with their SQL types, in order. Money is in the currency's major unit, times are UTC. */
export const EVENT_COLUMNS = {
  event_time: "TIMESTAMP",
  user_id: "VARCHAR",
  item_id: "VARCHAR",
  event_type: "VARCHAR",
  category_id: "VARCHAR",
  price: "DOUBLE",
  quantity: "DOUBLE",
  cost: "DOUBLE",
  session_id: "VARCHAR",
  query: "VARCHAR",
  channel: "VARCHAR",
  region: "VARCHAR",
  promotion_id: "VARCHAR",
} as const;

/** A column of the event schema. */
export type EventColumn = keyof typeof EVENT_COLUMNS;

/** What an event can be. */
export const EVENT_TYPES = ["view", "search", "click", "favourite", "cart", "purchase", "refund", "review"] as const;

/** One of {@link EVENT_TYPES}. */
export type EventType = (typeof EVENT_TYPES)[number];
