import { requireInteger, requireNumber } from "../../errors";

/** What kind of market to make. Everything else follows from these and the model's constants. */
export interface MarketSettings {
  /** How many events, exactly. */
  events: number;
  /** Same seed and settings, same bytes. */
  seed: number;
  /** Length of the period. The last events may fall a little after it or before its end. */
  days: number;
  /** People who may visit; about one in five never does. */
  users: number;
  products: number;
  /** First day, at midnight UTC, in seconds since 1970. */
  start: number;
}

/** 2025-03-03 00:00 UTC, a Monday. */
const START = 1740960000;

/** Fills what is left open: 28 days, a user for 60 events, products as twice the root of events (100 to 20,000). */
export function marketSettings(given: Partial<MarketSettings> = {}): MarketSettings {
  const events = requireInteger(given.events ?? 100_000, "events", 1000, 2_000_000_000);
  const products = Math.min(20_000, Math.max(100, Math.round(2 * Math.sqrt(events))));
  return {
    events,
    seed: requireInteger(given.seed ?? 1, "seed"),
    days: requireInteger(given.days ?? 28, "days", 7, 3650),
    users: requireInteger(given.users ?? Math.max(100, Math.round(events / 60)), "users", 10, 100_000_000),
    products: requireInteger(given.products ?? products, "products", 24, 1_000_000),
    start: requireNumber(given.start ?? START, "start", 0, 4e9),
  };
}

/** How one kind of user behaves. */
export interface Segment {
  name: string;
  /** Share of the users. */
  share: number;
  /** Mean product views in a session. */
  views: number;
  /** Log odds of putting a viewed product of ordinary appeal at its usual price into the cart. */
  cart: number;
  /** How much those log odds fall for a price 100 % above the category's middle. */
  priceSensitivity: number;
  /** Log odds of checking out a cart of ordinary value without an offer. */
  checkout: number;
  /** What a coupon adds to the checkout's log odds, per unit of depth (a 20 % coupon adds a fifth of it). */
  couponEffect: number;
}

/** The kinds of users: sure things, the persuadable, lost causes, and those whom an offer puts off. */
export const SEGMENTS: readonly Segment[] = [
  { name: "loyal", share: 0.25, views: 5, cart: -1.6, priceSensitivity: 0.5, checkout: 0.6, couponEffect: 0.5 },
  { name: "bargain hunter", share: 0.25, views: 8, cart: -2, priceSensitivity: 2, checkout: -0.8, couponEffect: 7 },
  { name: "browser", share: 0.3, views: 9, cart: -3, priceSensitivity: 1, checkout: -1.6, couponEffect: 2.5 },
  { name: "gift giver", share: 0.12, views: 4, cart: -1.7, priceSensitivity: 0.3, checkout: -0.1, couponEffect: 1.2 },
  { name: "offer averse", share: 0.08, views: 5, cart: -1.9, priceSensitivity: 0.6, checkout: 0.1, couponEffect: -3 },
];

/** The coupon experiment's arms: how much is taken off the cart. */
export const ARMS = [
  { name: "none", depth: 0 },
  { name: "coupon-10", depth: 0.1 },
  { name: "coupon-20", depth: 0.2 },
] as const;

/** Product categories; a search's query is one of their names. */
export const CATEGORIES = [
  "tea",
  "coffee",
  "snacks",
  "noodles",
  "household",
  "skin care",
  "make-up",
  "baby",
  "toys",
  "kitchen",
  "stationery",
  "pets",
] as const;

/** Regions that users live in. */
export const REGIONS = ["north", "east", "south", "west"] as const;

/** Ways to visit. */
export const CHANNELS = ["app", "web", "mini-program"] as const;

/** The flash sale's constants. */
export const FLASH_SALE = {
  /** Products on sale: the most popular of as many categories. */
  products: 5,
  /** Off the usual price. */
  depth: 0.5,
  /** First hour of the day, and hours. */
  hour: 20,
  hours: 2,
  /** Visits per hour, times the usual. */
  crowd: 5,
  /** Share of the sale's visits that go to a product on sale first. */
  drawn: 0.6,
  /** Stock, as a share of the demand expected at that price. */
  stock: 0.5,
} as const;
