import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/errors";
import { bestItems, itemNeighbours, neighbourRecommender } from "../../lib/recommendation";
import { checkSparse, fromTriplets, type SparseMatrix, toDense } from "../../lib/sparse";
import { errorOf } from "../error-of";
import oracle from "./oracles/item-neighbours.json";

const [rowCount, columnCount] = oracle.shape;
const matrix: SparseMatrix = checkSparse({
  ...{ rowCount, columnCount },
  offsets: Int32Array.from(oracle.offsets),
  indices: Int32Array.from(oracle.indices),
  values: new Float32Array(oracle.indices.length).fill(1),
});
const rowOf = ({ offsets, indices, values }: SparseMatrix, row: number) =>
  new Map(
    Array.from({ length: offsets[row + 1] - offsets[row] }, (_, i) => [
      indices[offsets[row] + i],
      values[offsets[row] + i],
    ]),
  );

test("neighbours and similarities are implicit's, ties at the edge aside", async () => {
  const neighbours = await itemNeighbours(matrix, { k: 10 });
  oracle.similar.forEach((theirs, at) => {
    const ours = rowOf(neighbours, 5 * at);
    const values = Object.values(theirs);
    assert.is(ours.size, values.length);
    const least = Math.min(...values);
    for (const [column, value] of Object.entries(theirs)) {
      const found = ours.get(Number(column));
      // Values are single precision on both sides; a neighbour as weak as the weakest may be another one.
      if (found === undefined) assert.ok(value - least < 1e-6, `item ${5 * at} lacks ${column}`);
      else assert.ok(Math.abs(found - value) < 1e-6, `${found} ${value}`);
    }
  });
});

test("the ten best new items for forty customers, all neighbours kept, are implicit's, equal scores aside", async () => {
  const recommender = neighbourRecommender(matrix, await itemNeighbours(matrix, { k: columnCount }));
  const scores = new Float64Array(columnCount);
  oracle.recommended.forEach((theirs, user) => {
    recommender.score(user, scores);
    const excluded = new Uint8Array(columnCount);
    for (const item of rowOf(matrix, user).keys()) excluded[item] = 1;
    const ours = bestItems(recommender, user, 10, excluded);
    theirs.forEach((item, at) => {
      // Sums of some twenty similarities in single precision.
      const expected = oracle.scores[user][at];
      assert.ok(
        Math.abs(scores[ours[at]] - expected) < 1e-5,
        `user ${user}, place ${at}: ${scores[ours[at]]} ${expected}`,
      );
      assert.ok(Math.abs(scores[item] - expected) < 1e-5, `user ${user}, item ${item}: ${scores[item]} ${expected}`);
    });
  });
});

test("similarities by hand: three users, three items", async () => {
  const small = fromTriplets({ rows: [0, 0, 1, 1, 2], columns: [0, 1, 0, 1, 2], values: [1, 2, 3, 1, 5] }, 3, 3);
  const cosine = (1 * 2 + 3 * 1) / Math.sqrt(10 * 5);
  const plain = toDense(await itemNeighbours(small));
  assert.ok(Math.abs(plain[1] - cosine) < 1e-7 && plain[1] === plain[3]);
  assert.equal([plain[0], plain[2], plain[8]], [0, 0, 0]);
  // Two users had both: times 2 / (2 + 6).
  assert.ok(Math.abs(toDense(await itemNeighbours(small, { shrinkage: 6 }))[1] - cosine / 4) < 1e-7);
});

test("the weighted mean divides by the similarities once; the sum doesn't", () => {
  const ratings = fromTriplets({ rows: [0, 0], columns: [0, 1], values: [4, 1] }, 1, 3);
  const similarities = fromTriplets({ rows: [0, 1], columns: [2, 2], values: [0.5, 0.25] }, 3, 3);
  const scores = new Float64Array(3);
  neighbourRecommender(ratings, similarities, { form: "mean" }).score(0, scores);
  assert.is(scores[2], (0.5 * 4 + 0.25 * 1) / 0.75);
  neighbourRecommender(ratings, similarities).score(0, scores);
  assert.is(scores[2], 0.5 * 4 + 0.25 * 1);
  neighbourRecommender(ratings, similarities, { self: 1 }).score(0, scores);
  assert.equal(Array.from(scores), [4, 1, 2.25]);
});

test("one user's items are neighbours only of each other; a user without history gets nothing", async () => {
  const lone = fromTriplets({ rows: [0, 0], columns: [0, 1] }, 2, 3);
  const neighbours = await itemNeighbours(lone);
  assert.equal(
    Array.from(toDense(neighbours), (value) => Math.round(1e6 * value) / 1e6),
    [0, 1, 0, 1, 0, 0, 0, 0, 0],
  );
  const scores = new Float64Array(3).fill(9);
  neighbourRecommender(lone, neighbours).score(1, scores);
  assert.equal(Array.from(scores), [0, 0, 0]);
  const single = fromTriplets({ rows: [0], columns: [0] }, 1, 1);
  assert.is((await itemNeighbours(single)).indices.length, 0);
});

test("neighbours of another catalogue and a negative shrinkage are refused", async () => {
  const refused = (work: () => unknown) => assert.throws(work, (error: unknown) => error instanceof InputError);
  refused(() => neighbourRecommender(matrix, fromTriplets({ rows: [], columns: [] }, 3, 3)));
  assert.instance(await errorOf(itemNeighbours(matrix, { shrinkage: -1 })), InputError);
});

test.run();
