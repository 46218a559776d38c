import { createRandom, type Random } from "../../random";
import { AliasTable } from "./alias";
import { CATEGORIES, CHANNELS, type MarketSettings, REGIONS, SEGMENTS } from "./settings";

/** What is for sale, as columns. Money is in cents. */
export interface Products {
  category: Uint8Array;
  price: Int32Array;
  cost: Int32Array;
  /** What the shelf is filled up to every midnight. */
  stock: Int32Array;
  /** Added to the log odds of a cart. */
  appeal: Float32Array;
  /** Price over the middle price of its category, minus 1. */
  relativePrice: Float32Array;
  /** Chance to be viewed, among its category's products. */
  popularity: Float32Array;
}

/** Who visits, as columns. */
export interface Users {
  segment: Uint8Array;
  region: Uint8Array;
  channel: Uint8Array;
  /** The two categories that a user likes most. */
  tastes: Uint8Array;
  /** A person's own deviation of the checkout's log odds. */
  mood: Float32Array;
}

/** Everything that stands still while the market runs. */
export interface World {
  settings: MarketSettings;
  products: Products;
  users: Users;
  /** Draws a visitor by activity. */
  visitors: AliasTable;
  /** Draws a category by how many people like it. */
  categories: AliasTable;
  /** The products of each category, and a table that draws one by popularity. */
  shelves: { items: Int32Array; table: AliasTable }[];
}

/** Makes the world of the settings' seed. */
export function makeWorld(settings: MarketSettings): World {
  const random = createRandom(settings.seed).fork("marketplace");
  const products = makeProducts(settings, random.fork("products"));
  const shelves = CATEGORIES.map((_, category) => {
    const items = Int32Array.from(products.category.keys()).filter((item) => products.category[item] === category);
    return { items, table: new AliasTable(Array.from(items, (item) => products.popularity[item])) };
  });
  const weights = CATEGORIES.map((_, category) => 1 / (category + 2));
  const categories = new AliasTable(weights);
  const { users, activity } = makeUsers(settings, categories, random.fork("users"));
  return { settings, products, users, visitors: new AliasTable(activity), categories, shelves };
}

function makeProducts({ products: count, events, days }: MarketSettings, random: Random): Products {
  const products: Products = {
    category: new Uint8Array(count),
    price: new Int32Array(count),
    cost: new Int32Array(count),
    stock: new Int32Array(count),
    appeal: new Float32Array(count),
    relativePrice: new Float32Array(count),
    popularity: new Float32Array(count),
  };
  const ranks = new Int32Array(CATEGORIES.length);
  for (let item = 0; item < count; item++) {
    // The first rounds give every category its products; popularity falls with the rank in the category (Zipf).
    const category = item % CATEGORIES.length;
    const middle = 400 * 1.35 ** category;
    const relative = Math.exp(0.45 * random.normal());
    products.category[item] = category;
    products.price[item] = Math.max(50, Math.round((middle * relative) / 10) * 10 - 1);
    products.relativePrice[item] = products.price[item] / middle - 1;
    products.cost[item] = Math.max(1, Math.round(products.price[item] * (0.45 + 0.35 * random.uniform())));
    products.appeal[item] = 0.5 * random.normal();
    products.popularity[item] = (1 + ranks[category]++) ** -0.9;
  }
  // A shelf holds about three days' sales: one event in 25 sells something.
  let total = 0;
  for (const popularity of products.popularity) total += popularity;
  const daily = events / days / 25;
  for (let item = 0; item < count; item++)
    products.stock[item] = 5 + Math.round((3 * daily * products.popularity[item]) / total);
  return products;
}

function makeUsers({ users: count }: MarketSettings, categories: AliasTable, random: Random) {
  const users: Users = {
    segment: new Uint8Array(count),
    region: new Uint8Array(count),
    channel: new Uint8Array(count),
    tastes: new Uint8Array(2 * count),
    mood: new Float32Array(count),
  };
  const segments = new AliasTable(SEGMENTS.map((segment) => segment.share));
  const activity = new Float32Array(count);
  for (let user = 0; user < count; user++) {
    users.segment[user] = segments.draw(random);
    users.region[user] = random.integer(REGIONS.length);
    users.channel[user] = random.integer(CHANNELS.length);
    users.tastes[2 * user] = categories.draw(random);
    users.tastes[2 * user + 1] = categories.draw(random);
    users.mood[user] = 0.6 * random.normal();
    activity[user] = random.gamma(0.8);
  }
  return { users, activity };
}
