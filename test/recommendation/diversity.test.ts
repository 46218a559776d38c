import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { intraListDiversity } from "../../lib/models/metrics/index";
import { createRandom } from "../../lib/random";
import { determinantalList, maximalMarginalRelevance, vectorSimilarity } from "../../lib/recommendation/index";

const WIDTH = 12;

/** Candidates with random scores and vectors; with `power`, vectors of amounts, so that similarities are in [0, 1]. */
function someItems(count: number, seed: number | string, power = 0) {
  const random = createRandom(seed);
  const values = Float32Array.from({ length: count * WIDTH }, () =>
    power === 0 ? random.normal() : Math.abs(random.normal()) ** power,
  );
  const similarity = vectorSimilarity({ count, width: WIDTH, values });
  const items = Int32Array.from({ length: count }, (_, at) => at);
  return { items, scores: Float64Array.from(items, () => random.normal()), similarity };
}

/** Scores brought to [0, 1]. */
function scaled(scores: Float64Array): number[] {
  const [low, high] = [Math.min(...scores), Math.max(...scores)];
  return Array.from(scores, (score) => (score - low) / (high - low));
}

function determinant(matrix: number[][]): number {
  if (matrix.length === 0) return 1;
  return matrix[0].reduce((sum, value, column) => {
    const minor = matrix.slice(1).map((row) => row.filter((_, at) => at !== column));
    return sum + (column % 2 ? -1 : 1) * value * determinant(minor);
  }, 0);
}

test("determinantal lists are greedy in the determinant of the chosen items' kernel", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 10_000 }),
      fc.double({ min: 0.15, max: 1, noNaN: true }),
      (seed, diversity) => {
        const { items, scores, similarity } = someItems(9, seed);
        const alpha = (1 - diversity) / (2 * diversity);
        const worth = scaled(scores).map((score) => Math.exp(alpha * score));
        const kernel = (set: number[]) =>
          determinant(set.map((i) => set.map((j) => worth[i] * worth[j] * (i === j ? 1 : similarity(i, j)))));
        const chosen: number[] = [];
        for (const item of determinantalList({ items, scores }, similarity, { k: 5, diversity })) {
          const largest = Math.max(...[...items].filter((i) => !chosen.includes(i)).map((i) => kernel([...chosen, i])));
          // Similarities are sums of products in single precision.
          assert.ok(kernel([...chosen, item]) >= largest * (1 - 1e-5), `${chosen} then ${item}`);
          chosen.push(item);
        }
        assert.is(chosen.length, 5);
      },
    ),
    { numRuns: 30 },
  );
});

test("marginal relevance takes the largest of its own formula at every place", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (seed, diversity) => {
      const { items, scores, similarity } = someItems(12, seed);
      const relevance = scaled(scores);
      const chosen: number[] = [];
      const value = (i: number) =>
        (1 - diversity) * relevance[i] -
        (chosen.length === 0 ? 0 : diversity * Math.max(...chosen.map((j) => similarity(i, j))));
      for (const item of maximalMarginalRelevance({ items, scores }, similarity, { k: 6, diversity })) {
        const most = Math.max(...[...items].filter((i) => !chosen.includes(i)).map(value));
        assert.ok(value(item) >= most - 1e-12);
        chosen.push(item);
      }
      assert.is(chosen.length, 6);
    }),
    { numRuns: 30 },
  );
});

for (const [name, choose] of [
  ["marginal relevance", maximalMarginalRelevance],
  ["determinantal lists", determinantalList],
] as const) {
  test(`${name}: by score alone at 0, and ever more diverse on the way to 1`, () => {
    const { items, scores, similarity } = someItems(200, "many", 3);
    const byScore = [...items].sort((a, b) => scores[b] - scores[a]).slice(0, 10);
    assert.equal(Array.from(choose({ items, scores }, similarity, { k: 10, diversity: 0 })), byScore);
    const spread = [0, 0.5, 1].map((diversity) =>
      intraListDiversity(choose({ items, scores }, similarity, { k: 10, diversity }), similarity),
    );
    assert.ok(spread[0] < spread[1] && spread[1] < spread[2], spread.join(" "));
  });

  test(`${name}: a twin of what is chosen waits until nothing else is left, and no list is cut short`, () => {
    const values = Float32Array.of(1, 0, 1, 0, 0, 1);
    const similarity = vectorSimilarity({ count: 3, width: 2, values });
    const pool = { items: [0, 1, 2], scores: [1, 0.99, 0] };
    assert.equal(Array.from(choose(pool, similarity, { k: 9, diversity: 0.7 })), [0, 2, 1]);
    assert.equal(Array.from(choose({ items: [], scores: [] }, similarity, { k: 3, diversity: 0.5 })), []);
    assert.equal(Array.from(choose({ items: [2, 0], scores: [5, 5] }, similarity, { k: 1, diversity: 0.5 })), [2]);
  });

  test(`${name}: a diversity beyond 1 and scores that don't match are refused`, () => {
    const pool = { items: [0, 1], scores: [1, 2] };
    assert.throws(() => choose(pool, () => 0, { k: 1, diversity: 1.5 }), /from 0 to 1: 1.5 at diversity/);
    assert.throws(() => choose({ items: [0, 1], scores: [1] }, () => 0, { k: 1, diversity: 0 }), /at scores/);
    assert.throws(() => choose({ items: [0], scores: [Infinity] }, () => 0, { k: 1, diversity: 0 }), /scores\[0\]/);
  });
}

test.run();
