import { test } from "uvu";
import * as assert from "uvu/assert";
import { ready, tf } from "../../../lib/backend/index";
import { createRandom } from "../../../lib/random";
import {
  attributeVectors,
  bestItems,
  blendNeighbours,
  categoryNeighbours,
  hnswSearch,
  itemNeighbours,
  joinVectors,
  neighbourRecommender,
  selectVectors,
  sparseSimilarity,
  unitVectors,
  vectorNeighbours,
  vectorSimilarity,
} from "../../../lib/recommendation/index";
import { checkSparse, fromTriplets, toDense } from "../../../lib/sparse/index";

test.before(async () => {
  await ready();
});

const random = createRandom("similar");
const COUNT = 700;
const vectors = {
  count: COUNT,
  width: 8,
  values: Float32Array.from({ length: COUNT * 8 }, () => Math.abs(random.normal())),
};

test("neighbours by vectors are the largest cosines, without the item itself", () => {
  const before = tf.memory().numTensors;
  const neighbours = checkSparse(vectorNeighbours(vectors, { k: 5 }));
  assert.is(tf.memory().numTensors, before, "no tensor is left behind");
  const similarity = vectorSimilarity(vectors);
  for (const item of [0, 13, 600, 699]) {
    const all = Array.from({ length: COUNT }, (_, other) => (other === item ? -1 : similarity(item, other)));
    const expected = [...all].sort((a, b) => b - a).slice(0, 5);
    const row = neighbours.values
      .slice(neighbours.offsets[item], neighbours.offsets[item + 1])
      .sort()
      .reverse();
    expected.forEach((value, at) => {
      assert.ok(Math.abs(row[at] - value) < 1e-5);
    });
    assert.not.ok(neighbours.indices.slice(neighbours.offsets[item], neighbours.offsets[item + 1]).includes(item));
  }
  const approximate = vectorNeighbours(vectors, { k: 5, search: hnswSearch(vectors, { similarity: "cosine" }) });
  const same = neighbours.indices.filter((item, at) => item === approximate.indices[at]).length;
  assert.ok(same / neighbours.indices.length > 0.97, "nearly all are found through a graph too");
});

test("a blend is the weighted mean over the parts that know both items", () => {
  // Behaviour knows items 0, 1, 2; text 0, 1, 3.
  const behaviour = fromTriplets({ rows: [0, 1, 0, 2], columns: [1, 0, 2, 0], values: [0.6, 0.6, 0.3, 0.3] }, 4, 4);
  const text = fromTriplets({ rows: [0, 1, 0, 3], columns: [1, 0, 3, 0], values: [0.2, 0.2, 0.9, 0.9] }, 4, 4);
  const both = toDense(
    blendNeighbours([
      { neighbours: behaviour, weight: 3 },
      { neighbours: text, weight: 1 },
    ]),
  );
  const near = (row: number, column: number, expected: number) =>
    assert.ok(Math.abs(both[4 * row + column] - expected) < 1e-6, `${row}, ${column}: ${both[4 * row + column]}`);
  near(0, 1, (3 * 0.6 + 0.2) / 4);
  near(0, 2, 0.3);
  near(0, 3, 0.9);
  near(3, 0, 0.9);
  near(1, 2, 0);
});

test("within a category the most popular are everyone's neighbours, a new item's too", () => {
  const near = categoryNeighbours(["tea", "tea", "coffee", "tea", null, "tea"], [5, 9, 3, 1, 7, 0], { k: 2 });
  assert.equal(Array.from(near.offsets), [0, 2, 4, 4, 6, 6, 8]);
  assert.equal(Array.from(near.indices), [1, 3, 0, 3, 0, 1, 0, 1]);
  assert.ok(near.values.every((value) => value === 1));
  assert.throws(() => categoryNeighbours(["tea"], [1, 2]), /each of 1 items: 2 at itemUsers/);
});

test("an item that nobody bought yet is recommended by its text", async () => {
  // Users 0 and 1 bought tea (items 0, 1); item 4 is a new tea, 2 and 3 are coffee.
  const history = fromTriplets({ rows: [0, 0, 1, 2, 2], columns: [0, 1, 0, 2, 3] }, 3, 5);
  const text = attributeVectors(["tea", "tea", "coffee", "coffee", "tea"]);
  const blended = blendNeighbours([
    { neighbours: await itemNeighbours(history), weight: 1 },
    { neighbours: vectorNeighbours(text), weight: 1 },
  ]);
  const excluded = Uint8Array.of(1, 1, 0, 0, 0);
  assert.equal(Array.from(bestItems(neighbourRecommender(history, blended), 0, 5, excluded)), [4]);
});

test("vectors: unit length, zeros stay, attributes side by side, rows picked", () => {
  const unit = unitVectors({ count: 2, width: 2, values: Float32Array.of(3, 4, 0, 0) });
  assert.equal(Array.from(unit.values), [Math.fround(0.6), Math.fround(0.8), 0, 0]);
  const kinds = attributeVectors(["a", null, "b", "a"], ["x", "x", undefined, "y"]);
  assert.is(kinds.width, 4);
  assert.equal(Array.from(kinds.values), [1, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1]);
  const joined = joinVectors([{ vectors: kinds }, { vectors: attributeVectors(["p", "p", "p", "p"]), weight: 2 }]);
  assert.equal(Array.from(selectVectors(joined, [2, 0]).values), [0, 1, 0, 0, 2, 1, 0, 1, 0, 2]);
  assert.ok(Math.abs(vectorSimilarity(kinds)(0, 3) - 1 / 2) < 1e-7, "one of two attributes in common");
});

test("similarity from a sparse matrix: either row's entry, 1 for an item with itself", () => {
  const similarity = sparseSimilarity(fromTriplets({ rows: [0, 2], columns: [1, 1], values: [0.25, 0.5] }, 3, 3));
  assert.equal(
    [similarity(0, 1), similarity(1, 0), similarity(1, 2), similarity(0, 2), similarity(2, 2)],
    [0.25, 0.25, 0.5, 0, 1],
  );
});

test("searches by product, weights of 0 and tables that don't fit are refused", () => {
  assert.throws(() => vectorNeighbours(vectors, { search: hnswSearch(vectors) }), /by cosine.*"product"/);
  const empty = fromTriplets({ rows: [], columns: [] }, 2, 2);
  assert.throws(() => blendNeighbours([{ neighbours: empty, weight: 0 }]), /at parts\[0\].weight/);
  const other = fromTriplets({ rows: [], columns: [] }, 3, 3);
  assert.throws(
    () =>
      blendNeighbours([
        { neighbours: empty, weight: 1 },
        { neighbours: other, weight: 1 },
      ]),
    /\[2 × 2\]: \[3,3\] at parts\[1\]/,
  );
  assert.throws(() => attributeVectors(["a"], ["b", "c"]), /2 at attributes\[1\]/);
});

test.run();
