import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  elapsed,
  exampleBatch,
  examplesAt,
  nextCategory,
  nextItem,
  pickExamples,
  purchaseWithin,
  spendWithin,
  timeToPurchase,
} from "../../../lib/models/heads/index";

const DAY = 86400;
const VIEW = 1;
const PURCHASE = 6;
/** Three users; the second does nothing after day 1. */
const SHOP = {
  offsets: Int32Array.of(0, 4, 6, 7),
  times: Float64Array.of(0, 2, 5, 9, 0, 1, 6).map((day) => day * DAY),
  items: Int32Array.of(1, 2, 3, 4, 5, 6, 7),
  eventTypes: Uint8Array.of(VIEW, PURCHASE, VIEW, PURCHASE, PURCHASE, VIEW, PURCHASE),
  categories: Int32Array.of(1, 1, 2, 3, 1, 1, 2),
  amounts: Float64Array.of(10, 20, 40, 80, 1, 2, 4),
};
const END = 12 * DAY;

test("an example is a user at a moment; what happens at the moment is its future", () => {
  const examples = examplesAt(SHOP, [5 * DAY, 7 * DAY]);
  assert.equal([...examples.users], [0, 1, 0, 1, 2]);
  assert.equal([...examples.ends], [2, 6, 3, 6, 7]);
  assert.equal([...examples.stops], [4, 6, 4, 6, 7]);
  assert.equal(
    [...elapsed(SHOP, examples)],
    [3, 4, 2, 6, 1].map((days) => days * DAY),
  );
  assert.equal([...examplesAt(SHOP, [7 * DAY], { activeWithin: 2 }).users], [0, 2]);
  const { batch, length, fields, lengths } = exampleBatch([SHOP.items], examples, [2, 1], 2);
  assert.equal([batch, length, [...lengths], [...fields[0]]], [2, 2, [2, 2], [2, 3, 5, 6]]);
  assert.equal([...pickExamples(examples, [4, 0]).moments], [7 * DAY, 5 * DAY]);
  assert.throws(() => examplesAt(SHOP, [0]), /no user has an event before/);
});

test("labels are made of purchases from the moment on and before the horizon's end, nothing else", () => {
  const examples = examplesAt(SHOP, [2 * DAY, 5 * DAY]);
  // User 0 buys on days 2 and 9, user 1 never again.
  assert.equal([...examples.users], [0, 1, 0, 1]);
  assert.equal([...purchaseWithin(SHOP, examples, 4, END)], [1, 0, 0, 0], "day 9 is four days from 5, not within them");
  assert.equal([...purchaseWithin(SHOP, examples, 4.5, END)], [1, 0, 1, 0]);
  assert.equal([...spendWithin(SHOP, examples, 7, END)], [20, 0, 80, 0]);
  assert.equal([...nextCategory(SHOP, examples, END)], [1, 0, 3, 0]);
  assert.equal([...nextItem(SHOP, examples, END)], [2, 0, 4, 0]);
  assert.equal([...nextItem(SHOP, examples, 9 * DAY)], [2, 0, 0, 0], "what comes after isn't known yet");
  assert.throws(() => purchaseWithin(SHOP, examples, 8, END), /data end before the horizon/);
  assert.throws(() => spendWithin({ ...SHOP, amounts: undefined }, examples, 1, END), /amounts/);
});

test("times to purchase are censored after the whole intervals that were seen", () => {
  const examples = examplesAt(SHOP, [2 * DAY, 5 * DAY]);
  const edges = [0, 1, 3, 6, 20];
  const { interval, observed } = timeToPurchase(SHOP, examples, edges, END);
  // On the day itself; seen for 10 days; after 4 days; seen for 7 days.
  assert.equal([...interval], [0, 3, 2, 3]);
  assert.equal([...observed], [1, 0, 1, 0]);
  // The data end on day 9: the purchase on that day lies beyond, and of [3, 6) only one day of four was seen.
  const cut = timeToPurchase(SHOP, examples, edges, 9 * DAY);
  assert.equal([...cut.interval], [0, 3, 2, 2]);
  assert.equal([...cut.observed], [1, 0, 0, 0]);
  assert.throws(() => timeToPurchase(SHOP, examples, [1, 2], END), /ascend from 0/);
});

test.run();
