import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type Augmentation,
  crop,
  joinEvents,
  mask,
  oneOf,
  reorder,
  sometimes,
  substitute,
  usersEvents,
} from "../../../lib/models/sequences/augment";
import { boughtTogether } from "../../../lib/models/sequences/similar-items";
import { createRandom } from "../../../lib/random";

const sorted = (values: ArrayLike<number>) => Array.from(values).sort((a, b) => a - b);

/** Events of two fields that belong together: the second is a hundred more than the first. */
const history = fc
  .array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 40 })
  .map((items) => [Int32Array.from(items), Int32Array.from(items, (item) => item + 100)]);
const share = fc.double({ min: 0.05, max: 1, noNaN: true });
const seed = fc.integer({ min: 0, max: 1000 });

test("crop leaves one stretch, of ⌈share · count⌉ events, its fields together", () => {
  fc.assert(
    fc.property(history, share, seed, (events, part, start) => {
      const [items, others] = crop(part)(events, createRandom(start));
      assert.is(items.length, Math.ceil(part * events[0].length));
      assert.ok(`,${events[0].join(",")},`.includes(`,${items.join(",")},`));
      assert.equal(
        [...others],
        Array.from(items, (item) => item + 100),
      );
    }),
  );
});

test("reorder keeps the events and moves those of one stretch alone", () => {
  fc.assert(
    fc.property(history, share, seed, (events, part, start) => {
      const [items, others] = reorder(part)(events, createRandom(start));
      assert.equal(sorted(items), sorted(events[0]));
      assert.equal(
        [...others],
        Array.from(items, (item) => item + 100),
      );
      const moved = Array.from(items.keys()).filter((place) => items[place] !== events[0][place]);
      if (moved.length > 0) assert.ok(moved[moved.length - 1] - moved[0] < Math.ceil(part * items.length));
    }),
  );
});

test("mask hides ⌊share · count⌋ events in all fields and leaves the others", () => {
  fc.assert(
    fc.property(history, share, seed, (events, part, start) => {
      const [items, others] = mask(part, [51, 151])(events, createRandom(start));
      const hidden = items.filter((item) => item === 51).length;
      assert.is(hidden, Math.floor(part * items.length));
      for (let place = 0; place < items.length; place++) {
        assert.is(items[place] === 51, others[place] === 151);
        if (items[place] !== 51) assert.is(items[place], events[0][place]);
      }
    }),
  );
});

test("substitute puts only similar items in, in ⌊share · count⌋ places at most, and other fields stay", () => {
  // Item i is like i + 1 and i + 2, and 50 is like none.
  const offsets = Int32Array.from({ length: 52 }, (_, item) => (item === 0 ? 0 : 2 * Math.min(item - 1, 49)));
  const similar = { offsets, items: Int32Array.from({ length: 98 }, (_, at) => 2 + (at >> 1) + (at & 1)) };
  fc.assert(
    fc.property(history, share, seed, (events, part, start) => {
      const [items, others] = substitute(part, similar)(events, createRandom(start));
      assert.equal([...others], [...events[1]]);
      const changed = Array.from(items.keys()).filter((place) => items[place] !== events[0][place]);
      assert.ok(changed.length <= Math.floor(part * items.length));
      for (const place of changed) {
        assert.is.not(events[0][place], 50);
        assert.ok([1, 2].includes(items[place] - events[0][place]));
      }
    }),
  );
});

test("an augmentation is drawn by the generator it is given, and leaves what it is given", () => {
  const way: Augmentation = sometimes(0.8, oneOf(crop(0.6), mask(0.3, [51, 151]), reorder(0.5)));
  const events = [Int32Array.from({ length: 12 }, (_, i) => i + 1), new Int32Array(12).fill(7)];
  const before = events.map((values) => [...values]);
  const results = new Set<string>();
  for (let start = 0; start < 30; start++) {
    const [once, again] = [0, 1].map(() => JSON.stringify(way(events, createRandom(start)).map((field) => [...field])));
    assert.is(once, again);
    results.add(once);
  }
  assert.ok(results.size > 15, `${results.size} of 30 differ`);
  assert.ok(results.has(JSON.stringify(before)), "some stay as they are");
  assert.equal(
    events.map((values) => [...values]),
    before,
  );
});

test("users' events taken apart and joined are the same, without what is held out", () => {
  const sequences = { offsets: Int32Array.of(0, 4, 5, 7), fields: [Int32Array.of(1, 2, 3, 4, 5, 6, 7)] };
  const joined = joinEvents(usersEvents(sequences, Int32Array.of(2, 0, 1), 2, 1));
  assert.equal(
    [[...joined.offsets], [...joined.fields[0]]],
    [
      [0, 1, 3, 3],
      [6, 2, 3],
    ],
  );
});

test("items go together by how often they lie near each other, over the root of how often each occurs", () => {
  // Users: 1 2 3 | 1 2 | 3 2, of which the last user's last event is held out in the second call.
  const sequences = { offsets: Int32Array.of(0, 3, 5, 7), fields: [Int32Array.of(1, 2, 3, 1, 2, 3, 2)] };
  const near = boughtTogether(sequences, 4, { reach: 1 });
  const row = (item: number) => [...near.items.subarray(near.offsets[item], near.offsets[item + 1])];
  // 1–2 twice of √(2 · 3), 2–3 twice of √(3 · 2), 1–3 never within one place.
  assert.equal([row(1), row(2), row(3), row(4)], [[2], [1, 3], [2], []]);
  const far = boughtTogether(sequences, 4, { reach: 2, most: 1, heldOut: 1 });
  assert.equal([...far.offsets], [0, 0, 1, 2, 2, 2]);
  assert.equal([...far.items], [2, 1]);
});

test("a share out of range, no way to choose from and too few masks are said", () => {
  const random = createRandom(1);
  assert.throws(() => crop(1.5), /share/);
  assert.throws(() => oneOf(), /at least one/);
  assert.throws(() => mask(0.5, [5])([Int32Array.of(1), Int32Array.of(1)], random), /mask/);
});

test.run();
