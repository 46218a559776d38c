import { test } from "uvu";
import * as assert from "uvu/assert";
import { createRandom } from "../../lib/random";
import { type Factors, foldIn } from "../../lib/recommendation/index";

const [RANK, ITEMS] = [6, 80];
const random = createRandom("fold");
const factors: Factors = {
  rank: RANK,
  userCount: 0,
  itemCount: ITEMS,
  users: new Float32Array(0),
  items: Float32Array.from({ length: RANK * ITEMS }, () => random.normal()),
};

/** The loss that a user's vector is to make least, over all items. */
function loss(x: ArrayLike<number>, had: number[], values: number[], alpha: number, lambda: number): number {
  let sum = 0;
  for (let item = 0; item < ITEMS; item++) {
    const at = had.indexOf(item);
    let score = 0;
    for (let d = 0; d < RANK; d++) score += x[d] * factors.items[item * RANK + d];
    sum += (at < 0 ? 1 : 1 + alpha * Math.abs(values[at])) * ((at >= 0 && values[at] > 0 ? 1 : 0) - score) ** 2;
  }
  for (let d = 0; d < RANK; d++) sum += lambda * x[d] ** 2;
  return sum;
}

test("a folded-in vector is the least of the loss that the factors were trained by", () => {
  const [alpha, regularisation] = [7, 0.3];
  const [had, values] = [
    [3, 17, 60, 5],
    [1, 2, 0.5, -1],
  ];
  const x = foldIn(factors, { alpha, regularisation })(had, values);
  const least = loss(x, had, values, alpha, regularisation);
  for (let d = 0; d < RANK; d++)
    for (const step of [-0.01, 0.01]) {
      const other = Float64Array.from(x);
      other[d] += step;
      assert.ok(loss(other, had, values, alpha, regularisation) > least, `dimension ${d}`);
    }
});

test("what a user had is scored near 1, and no history is no taste", () => {
  const fold = foldIn(factors, { alpha: 1e6, regularisation: 0.01 });
  const x = fold([3, 17], [1, 1]);
  for (const item of [3, 17]) {
    let score = 0;
    for (let d = 0; d < RANK; d++) score += x[d] * factors.items[item * RANK + d];
    assert.ok(Math.abs(score - 1) < 1e-3, `${score}`);
  }
  assert.equal(Array.from(fold([], [])), [0, 0, 0, 0, 0, 0]);
});

test("factors that don't use their whole rank are solved for all the same", () => {
  const flat = { ...factors, items: factors.items.map((value, at) => (at % RANK < 2 ? value : 0)) };
  const x = foldIn(flat, { regularisation: 0 })([1], [1]);
  assert.ok(x.every(Number.isFinite) && x.subarray(2).every((value) => value === 0));
});

test("settings below 0 and values that aren't numbers are refused", () => {
  assert.throws(() => foldIn(factors, { alpha: -1 }), /-1 at alpha/);
  assert.throws(() => foldIn(factors)([1], [Number.NaN]), /at values\[0\]/);
});

test.run();
