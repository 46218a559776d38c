import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/errors";
import { checkSparse, toDense, topCosines } from "../../lib/sparse";
import { matrices } from "./matrices";

/** Cosines of a dense matrix's columns, in single precision, the k largest of each row kept; shrunk. */
function dense(cells: Float64Array, rows: number, columns: number, k: number, shrinkage: number): number[] {
  const column = (c: number) => Array.from({ length: rows }, (_, r) => cells[r * columns + c]);
  const norm = (values: number[]) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return Array.from({ length: columns }, (_, i) => {
    const row = Array.from({ length: columns }, (__, j) => {
      const [a, b] = [column(i), column(j)];
      const common = a.filter((value, r) => value !== 0 && b[r] !== 0).length;
      const dot = a.reduce((sum, value, r) => sum + value * b[r], 0);
      if (i === j || common === 0) return 0;
      // The larger number first, as the pair is only summed once.
      const [first, second] = i < j ? [a, b] : [b, a];
      const cosine = dot * (1 / norm(first)) * (1 / norm(second));
      return Math.fround(shrinkage > 0 ? cosine * (common / (common + shrinkage)) : cosine);
    });
    const order = row.map((value, j) => ({ value, j })).filter(({ value }) => value > 0);
    const kept = new Set(
      order
        .sort((x, y) => y.value - x.value || x.j - y.j)
        .slice(0, k)
        .map(({ j }) => j),
    );
    return row.map((value, j) => (kept.has(j) ? value : 0));
  }).flat();
}

for (const [name, cells] of [
  ["whole numbers", [0, 0, 0, -2, 1, 3, 4]],
  ["ones", [0, 0, 1]],
] as const)
  test(`the nearest columns are those of all dense cosines: ${name}`, () => {
    const options = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom(0, 2.5));
    fc.assert(
      fc.property(matrices({ rows: 12, columns: 12, values: [...cells] }), options, (pair, [k, shrinkage]) => {
        const found = checkSparse(topCosines(pair.matrix, { k, shrinkage }));
        const { rowCount, columnCount } = pair.matrix;
        assert.equal(Array.from(toDense(found)), dense(pair.dense, rowCount, columnCount, k, shrinkage));
      }),
      { numRuns: 300 },
    );
  });

test("a count that isn't whole and a negative shrinkage are refused", () => {
  const [{ matrix }] = fc.sample(matrices({ minRows: 1 }), 1);
  for (const options of [{ k: 0 }, { k: 1.5 }, { k: 1, shrinkage: -1 }])
    assert.throws(
      () => topCosines(matrix, options),
      (error: unknown) => error instanceof InputError,
    );
});

test.run();
