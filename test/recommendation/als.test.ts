import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { AbortedError, InputError } from "../../lib/errors";
import { createRandom } from "../../lib/random";
import { fitAls } from "../../lib/recommendation/als";
import { type Factors, factorRecommender } from "../../lib/recommendation/factors";
import { foldIn } from "../../lib/recommendation/fold-in";
import { bestItems } from "../../lib/recommendation/recommender";
import { checkSparse, fromTriplets, type SparseMatrix, toDense, transpose } from "../../lib/sparse/index";
import { errorOf } from "../error-of";
import oracle from "./oracles/als.json";

const [rowCount, columnCount] = oracle.shape;
const { rank, regularisation } = oracle;
const matrix = checkSparse({
  ...{ rowCount, columnCount },
  offsets: Int32Array.from(oracle.offsets),
  indices: Int32Array.from(oracle.indices),
  values: Float32Array.from(oracle.values),
});
const factorsOf = ({ users, items }: { users: number[]; items: number[] }): Factors => ({
  ...{ rank, userCount: rowCount, itemCount: columnCount },
  ...{ users: Float32Array.from(users), items: Float32Array.from(items) },
});
/** implicit's confidences: α r, without the paper's 1. */
const confidence = (value: number) => oracle.alpha * value;
const settings = { rank, regularisation, confidence, start: factorsOf(oracle.start) };

function furthest(ours: ArrayLike<number>, theirs: ArrayLike<number>): number {
  assert.is(ours.length, theirs.length);
  let most = 0;
  for (let at = 0; at < ours.length; at++) most = Math.max(most, Math.abs(ours[at] - theirs[at]));
  return most;
}

/** Σ c (p − x · y)² + λ (Σ ‖x‖² + Σ ‖y‖²) over Σ c, cell by cell. */
function lossOf(
  interactions: SparseMatrix,
  { users, items, rank }: Factors,
  lambda: number,
  believe: typeof confidence,
) {
  const values = toDense(interactions);
  const known = new Set<number>();
  for (let row = 0; row < interactions.rowCount; row++)
    for (let at = interactions.offsets[row]; at < interactions.offsets[row + 1]; at++)
      known.add(row * interactions.columnCount + interactions.indices[at]);
  let [loss, total] = [0, 0];
  values.forEach((value, cell) => {
    const [user, item] = [Math.floor(cell / interactions.columnCount), cell % interactions.columnCount];
    let score = 0;
    for (let d = 0; d < rank; d++) score += users[user * rank + d] * items[item * rank + d];
    const c = known.has(cell) ? believe(value) : 1;
    total += c;
    loss += c * ((value > 0 ? 1 : 0) - score) ** 2;
  });
  for (const side of [users, items]) for (const value of side) loss += lambda * value ** 2;
  return loss / total;
}

test("factors and losses are implicit's after one iteration and after ten, and so are the ten best new items", async () => {
  for (const [iterations, theirs] of [
    [1, oracle.first],
    [10, oracle.last],
  ] as const) {
    const { factors, losses } = await fitAls(matrix, { ...settings, iterations });
    // Single precision on both sides, sums in another order.
    assert.ok(furthest(factors.users, theirs.users) < 1e-4, "users");
    assert.ok(furthest(factors.items, theirs.items) < 1e-4, "items");
    assert.ok(furthest(losses, oracle.losses.slice(0, iterations)) < 1e-6, "losses");
  }
  const { factors } = await fitAls(matrix, { ...settings, iterations: 10 });
  const recommender = factorRecommender(factors);
  const scores = new Float64Array(columnCount);
  oracle.recommended.forEach((theirs, user) => {
    // Who has nothing is scored 0 everywhere: any list is as good.
    if (matrix.offsets[user] === matrix.offsets[user + 1]) return;
    const excluded = new Uint8Array(columnCount);
    for (let at = matrix.offsets[user]; at < matrix.offsets[user + 1]; at++) excluded[matrix.indices[at]] = 1;
    const ours = bestItems(recommender, user, 10, excluded);
    recommender.score(user, scores);
    theirs.forEach((item, place) => {
      assert.ok(item === ours[place] || Math.abs(scores[item] - scores[ours[place]]) < 1e-4, `user ${user}, ${place}`);
    });
  });
});

test("the loss is the definition's, cell by cell, falls, and ends where every row is at its exact minimum", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 13 }), async (seed, size) => {
      const random = createRandom(seed);
      const entries = random.integer(120);
      const [rows, columns] = [1 + random.integer(40), 1 + random.integer(30)];
      const some = fromTriplets(
        {
          rows: Array.from({ length: entries }, () => random.integer(rows)),
          columns: Array.from({ length: entries }, () => random.integer(columns)),
          values: Array.from({ length: entries }, () => random.integer(9) - 3),
        },
        rows,
        columns,
      );
      const believe = (value: number) => 1 + 2 * Math.abs(value);
      const options = { rank: size, regularisation: 0.3, alpha: 2, random, iterations: 3, steps: 40 };
      const { factors, losses } = await fitAls(some, options);
      assert.ok(Math.abs(losses[2] - lossOf(some, factors, 0.3, believe)) < 1e-5, "the definition");
      assert.ok(losses[1] <= losses[0] + 1e-6 && losses[2] <= losses[1] + 1e-6, "falls");
      // Items were solved last: each is its exact fold-in, with the sides exchanged.
      const turned = transpose(some);
      const fold = foldIn(
        { ...factors, userCount: columns, itemCount: rows, users: factors.items, items: factors.users },
        { regularisation: 0.3, alpha: 2 },
      );
      for (let item = 0; item < columns; item++) {
        const [from, to] = [turned.offsets[item], turned.offsets[item + 1]];
        const exact = fold(turned.indices.subarray(from, to), turned.values.subarray(from, to));
        assert.ok(furthest(exact, factors.items.subarray(item * size, (item + 1) * size)) < 2e-3, `item ${item}`);
      }
    }),
    { numRuns: 25 },
  );
});

test("any number of threads finds the same factors to the last bit", async () => {
  const random = createRandom("threads");
  const draw = (count: number) => Array.from({ length: 12_000 }, () => random.integer(count));
  const many = fromTriplets({ rows: draw(2100), columns: draw(1100) }, 2100, 1100);
  // Work enough for threads to be started.
  const fit = (threads: number) => fitAls(many, { rank: 32, iterations: 10, random: createRandom(3), threads });
  const [one, three] = [await fit(1), await fit(3)];
  assert.equal(one.factors, three.factors);
  assert.equal(one.losses, three.losses);
});

test("a new user's vector is implicit's, and someone who took nothing is 0", () => {
  const { items, values, factors } = oracle.basket;
  const fold = foldIn(factorsOf(oracle.last), { regularisation, confidence });
  assert.ok(furthest(fold(items, values), factors) < 1e-4);
  assert.equal(Array.from(fold([], [])), Array(rank).fill(0));
});

test("users and items without interactions are 0, and an empty shop is no error", async () => {
  const { factors } = await fitAls(matrix, { ...settings, iterations: 2 });
  assert.ok(factors.users.subarray(5 * rank, 6 * rank).every((value) => value === 0));
  assert.ok(factors.items.subarray(11 * rank, 12 * rank).every((value) => value === 0));
  const empty = await fitAls(fromTriplets({ rows: [], columns: [] }, 0, 0), { random: createRandom(1) });
  assert.is(empty.factors.users.length, 0);
});

test("progress tells each iteration's loss, and an abort in between stops", async () => {
  const stop = new AbortController();
  const seen: number[] = [];
  const stopped = fitAls(matrix, {
    ...{ ...settings, iterations: 10, signal: stop.signal },
    onProgress({ iteration, iterations, loss }) {
      assert.is(iterations, 10);
      assert.ok(Math.abs(loss - oracle.losses[iteration - 1]) < 1e-6);
      seen.push(iteration);
      if (iteration === 2) stop.abort();
    },
  });
  assert.instance(await errorOf(stopped), AbortedError);
  assert.equal(seen, [1, 2]);
});

test("settings out of range, a start of another shape and none at all are refused", async () => {
  const refused = async (options: Parameters<typeof fitAls>[1], place: RegExp) => {
    const error = await errorOf(fitAls(matrix, options));
    assert.instance(error, InputError);
    assert.match(error.message, place);
  };
  await refused({ ...settings, regularisation: -1 }, /regularisation/);
  await refused({ ...settings, rank: 7 }, /start/);
  await refused({ rank: 4 }, /random/);
  await refused({ ...settings, confidence: () => Number.NaN }, /confidence/);
  await refused({ ...settings, threads: 0 }, /threads/);
  assert.throws(() => foldIn(factorsOf(oracle.last))([columnCount], [1]), /had\[0\]/);
});

test.run();
