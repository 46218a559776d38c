import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, openEngine } from "../../lib/engine/index";
import { itemFeatures } from "../../lib/preprocessing/item-features";
import { type FeatureGroups, userFeatures } from "../../lib/preprocessing/user-features";
import { rowsOf, type ShopEvent, shop } from "./shop";

let engine: Engine;
test.before(async () => {
  engine = await openEngine({ threads: 2 });
});
test.after(() => engine.close());

const ALL: FeatureGroups = {
  intervals: true,
  categories: { top: 2 },
  priceLevel: true,
  priceSensitivity: true,
  rhythm: { utcOffset: 2 },
  visits: { gap: 7200 },
  searches: true,
  popularity: true,
  trend: { weeks: 4 },
};

type Row = Record<string, unknown>;
const oracle = JSON.parse(readFileSync(join(__dirname, "oracles", "features.json"), "utf8")) as {
  as_of: number;
  events: unknown[][];
  users: Row[];
  items: Row[];
};
const oracleEvents = oracle.events.map(
  ([time, user, item, type, category, price, quantity, query]) =>
    ({ time, user, item, type, category, price, quantity, query }) as ShopEvent,
);

/** Every value of the oracle's rows is found, numbers within the rounding of sums in another order. */
function requireSame(found: Row[], expected: Row[], key: string): void {
  assert.equal(
    found.map((row) => row[key]),
    expected.map((row) => row[key]),
  );
  for (const [index, row] of expected.entries())
    for (const [name, value] of Object.entries(row)) {
      const got = found[index][name];
      const same =
        typeof value === "number"
          ? Math.abs(Number(got) - value) <= 1e-9 * Math.max(1, Math.abs(value))
          : value === null
            ? got === null || Number.isNaN(got)
            : got === value;
      assert.ok(same, `${row[key]}, ${name}: ${got} is not ${value}`);
    }
}

test("every group's user features are those that pandas computes", async () => {
  const events = await shop(engine, oracleEvents, "oracle_shop");
  const { relation } = await userFeatures(engine, events, { asOf: oracle.as_of, groups: ALL });
  requireSame(await rowsOf(engine, relation, "user_id"), oracle.users, "user_id");
});

test("item features are those that pandas computes, categories' are the sums over their items", async () => {
  const events = await shop(engine, oracleEvents, "oracle_shop");
  const { relation, categories } = await itemFeatures(engine, events, { asOf: oracle.as_of });
  const items = await rowsOf(engine, relation, "item_id");
  requireSame(items, oracle.items, "item_id");
  for (const row of await rowsOf(engine, categories, "category_id")) {
    const own = items.filter((item) => `c${Number(String(item.item_id).slice(1)) % 4}` === row.category_id);
    for (const name of ["views", "carts", "purchases", "units", "recent_units"])
      assert.is(
        Number(row[name]),
        own.reduce((sum, item) => sum + Number(item[name]), 0),
      );
  }
});

test("price sensitivity by hand", async () => {
  const events = await shop(engine, [
    { time: 0, user: "a", item: "x", type: "view", price: 10 },
    { time: 1, user: "b", item: "x", type: "view", price: 20 },
    // Reference 15; the purchase of the same moment isn't known yet.
    { time: 2, user: "a", item: "x", price: 7.5, quantity: 2 },
    { time: 2, user: "b", item: "x", price: 15, quantity: 1 },
    // Reference (10 + 20 + 7.5 + 15) / 4 = 13.125.
    { time: 3, user: "a", item: "x", price: 13.125, quantity: 1 },
    // Never seen before: no reference.
    { time: 4, user: "b", item: "y", price: 1, quantity: 9 },
  ]);
  const groups = { priceSensitivity: { shrinkage: 0 } };
  const { relation } = await userFeatures(engine, events, { asOf: 10, groups });
  const [a, b] = await rowsOf(engine, relation, "user_id");
  assert.equal([a.markdown_share, b.markdown_share], [0.5, 0]);
  // Through (ln 0.5, ln 2) and (0, 0): units double where the price halves.
  assert.ok(Math.abs(Number(a.units_slope) + 1) < 1e-12);
  assert.ok(Number.isNaN(b.units_slope), "one point and no shrinkage give no slope");
  const drawn = await userFeatures(engine, events, { asOf: 10, groups: { priceSensitivity: true } });
  const [, shrunk] = await rowsOf(engine, drawn.relation, "user_id");
  assert.ok(Math.abs(Number(shrunk.units_slope) + 1) < 1e-12, "with shrinkage it is the shop's");
});

const anyEvent = fc.record({
  time: fc.integer({ min: 0, max: 60 }).map((day) => day * 43200),
  user: fc.constantFrom("a", "b", "c"),
  item: fc.constantFrom("x", "y", "z"),
  type: fc.constantFrom("view", "cart", "purchase", "purchase", "search"),
  category: fc.constantFrom("p", "q", null),
  price: fc.constantFrom(1, 2, 3, null),
  quantity: fc.integer({ min: 1, max: 3 }),
  query: fc.constantFrom("tea", "pot", null),
});

test("no feature of users or items changes when the future is another", async () => {
  const asOf = 30 * 43200;
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyEvent, { minLength: 8, maxLength: 30 }),
      fc.array(anyEvent, { maxLength: 15 }),
      async (rows, others) => {
        const past = rows.map((row) => ({ ...row, time: row.time % asOf }));
        const future = others.map((row) => ({ ...row, time: asOf + row.time }));
        const all = async (events: readonly ShopEvent[]) => {
          const name = await shop(engine, events, "timed_shop");
          const users = await userFeatures(engine, name, { asOf, users: "everyone", groups: ALL });
          const items = await itemFeatures(engine, name, { asOf });
          return [
            await rowsOf(engine, users.relation, "user_id"),
            await rowsOf(engine, items.relation, "item_id"),
            await rowsOf(engine, items.categories, "category_id"),
          ];
        };
        assert.equal(await all([...past, ...future]), await all(past));
      },
    ),
    { numRuns: 6, seed: 4 },
  );
});

test("everyone includes who never bought, with zeros where something is counted", async () => {
  const events = await shop(engine, [
    { time: 0, user: "a" },
    { time: 0, user: "b", type: "view" },
    { time: 1, user: null },
  ]);
  const { relation, users } = await userFeatures(engine, events, {
    users: "everyone",
    groups: { searches: true, visits: true },
  });
  assert.is(users, 2);
  const [, b] = await rowsOf(engine, relation, "user_id");
  assert.equal([b.frequency, b.value, b.recency, b.searches, b.visits], [0, 0, NaN, 0, 1]);
});

test("a setting out of range is named", async () => {
  const events = await shop(engine, [{ time: 0 }]);
  const error = await userFeatures(engine, events, { groups: { categories: { top: 0 } } }).catch((caught) => caught);
  assert.match(error.message, /from 1 to 100: 0 at groups.categories.top/);
});

test.run();
