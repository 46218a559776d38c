import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../../lib/errors";
import { createRandom } from "../../../lib/random";
import { type LinearProgram, openLinearSolver } from "../../../lib/strategy/optimum/linear-program";

/** From a matrix written row by row. */
function program(gain: number[], matrix: number[][], limits: number[]): LinearProgram {
  const rows: number[] = [];
  const values: number[] = [];
  const starts = [0];
  gain.forEach((_, column) => {
    matrix.forEach((row, at) => {
      if (row[column] === 0) return;
      rows.push(at);
      values.push(row[column]);
    });
    starts.push(rows.length);
  });
  return {
    ...{ gain: Float64Array.from(gain), limits: Float64Array.from(limits), starts: Int32Array.from(starts) },
    ...{ rows: Int32Array.from(rows), values: Float64Array.from(values) },
  };
}

/** The best vertex of a program of two columns: every crossing of two borders, tried. */
function bestVertex(gain: number[], matrix: number[][], limits: number[]): number {
  const borders = [...matrix.map(([a, b], i) => [a, b, limits[i]]), [1, 0, 0], [0, 1, 0]];
  let best = -Infinity;
  for (const [a, b, c] of borders)
    for (const [d, e, f] of borders) {
      const determinant = a * e - b * d;
      if (Math.abs(determinant) < 1e-12) continue;
      const x = (c * e - b * f) / determinant;
      const y = (a * f - c * d) / determinant;
      const feasible = x > -1e-9 && y > -1e-9 && matrix.every(([p, q], i) => p * x + q * y <= limits[i] + 1e-9);
      if (feasible) best = Math.max(best, gain[0] * x + gain[1] * y);
    }
  return best;
}

test("Dantzig's example: 36 at (2, 6), shadow prices 0, 3/2 and 1", async () => {
  const solve = await openLinearSolver();
  const { value, x, prices } = solve(
    program(
      [3, 5],
      [
        [1, 0],
        [0, 2],
        [3, 2],
      ],
      [4, 12, 18],
    ),
  );
  assert.ok(Math.abs(value - 36) < 1e-9);
  [2, 6].forEach((expected, i) => {
    assert.ok(Math.abs(x[i] - expected) < 1e-9);
  });
  [0, 1.5, 1].forEach((expected, i) => {
    assert.ok(Math.abs(prices[i] - expected) < 1e-9);
  });
});

test("on random programs it finds the best vertex", async () => {
  const solve = await openLinearSolver();
  const random = createRandom(1);
  for (let trial = 0; trial < 50; trial++) {
    const gain = [random.uniform(), random.uniform()];
    const matrix = Array.from({ length: 4 }, () => [0.1 + random.uniform(), 0.1 + random.uniform()]);
    const limits = matrix.map(() => random.uniform());
    assert.ok(Math.abs(solve(program(gain, matrix, limits)).value - bestVertex(gain, matrix, limits)) < 1e-8);
  }
});

test("a program without a finite optimum is refused", async () => {
  const solve = await openLinearSolver();
  assert.throws(
    () => solve(program([1, 1], [[1, 0]], [1])),
    (error: unknown) => error instanceof InputError && /no finite optimum/.test(error.message),
  );
  assert.throws(() => solve(program([1], [[1]], [-1])), /no finite optimum/);
});

test.run();
