import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/errors";
import { binary, checkSparse, findEntry, fromTriplets, selectRows, toDense, transpose } from "../../lib/sparse";
import { matrices } from "./matrices";

const refused = (work: () => unknown) => assert.throws(work, (error: unknown) => error instanceof InputError);

test("triplets in any order and twice over add up to what a dense matrix adds up to", () => {
  const entry = fc.tuple(fc.nat(6), fc.nat(4), fc.integer({ min: -9, max: 9 }));
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 60 }), (entries) => {
      const dense = new Float64Array(7 * 5);
      for (const [row, column, value] of entries) dense[row * 5 + column] += value;
      const [rows, columns, values] = [0, 1, 2].map((part) => entries.map((each) => each[part]));
      const matrix = checkSparse(fromTriplets({ rows, columns, values }, 7, 5));
      assert.equal(toDense(matrix), dense);
    }),
  );
});

test("transposing turns every entry, and twice gives the matrix back", () => {
  fc.assert(
    fc.property(matrices(), ({ matrix, dense }) => {
      const turned = checkSparse(transpose(matrix));
      const { rowCount, columnCount } = matrix;
      const expected = new Float64Array(dense.length);
      for (let r = 0; r < rowCount; r++)
        for (let c = 0; c < columnCount; c++) expected[c * rowCount + r] = dense[r * columnCount + c];
      assert.equal(toDense(turned), expected);
      assert.equal(transpose(turned), matrix);
    }),
  );
});

test("selected rows are the dense matrix's rows, repeats and order included", () => {
  fc.assert(
    fc.property(matrices({ minRows: 1 }), fc.array(fc.nat(1000), { maxLength: 8 }), ({ matrix, dense }, picks) => {
      const rows = picks.map((pick) => pick % matrix.rowCount);
      const width = matrix.columnCount;
      const expected = rows.flatMap((row) => Array.from(dense.slice(row * width, (row + 1) * width)));
      assert.equal(Array.from(toDense(checkSparse(selectRows(matrix, rows)))), expected);
    }),
  );
});

test("binary keeps the places", () => {
  const matrix = fromTriplets({ rows: [0, 1], columns: [1, 0], values: [5, -2] }, 2, 2);
  assert.equal(toDense(binary(matrix)), Float64Array.of(0, 1, 1, 0));
});

test("a matrix without rows, columns or entries is a matrix", () => {
  for (const [rows, columns] of [
    [0, 0],
    [0, 3],
    [3, 0],
    [2, 2],
  ]) {
    const empty = checkSparse(fromTriplets({ rows: [], columns: [] }, rows, columns));
    assert.is(transpose(empty).rowCount, columns);
    assert.is(toDense(empty).length, rows * columns);
  }
});

test("entries outside, ragged triplets and malformed arrays are refused", () => {
  refused(() => fromTriplets({ rows: [2], columns: [0] }, 2, 2));
  refused(() => fromTriplets({ rows: [0], columns: [-1] }, 2, 2));
  refused(() => fromTriplets({ rows: [0, 1], columns: [0] }, 2, 2));
  const sound = fromTriplets({ rows: [0, 0, 1], columns: [0, 1, 1] }, 2, 2);
  refused(() => checkSparse({ ...sound, indices: Int32Array.of(1, 0, 1) }));
  refused(() => checkSparse({ ...sound, indices: Int32Array.of(0, 2, 1) }));
  refused(() => checkSparse({ ...sound, offsets: Int32Array.of(0, 3, 2) }));
  refused(() => checkSparse({ ...sound, values: Float32Array.of(1) }));
  refused(() => selectRows(sound, [2]));
});

test("an entry is found where it is, and nowhere else", () => {
  fc.assert(
    fc.property(matrices(), ({ matrix, dense }) => {
      dense.forEach((value, cell) => {
        const at = findEntry(matrix, Math.floor(cell / matrix.columnCount), cell % matrix.columnCount);
        assert.is(at < 0 ? 0 : matrix.values[at], value);
      });
    }),
  );
});

test.run();
