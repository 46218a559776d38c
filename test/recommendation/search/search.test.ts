import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ready, tf } from "../../../lib/backend/index";
import { DataError } from "../../../lib/errors";
import { createRandom } from "../../../lib/random";
import {
  exactSearch,
  findUnseen,
  hnswSearch,
  loadHnsw,
  searchRecall,
  type Vectors,
} from "../../../lib/recommendation/index";
import { fromTriplets } from "../../../lib/sparse/index";
import { errorOf } from "../../error-of";

const WIDTH = 16;
const random = createRandom("search");

/** Vectors around a few hundred centres, of very different lengths: like factors, where what sells well is long. */
function someVectors(count: number, name: string): Vectors {
  const draw = random.fork(name);
  const centres = Float32Array.from({ length: 200 * WIDTH }, () => random.normal());
  const values = new Float32Array(count * WIDTH);
  for (let row = 0; row < count; row++) {
    const centre = draw.integer(200) * WIDTH;
    const length = Math.exp(0.5 * draw.normal());
    for (let i = 0; i < WIDTH; i++) values[row * WIDTH + i] = length * (centres[centre + i] + 0.5 * draw.normal());
  }
  return { count, width: WIDTH, values };
}

const vectors = someVectors(3000, "items");
const queries = someVectors(200, "queries").values;
const length = (values: Float32Array, row: number) => Math.hypot(...values.subarray(row * WIDTH, (row + 1) * WIDTH));
const product = (row: number, query: number) => {
  let sum = 0;
  for (let i = 0; i < WIDTH; i++) sum += vectors.values[row * WIDTH + i] * queries[query * WIDTH + i];
  return sum;
};
const folder = mkdtempSync(join(tmpdir(), "search-"));
test.before(async () => {
  await ready();
});
test.after(() => rmSync(folder, { recursive: true }));

for (const similarity of ["product", "cosine"] as const) {
  const value = (row: number, query: number) =>
    similarity === "product"
      ? product(row, query)
      : product(row, query) / (length(vectors.values, row) * length(queries, query));

  test(`exact search for the largest ${similarity} is sorting by it`, () => {
    const before = tf.memory().numTensors;
    const search = exactSearch(vectors, similarity);
    const { indices, scores, k } = search.find(queries, 10);
    search.dispose();
    assert.is(tf.memory().numTensors, before, "no tensor is left behind");
    assert.is(k, 10);
    for (let query = 0; query < 20; query++) {
      const sorted = Array.from({ length: vectors.count }, (_, row) => value(row, query)).sort((a, b) => b - a);
      for (let at = 0; at < k; at++) {
        const place = query * k + at;
        // Sixteen products of size up to 50 in single precision.
        assert.ok(Math.abs(scores[place] - sorted[at]) < 1e-4, `query ${query}, place ${at}`);
        assert.ok(Math.abs(value(indices[place], query) - sorted[at]) < 1e-4);
      }
    }
  });

  test(`HNSW finds at least 99 % of what exact search finds by ${similarity}, with the same scores, and the same again`, async () => {
    const whole = exactSearch(vectors, similarity);
    const exact = whole.find(queries, 10);
    whole.dispose();
    const search = hnswSearch(vectors, { similarity });
    const found = search.find(queries, 10);
    const recall = searchRecall(found, exact);
    assert.ok(recall >= 0.99, `recall at 10: ${recall}`);
    for (let at = 0; at < found.indices.length; at++) {
      const query = Math.floor(at / 10);
      assert.ok(Math.abs(found.scores[at] - value(found.indices[at], query)) < 1e-4, `place ${at}`);
    }
    assert.equal(hnswSearch(vectors, { similarity }).find(queries, 10).indices, found.indices);
    const path = join(folder, similarity);
    await search.save(path);
    const loaded = await loadHnsw(path, WIDTH, { similarity });
    assert.equal(loaded.find(queries, 10), found);
  });
}

test("a wider search finds more", () => {
  const whole = exactSearch(vectors);
  const exact = whole.find(queries, 10);
  whole.dispose();
  const recalls = [10, 40, 300].map((expansionSearch) =>
    searchRecall(hnswSearch(vectors, { connectivity: 4, expansionAdd: 16, expansionSearch }).find(queries, 10), exact),
  );
  assert.ok(recalls[0] < recalls[1] && recalls[1] < recalls[2], recalls.join(" "));
});

test("one query, more places than vectors, and no vectors", () => {
  const few = { count: 3, width: 2, values: Float32Array.of(1, 0, 0, 1, 2, 2) };
  for (const search of [exactSearch(few), hnswSearch(few)]) {
    const { k, indices, scores } = search.find(Float32Array.of(3, 1), 9);
    assert.equal([k, Array.from(indices), Array.from(scores)], [3, [2, 0, 1], [8, 3, 1]]);
    search.dispose();
  }
  const none = { count: 0, width: 2, values: new Float32Array(0) };
  for (const search of [exactSearch(none), hnswSearch(none)]) {
    assert.is(search.find(Float32Array.of(3, 1), 5).indices.length, 0);
    search.dispose();
  }
});

test("recall counts places found, equals at the end aside", () => {
  const exact = { k: 2, indices: Int32Array.of(1, 2, 3, 4), scores: Float32Array.of(9, 5, 9, 5) };
  const found = { k: 2, indices: Int32Array.of(1, 7, 3, -1), scores: Float32Array.of(9, 5, 9, -Infinity) };
  assert.is(searchRecall(found, exact), 3 / 4);
});

test("queries and tables of another width are refused", () => {
  const search = hnswSearch({ count: 1, width: 2, values: Float32Array.of(1, 2) });
  assert.throws(() => search.find(Float32Array.of(1, 2, 3), 1), /vectors of 2 numbers: 3 at queries/);
  assert.throws(() => hnswSearch({ count: 2, width: 2, values: new Float32Array(3) }), /3 at vectors.values/);
  assert.throws(() => hnswSearch({ count: 1, width: 1, values: Float32Array.of(Number.NaN) }), /row 0, column 0/);
});

test("a file that isn't a graph, one cut off, one changed and one of another width are refused", async () => {
  const path = join(folder, "graph");
  await hnswSearch(vectors).save(path);
  const whole = readFileSync(path);
  const refusal = async (bytes: Uint8Array, width = WIDTH) => {
    writeFileSync(path, bytes);
    const error = await errorOf(loadHnsw(path, width));
    assert.instance(error, DataError);
    return error.message;
  };
  assert.match(await refusal(Buffer.from("not a graph")), /not a whole search graph/);
  assert.match(await refusal(whole.subarray(0, -1)), /not a whole search graph/);
  const changed = Uint8Array.from(whole);
  changed[5000] ^= 1;
  assert.match(await refusal(changed), /not a whole search graph/);
  assert.match(await refusal(whole, 3), /vectors of 3 numbers: 16/);
});

test("what is not known yet is the whole order without what is known, whatever each query knows", () => {
  const search = exactSearch(vectors);
  const draw = random.fork("known");
  const known = { rows: [] as number[], columns: [] as number[] };
  // The first knows nothing, the second all but four.
  for (let row = 1; row < 200; row++)
    for (let column = 0; column < vectors.count; column++)
      if (row === 1 ? column >= 4 : draw.uniform() < (row % 20) / 1000) {
        known.rows.push(row);
        known.columns.push(column);
      }
  const matrix = fromTriplets(known, 200, vectors.count);
  const { indices, scores, k } = findUnseen(search, queries, matrix, 10);
  const whole = search.find(queries, vectors.count);
  assert.is(k, 10);
  for (let row = 0; row < 200; row++) {
    const own = new Set(matrix.indices.subarray(matrix.offsets[row], matrix.offsets[row + 1]));
    const order = whole.indices.subarray(row * whole.k, (row + 1) * whole.k).filter((one) => !own.has(one));
    const list = [...indices.subarray(10 * row, 10 * row + 10)];
    assert.equal(list.slice(0, order.length), [...order.subarray(0, 10)], `query ${row}`);
    assert.equal(list.slice(order.length), new Array(Math.max(0, 10 - order.length)).fill(-1));
    assert.is(scores[10 * row + 9] === -Infinity, row === 1);
  }
  assert.throws(
    () => findUnseen(search, queries, fromTriplets(known, 200, vectors.count + 1), 10),
    /a row for each query and a column for each vector/,
  );
  search.dispose();
});

test.run();
