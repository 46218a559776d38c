import { test } from "uvu";
import * as assert from "uvu/assert";
import { createRandom } from "../../../../lib/random";
import { multiply } from "../../../../lib/strategy/agents/network/multiply";

const random = createRandom(1);
const draws = (count: number) => Float64Array.from({ length: count }, () => random.normal());
const largest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])));

test("products of every shape and either layout equal the sum of their definition", () => {
  for (const rows of [1, 2, 3, 8])
    for (const columns of [1, 3, 4, 9])
      for (const inner of [1, 5])
        for (const add of [false, true]) {
          const a = draws(rows * inner);
          const b = draws(inner * columns);
          const c = draws(rows * columns);
          const expected = Float64Array.from(c, (value, at) => {
            let sum = add ? value : 0;
            for (let k = 0; k < inner; k++)
              sum += a[k * rows + Math.floor(at / columns)] * b[(at % columns) * inner + k];
            return sum;
          });
          // Both factors are stored transposed.
          multiply(
            ...([rows, columns, inner] as const),
            { data: a, first: 0, down: 1, across: rows },
            { data: b, first: 0, down: 1, across: inner },
            { data: c, first: 0, down: columns, across: 1 },
            add,
          );
          assert.ok(largest(c, expected) < 1e-13, `${rows} × ${columns} × ${inner}`);
        }
});

test("a matrix inside a larger array, row by row: nothing around it is touched", () => {
  const c = new Float64Array(8).fill(7);
  const a = Float64Array.of(0, 1, 2, 3, 4);
  const b = Float64Array.of(5, 6, 7, 8);
  multiply(
    ...([2, 2, 2] as const),
    { data: a, first: 1, down: 2, across: 1 },
    { data: b, first: 0, down: 2, across: 1 },
    { data: c, first: 2, down: 3, across: 1 },
  );
  assert.equal([...c], [7, 7, 19, 22, 7, 43, 50, 7]);
});

test.run();
