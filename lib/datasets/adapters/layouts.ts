import type { CsvLayout } from "../../engine/sources/csv";
import { CDNOW } from "./cdnow";
import type { ColumnMap } from "./column-map";
import type { EventLayout } from "./events";
import { ONLINE_RETAIL } from "./online-retail";
import { TA_FENG } from "./ta-feng";

/** A column map with how its files are cut. */
export interface FileMap extends ColumnMap {
  /** Default: commas, double quotes, names in the first line. A file without names needs `columns`, in their order. */
  csv?: Partial<CsvLayout>;
}

/**
 * The layout of REES46's open logs of shops (on Kaggle "eCommerce behavior data from multi category store", "eCommerce
 * events history in cosmetics shop" and others): `event_time, event_type, product_id, category_id, category_code, brand,
 * price, user_id, user_session`, times as `2019-10-01 00:00:00 UTC`.
 *
 * | there | here |
 * |---|---|
 * | view, cart, purchase | the same |
 * | remove_from_cart | left out: the event schema has no word for it; its rows are counted among the rejects |
 *
 * A purchase is of one unit. `category_code` (words apart by points; often empty) and `brand` are kept as extras. The
 * publisher names no currency.
 */
export const REES46: FileMap = {
  columns: {
    event_time: "event_time",
    event_type: "event_type",
    item_id: "product_id",
    category_id: "category_id",
    price: "price",
    user_id: "user_id",
    session_id: "user_session",
  },
  timeFormat: "%Y-%m-%d %H:%M:%S UTC",
  eventTypes: { view: "view", cart: "cart", purchase: "purchase", remove_from_cart: null },
  onePerPurchase: true,
  constants: { channel: "web" },
  extras: { category_code: "category_code", brand: "brand" },
};

/**
 * The layout of Alibaba's UserBehavior (Tianchi 649): no line of names; user, item, category, behaviour, seconds since
 * 1970 UTC.
 *
 * | there | here |
 * |---|---|
 * | pv (a page view of an item) | view |
 * | fav | favourite |
 * | cart | cart |
 * | buy | purchase, of one unit; the price isn't known |
 *
 * The data is said to be of 2017-11-25 to 2017-12-03, Chinese time, and holds some times far from that:
 * `validationRules({ earliest, now })` takes them out.
 */
export const TAOBAO: FileMap = {
  columns: {
    user_id: "user_id",
    item_id: "item_id",
    category_id: "category_id",
    event_type: "behavior",
    event_time: "timestamp",
  },
  csv: { header: false, columns: ["user_id", "item_id", "category_id", "behavior", "timestamp"] },
  timeFormat: "seconds",
  eventTypes: { pv: "view", fav: "favourite", cart: "cart", buy: "purchase" },
  onePerPurchase: true,
  constants: { channel: "app" },
};

/** Files that are in the event schema already, such as the synthetic market's: every column under its own name. */
export const EVENT_SCHEMA: FileMap = {
  columns: {
    event_time: "event_time",
    user_id: "user_id",
    item_id: "item_id",
    event_type: "event_type",
    category_id: "category_id",
    price: "price",
    quantity: "quantity",
    cost: "cost",
    session_id: "session_id",
    query: "query",
    channel: "channel",
    region: "region",
    promotion_id: "promotion_id",
  },
};

/** Layouts of files by name. */
export const LAYOUTS = {
  rees46: REES46,
  taobao: TAOBAO,
  events: EVENT_SCHEMA,
  "ta-feng": TA_FENG,
  "online-retail": ONLINE_RETAIL,
  cdnow: CDNOW,
} as const satisfies Record<string, FileMap | EventLayout>;

/** A layout's name. */
export type LayoutName = keyof typeof LAYOUTS;
