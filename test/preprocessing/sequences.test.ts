import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, openEngine } from "../../lib/engine/index";
import { EVENT_TYPES } from "../../lib/events";
import { interactionMatrix } from "../../lib/preprocessing/interactions";
import { readSequences } from "../../lib/preprocessing/sequences";
import { checkSparse, toDense } from "../../lib/sparse/index";
import { type ShopEvent, shop } from "./shop";

let engine: Engine;
test.before(async () => {
  engine = await openEngine({ threads: 2 });
});
test.after(() => engine.close());

const event = fc.record({
  time: fc.integer({ min: 0, max: 9 }),
  user: fc.option(fc.constantFrom("a", "b", "c"), { freq: 12 }),
  item: fc.option(fc.constantFrom("x", "y", "z"), { freq: 12 }),
  type: fc.constantFrom("view", "purchase"),
  category: fc.option(fc.constantFrom("p", "q")),
});

type Placed = ShopEvent & { user: string; item: string; time: number; row: number };

/** Takes out users and items with too few events, one at a time, until none is left. */
function coreOf(rows: readonly ShopEvent[], minUser: number, minItem: number): Placed[] {
  let left = rows.map((each, index) => ({ ...each, row: index }) as Placed).filter((each) => each.user && each.item);
  for (;;) {
    const few = left.find(
      (each) =>
        left.filter((other) => other.user === each.user).length < minUser ||
        left.filter((other) => other.item === each.item).length < minItem,
    );
    if (few === undefined) return left;
    left = left.filter((each) => each !== few);
  }
}

test("sequences are each user's events in time order, of the core, the last ones of long rows", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 25 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 3 }),
      fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
      async (rows, minUserEvents, minItemEvents, maxLength) => {
        const events = await shop(engine, rows);
        const left = coreOf(rows, minUserEvents, minItemEvents);
        const options = {
          minUserEvents,
          minItemEvents,
          maxLength,
          with: ["eventTypes", "categories", "gaps"] as const,
        };
        if (left.length === 0) {
          const error = await readSequences(engine, events, options).catch((caught) => caught);
          return assert.match(error.message, /no sequence is left/);
        }
        const found = await readSequences(engine, events, options);
        const users = [...new Set(left.map((each) => each.user))].sort();
        assert.equal(found.users, users);
        assert.equal(found.itemIds, [...new Set(left.map((each) => each.item))].sort());
        for (const [row, user] of users.entries()) {
          const own = left
            .filter((each) => each.user === user)
            .sort((one, other) => one.time - other.time || one.row - other.row)
            .slice(maxLength === undefined ? 0 : -maxLength);
          const [begin, end] = [found.offsets[row], found.offsets[row + 1]];
          assert.equal(
            Array.from({ length: end - begin }, (_, index) => [
              found.itemIds[found.items[begin + index] - 1],
              found.times[begin + index],
              EVENT_TYPES[found.eventTypes![begin + index] - 1] as string,
              found.categories![begin + index] === 0 ? null : found.categoryIds![found.categories![begin + index] - 1],
              found.gaps![begin + index],
            ]),
            own.map((each, index) => [
              each.item,
              each.time,
              each.type,
              each.category,
              index === 0 ? 0 : each.time - own[index - 1].time,
            ]),
          );
        }
      },
    ),
    { numRuns: 25, seed: 12 },
  );
});

test("rows come in time order whatever the order of the events", async () => {
  const rows = Array.from({ length: 9 }, (_, index) => ({ time: (index * 4) % 9, item: `i${index}` }));
  const { items, times } = await readSequences(engine, await shop(engine, rows));
  assert.equal([...times], [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  assert.equal([...items], [1, 8, 6, 4, 2, 9, 7, 5, 3]);
});

test("price bands are quantiles; the training part's dictionary and bands hold for the test part", async () => {
  const prices = [1, 2, 3, 4, 5, 6, 7, 8, null];
  const train = await shop(
    engine,
    prices.map((price, index) => ({ time: index, price, item: `i${index % 3}` })),
    "train_shop",
  );
  const found = await readSequences(engine, train, { with: ["priceBands"], bands: 4 });
  assert.equal(found.priceEdges, [3, 5, 7]);
  assert.equal([...found.priceBands!], [1, 1, 2, 2, 3, 3, 4, 4, 0]);
  const later = await shop(
    engine,
    [
      { time: 5, item: "new" },
      { time: 3, item: "i2", price: 99 },
      { time: 4, item: "i0", price: 4 },
    ],
    "test_shop",
  );
  const after = await readSequences(engine, later, { with: ["priceBands"], like: found });
  assert.equal(
    [[...after.items], [...after.priceBands!], after.itemIds],
    [
      [3, 1],
      [4, 2],
      ["i0", "i1", "i2"],
    ],
  );
});

test("an event's amount is its price times its quantity, of one where that isn't known", async () => {
  const rows = [
    { time: 2, price: 3, quantity: 4 },
    { time: 1, price: 2.5, quantity: null },
    { time: 3, price: null, quantity: 2 },
  ];
  const { amounts } = await readSequences(engine, await shop(engine, rows, "amounts"), { with: ["amounts"] });
  assert.equal([...amounts!], [2.5, 12, Number.NaN]);
});

test("an interaction is the sum of its events' weights, halved with age", async () => {
  const DAY = 86400;
  const rows = [
    { time: 0, user: "a", item: "x", type: "view" },
    { time: 9 * DAY, user: "a", item: "x", type: "purchase" },
    { time: 9 * DAY, user: "b", item: "y", type: "view" },
    { time: 9 * DAY, user: "b", item: "z", type: "search" },
  ];
  const events = await shop(engine, rows);
  const { matrix, users, items } = await interactionMatrix(engine, events, {
    weights: { view: 1, purchase: 4 },
    halfLife: 10,
    asOf: 10 * DAY,
  });
  assert.equal(
    [users, items],
    [
      ["a", "b"],
      ["x", "y"],
    ],
  );
  checkSparse(matrix);
  const expected = [0.5 + 4 * 2 ** -0.1, 0, 0, 2 ** -0.1];
  for (const [index, value] of toDense(matrix).entries()) assert.ok(Math.abs(value - expected[index]) < 1e-6);
});

test("the matrix counts pairs, its core by different items and users, and keeps given dictionaries", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 25 }), fc.integer({ min: 1, max: 2 }), async (rows, least) => {
      const events = await shop(engine, rows);
      const pairs = [
        ...new Set(rows.filter((each) => each.user && each.item).map((each) => `${each.user}${each.item}`)),
      ];
      const left = coreOf(
        pairs.map((pair) => ({ time: 0, user: pair[0], item: pair[1] })),
        least,
        least,
      );
      const options = { minUserItems: least, minItemUsers: least };
      if (left.length === 0) {
        const error = await interactionMatrix(engine, events, options).catch((caught) => caught);
        return assert.match(error.message, /there is no interaction/);
      }
      const { matrix, users, items } = await interactionMatrix(engine, events, options);
      checkSparse(matrix);
      const dense = toDense(matrix);
      assert.is(matrix.indices.length, left.length);
      for (const [row, user] of users.entries())
        for (const [column, item] of items.entries())
          assert.is(
            dense[row * items.length + column],
            left.some((pair) => pair.user === user && pair.item === item)
              ? rows.filter((each) => each.user === user && each.item === item).length
              : 0,
          );
      const wide = await interactionMatrix(engine, events, {
        like: { users: ["c", "a", "none"], items: ["z", "x", "y"] },
      }).catch(() => null);
      if (wide) assert.equal([wide.matrix.rowCount, wide.matrix.columnCount, wide.users], [3, 3, ["c", "a", "none"]]);
    }),
    { numRuns: 20, seed: 13 },
  );
});

test.run();
