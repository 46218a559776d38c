import { test } from "uvu";
import * as assert from "uvu/assert";
import { allFilters, type ItemFilter, inStock, marginFloor, never, notHad } from "../../lib/recommendation/index";
import { fromTriplets } from "../../lib/sparse/index";

const excludedBy = (filter: ItemFilter, user: number, items = 4) => {
  const excluded = new Uint8Array(items);
  filter(user, excluded);
  return Array.from(excluded);
};

test("stock: fewer units than asked for are left out", () => {
  assert.equal(excludedBy(inStock([0, 1, 5, -2]), 0), [1, 0, 0, 1]);
  assert.equal(excludedBy(inStock([0, 1, 5, 2], 2), 0), [1, 1, 0, 0]);
  assert.equal(excludedBy(inStock([Number.NaN]), 0, 1), [1], "unknown stock is no stock");
});

test("margin: (price − cost) / price at least the floor; unknown prices and costs are left out", () => {
  const prices = [10, 10, 0, Number.NaN];
  assert.equal(excludedBy(marginFloor(prices, [8, 8.1, 0, 1], 0.2), 0), [0, 1, 1, 1]);
  assert.equal(excludedBy(marginFloor([10], [12], -0.2), 0, 1), [0], "a loss of a fifth where that is allowed");
  assert.equal(excludedBy(marginFloor([10], [Number.NaN], 0), 0, 1), [1]);
});

test("had already: each user's own items, and none for someone unknown", () => {
  const history = fromTriplets({ rows: [0, 0, 1], columns: [1, 3, 2] }, 2, 4);
  assert.equal(excludedBy(notHad(history), 0), [0, 1, 0, 1]);
  assert.equal(excludedBy(notHad(history), 1), [0, 0, 1, 0]);
  assert.equal(excludedBy(notHad(history), 2), [0, 0, 0, 0]);
  assert.equal(excludedBy(notHad(history), -1), [0, 0, 0, 0]);
});

test("all of several, and items that may never be shown", () => {
  const history = fromTriplets({ rows: [0], columns: [1] }, 1, 4);
  assert.equal(excludedBy(allFilters(notHad(history), inStock([1, 1, 0, 1]), never([3])), 0), [0, 1, 1, 1]);
  assert.equal(excludedBy(allFilters(), 0), [0, 0, 0, 0]);
});

test("another catalogue, costs of another length and a floor above 1 are refused", () => {
  assert.throws(() => inStock([1, 1])(0, new Uint8Array(3)), /knows 2 items: 3 at stock/);
  assert.throws(() => marginFloor([1, 2], [1], 0), /each of 2 prices: 1 at costs/);
  assert.throws(() => marginFloor([1], [1], 1.1), /at floor/);
});

test.run();
