import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { countingSort } from "../../lib/sparse";

test("sorts as a stable sort by comparisons does, and says where each key's places start", () => {
  const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 })), { maxLength: 40 });
  fc.assert(
    fc.property(pairs, (rows) => {
      const [first, second] = [rows.map(([key]) => key), rows.map(([, key]) => key)];
      const { order, starts } = countingSort(first, 5, countingSort(second, 5).order);
      const expected = rows.map((_, at) => at).sort((a, b) => first[a] - first[b] || second[a] - second[b] || a - b);
      assert.equal(Array.from(order), expected);
      for (let key = 0; key < 5; key++)
        assert.ok(order.subarray(starts[key], starts[key + 1]).every((at) => first[at] === key));
      assert.is(starts[5], rows.length);
    }),
  );
});

test.run();
