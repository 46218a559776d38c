import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/errors";
import { checkSparse, toDense, topProducts, transpose } from "../../lib/sparse";
import { matrices } from "./matrices";

/** The k largest positive entries of a dense row, the smaller column first among equals; the rest 0. */
function keepLargest(row: number[], k: number): number[] {
  const order = row.map((value, column) => ({ value, column })).filter(({ value }) => value > 0);
  order.sort((a, b) => b.value - a.value || a.column - b.column);
  const kept = new Set(order.slice(0, k).map(({ column }) => column));
  return row.map((value, column) => (kept.has(column) ? value : 0));
}

test("the k largest entries of each row of A · Aᵀ are those of the dense product", () => {
  fc.assert(
    fc.property(matrices(), fc.integer({ min: 1, max: 10 }), fc.boolean(), ({ matrix, dense }, k, withoutDiagonal) => {
      const { rowCount: n, columnCount: width } = matrix;
      const expected = Array.from({ length: n }, (_, i) => {
        const row = Array.from({ length: n }, (__, j) => {
          let sum = 0;
          for (let at = 0; at < width; at++) sum += dense[i * width + at] * dense[j * width + at];
          return withoutDiagonal && i === j ? 0 : sum;
        });
        return keepLargest(row, k);
      }).flat();
      const product = checkSparse(topProducts(matrix, transpose(matrix), { k, withoutDiagonal }));
      assert.equal(Array.from(toDense(product)), expected);
    }),
  );
});

test("the score sees each product, its number of terms and its place, and what it turns down is left out", () => {
  fc.assert(
    fc.property(matrices(), ({ matrix, dense }) => {
      const width = matrix.columnCount;
      const nothing = topProducts(matrix, transpose(matrix), {
        k: 1,
        score(product, overlap, row, column) {
          let [sum, terms] = [0, 0];
          for (let at = 0; at < width; at++) {
            const term = dense[row * width + at] * dense[column * width + at];
            sum += term;
            if (term !== 0) terms++;
          }
          assert.equal([product, overlap], [sum, terms]);
          return -1;
        },
      });
      assert.is(nothing.indices.length, 0);
    }),
  );
});

test("factors that don't fit are refused", () => {
  fc.assert(
    fc.property(matrices({ minRows: 1 }), ({ matrix }) => {
      const wrong = { ...matrix, columnCount: matrix.columnCount + 1 };
      assert.throws(
        () => topProducts(wrong, transpose(matrix), { k: 1 }),
        (error: unknown) => error instanceof InputError,
      );
    }),
  );
});

test.run();
