import { test } from "uvu";
import * as assert from "uvu/assert";
import { createRandom } from "../../lib/random";
import { attributeVectors, type Factors, inheritFactors, knownItems, mapFactors } from "../../lib/recommendation/index";
import { fromTriplets } from "../../lib/sparse/index";

const random = createRandom("cold");
const normals = (count: number) => Float32Array.from({ length: count }, () => random.normal());
const factorsOf = (rank: number, items: Float32Array): Factors => ({
  rank,
  userCount: 0,
  itemCount: items.length / rank,
  users: new Float32Array(0),
  items,
});
const near = (actual: number, expected: number, within: number, what: string) =>
  assert.ok(Math.abs(actual - expected) < within, `${what}: ${actual} is not ${expected}`);

test("factors that are a linear map of the vectors are found for items never seen", () => {
  const [count, width, rank] = [60, 4, 3];
  const vectors = { count, width, values: normals(count * width) };
  const map = normals(rank * (width + 1));
  const truth = new Float32Array(count * rank);
  for (let item = 0; item < count; item++)
    for (let d = 0; d < rank; d++) {
      let sum = map[d * (width + 1) + width];
      for (let i = 0; i < width; i++) sum += map[d * (width + 1) + i] * vectors.values[item * width + i];
      truth[item * rank + d] = sum;
    }
  const known = Int32Array.from({ length: 40 }, (_, item) => item);
  const seen = truth.slice();
  seen.fill(99, 40 * rank);
  const { items } = mapFactors(vectors, factorsOf(rank, seen), known, { ridge: 1e-6 });
  items.forEach((value, at) => {
    near(value, truth[at], 1e-4, `item ${Math.floor(at / rank)}`);
  });
  assert.equal(items.subarray(0, 40 * rank), truth.subarray(0, 40 * rank), "known items keep their own");
});

test("with ridge, the squared error's gradient vanishes: the map is the minimum", () => {
  const [count, width] = [30, 3];
  const vectors = { count, width, values: normals(count * width) };
  const known = Int32Array.from({ length: 20 }, (_, item) => item);
  const target = normals(count);
  const ridge = 2;
  const loss = (predict: (item: number) => number, weights: number[]) =>
    known.reduce((sum, item) => sum + (target[item] - predict(item)) ** 2, 0) +
    ridge * weights.reduce((sum, weight) => sum + weight ** 2, 0);
  // The map itself from what it gives at 0 and along each axis, as items that aren't known.
  const probes = new Float32Array(vectors.values);
  probes.fill(0, 20 * width);
  for (let i = 0; i < width; i++) probes[(21 + i) * width + i] = 1;
  const { items } = mapFactors({ count, width, values: probes }, factorsOf(1, target), known, { ridge });
  const parameters = [items[20], ...Array.from({ length: width }, (_, i) => items[21 + i] - items[20])];
  const at = (given: number[]) =>
    loss(
      (item) => given.slice(1).reduce((sum, w, i) => sum + w * vectors.values[item * width + i], given[0]),
      given.slice(1),
    );
  for (let i = 0; i < parameters.length; i++) {
    const [up, down] = [1e-3, -1e-3].map((step) => at(parameters.map((value, j) => (i === j ? value + step : value))));
    near((up - down) / 2e-3, 0, 1e-3, `gradient ${i}`);
  }
});

test("a new item inherits the weighted mean of those it is like, less where it is like few", () => {
  const similar = fromTriplets({ rows: [2, 2, 3], columns: [0, 1, 3], values: [0.9, 0.3, 0.5] }, 4, 4);
  const factors = factorsOf(2, Float32Array.of(1, 2, 5, -2, 7, 7, 8, 8));
  const plain = inheritFactors(similar, factors, [0, 1], { shrinkage: 0 }).items;
  near(plain[4], (0.9 * 1 + 0.3 * 5) / 1.2, 1e-6, "first");
  near(plain[5], (0.9 * 2 + 0.3 * -2) / 1.2, 1e-6, "second");
  assert.equal(Array.from(plain.subarray(0, 4)), [1, 2, 5, -2]);
  assert.equal(Array.from(plain.subarray(6)), [0, 0], "like none that is known");
  near(inheritFactors(similar, factors, [0, 1], { shrinkage: 1.2 }).items[4], plain[4] / 2, 1e-6, "shrunk by half");
});

test("by categories alone a new item inherits its category's mean", () => {
  const vectors = attributeVectors(["tea", "tea", "coffee", "coffee", "tea"]);
  const factors = factorsOf(1, Float32Array.of(2, 4, -1, -3, 99));
  near(mapFactors(vectors, factors, [0, 1, 2, 3], { ridge: 1e-9 }).items[4], 3, 1e-3, "tea");
});

test("items that enough users had are known; no items, a ridge of 0 and other catalogues are refused", () => {
  const interactions = fromTriplets({ rows: [0, 1, 1], columns: [0, 0, 2] }, 2, 4);
  assert.equal([...knownItems(interactions)], [0, 2]);
  assert.equal([...knownItems(interactions, 2)], [0]);
  const factors = factorsOf(1, Float32Array.of(1, 2));
  const vectors = { count: 2, width: 1, values: Float32Array.of(1, 2) };
  assert.throws(() => mapFactors(vectors, factors, []), /some items are known at known/);
  assert.throws(() => mapFactors(vectors, factors, [5]), /from 0 to 1: 5 at known\[0\]/);
  assert.throws(() => mapFactors(vectors, factors, [0], { ridge: 0 }), /at ridge/);
  assert.throws(
    () => mapFactors({ count: 1, width: 1, values: Float32Array.of(1) }, factors, [0]),
    /each of 2 items: 1/,
  );
});

test.run();
