import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/errors";
import { userNeighbourRecommender, userNeighbours } from "../../lib/recommendation/user-neighbours";
import { fromTriplets, toDense } from "../../lib/sparse/index";
import { matrices } from "../sparse/matrices";

test("three users by hand: cosine, sum and mean", async () => {
  const ratings = fromTriplets(
    { rows: [0, 0, 1, 1, 2, 2], columns: [0, 1, 0, 2, 1, 2], values: [1, 2, 3, 4, 2, 5] },
    3,
    3,
  );
  const near = await userNeighbours(ratings);
  const [a, b] = [3 / Math.sqrt(5 * 25), 4 / Math.sqrt(5 * 29)];
  const found = toDense(near);
  assert.ok(Math.abs(found[1] - a) < 1e-7 && Math.abs(found[2] - b) < 1e-7);
  const scores = new Float64Array(3);
  userNeighbourRecommender(ratings, near).score(0, scores);
  assert.ok(Math.abs(scores[2] - (4 * a + 5 * b)) < 1e-5);
  userNeighbourRecommender(ratings, near, { form: "mean" }).score(0, scores);
  // Divided by the similarities' sum once: between what the two gave it.
  assert.ok(Math.abs(scores[2] - (4 * a + 5 * b) / (a + b)) < 1e-6);
});

test("scores are the dense product of similarities and values", async () => {
  await fc.assert(
    fc.asyncProperty(matrices({ rows: 8, columns: 8, minRows: 1 }), fc.constantFrom(0, 1), async ({ matrix }, self) => {
      const near = await userNeighbours(matrix, { k: 3 });
      const [similar, values] = [toDense(near), toDense(matrix)];
      const recommender = userNeighbourRecommender(matrix, near, { self });
      const { rowCount, columnCount } = matrix;
      const scores = new Float64Array(columnCount);
      for (let user = 0; user < rowCount; user++) {
        recommender.score(user, scores);
        scores.forEach((score, item) => {
          let expected = self * values[user * columnCount + item];
          for (let v = 0; v < rowCount; v++) expected += similar[user * rowCount + v] * values[v * columnCount + item];
          assert.ok(Math.abs(score - expected) < 1e-9);
        });
      }
    }),
    { numRuns: 100 },
  );
});

test("one user has no neighbours and gets nothing; neighbours of other users are refused", async () => {
  const lone = fromTriplets({ rows: [0, 0], columns: [0, 1] }, 1, 3);
  const near = await userNeighbours(lone);
  assert.is(near.indices.length, 0);
  const scores = new Float64Array(3).fill(9);
  userNeighbourRecommender(lone, near).score(0, scores);
  assert.equal(Array.from(scores), [0, 0, 0]);
  assert.throws(
    () => userNeighbourRecommender(lone, fromTriplets({ rows: [], columns: [] }, 2, 2)),
    (error: unknown) => error instanceof InputError,
  );
});

test.run();
