import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { RowTops } from "../../lib/sparse/row-tops";

test("each row keeps what sorting keeps, in any order of offers", () => {
  const value = fc.integer({ min: 1, max: 12 });
  fc.assert(
    fc.property(fc.array(value, { maxLength: 60 }), fc.integer({ min: 1, max: 6 }), fc.nat(1000), (values, k, turn) => {
      const tops = new RowTops(2, k);
      const offers = values.map((each, index) => ({ value: each, index: (index + turn) % Math.max(1, values.length) }));
      for (const { index, value: each } of offers) if (each >= tops.least[1]) tops.offer(1, index, each);
      const kept = [...offers].sort((a, b) => b.value - a.value || a.index - b.index).slice(0, k);
      kept.sort((a, b) => a.index - b.index);
      const matrix = tops.toMatrix(64);
      assert.equal(Array.from(matrix.offsets), [0, 0, kept.length]);
      assert.equal(
        Array.from(matrix.indices),
        kept.map(({ index }) => index),
      );
      assert.equal(
        Array.from(matrix.values),
        kept.map((each) => each.value),
      );
    }),
    { numRuns: 500 },
  );
});

test.run();
