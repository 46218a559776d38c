import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Largest } from "../../lib/sparse";

test("keeps what sorting keeps, in any order of offers", () => {
  const values = fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 40 });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 8 }), fc.boolean(), (list, k, backwards) => {
      const offers = list.map((value, index) => ({ value, index }));
      const sorted = [...offers].sort((a, b) => b.value - a.value || a.index - b.index).slice(0, k);
      const largest = new Largest(k);
      for (const { index, value } of backwards ? [...offers].reverse() : offers) largest.offer(index, value);
      assert.is(largest.least, list.length < k ? -Infinity : sorted[k - 1].value);
      assert.is(largest.length, sorted.length);
      assert.equal(
        Array.from(largest.drain()),
        sorted.map(({ index }) => index),
      );
      assert.is(largest.length, 0);
      // And again, drained by index.
      for (const { index, value } of offers) largest.offer(index, value);
      const pairs: [number, number][] = [];
      largest.drainByIndex({ push: (index, value) => pairs.push([index, value]) });
      assert.equal(
        pairs,
        sorted.sort((a, b) => a.index - b.index).map(({ index, value }) => [index, value]),
      );
    }),
  );
});

test.run();
