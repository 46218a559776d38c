import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../../lib/errors";
import { type RankingMetrics, rankingMetrics, tieGroups } from "../../../lib/models/metrics";
import oracle from "../../recommendation/oracles/item-neighbours.json";

const near = (actual: number, expected: number, what: string) =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${what}: ${actual} is not ${expected}`);

/** Every order of the candidates that their scores allow, each as a list of items. */
function orders(scores: number[], candidates: number[]): number[][] {
  const [first, ...rest] = [...new Set(candidates.map((item) => scores[item]))].sort((a, b) => b - a);
  if (first === undefined) return [[]];
  const top = candidates.filter((item) => scores[item] === first);
  const below =
    rest.length === 0
      ? [[]]
      : orders(
          scores,
          candidates.filter((item) => scores[item] !== first),
        );
  return permutations(top).flatMap((head) => below.map((tail) => [...head, ...tail]));
}

function permutations(items: number[]): number[][] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, at) =>
    permutations(items.filter((_, other) => other !== at)).map((tail) => [item, ...tail]),
  );
}

/** The metrics of one order, by their definitions. */
function plain(order: number[], relevant: Set<number>, k: number): RankingMetrics {
  const hits = order.slice(0, k).map((item) => relevant.has(item));
  const gain = (flags: boolean[]) => flags.reduce((sum, hit, at) => sum + (hit ? 1 / Math.log2(at + 2) : 0), 0);
  const found = hits.filter(Boolean).length;
  const first = hits.indexOf(true);
  const precisions = hits.map((hit, at) => (hit ? hits.slice(0, at + 1).filter(Boolean).length / (at + 1) : 0));
  return {
    hitRate: found > 0 ? 1 : 0,
    recall: found / relevant.size,
    precision: found / k,
    ndcg: gain(hits) / gain(Array(Math.min(k, relevant.size)).fill(true)),
    reciprocalRank: first < 0 ? 0 : 1 / (first + 1),
    averagePrecision: precisions.reduce((sum, one) => sum + one, 0) / Math.min(k, relevant.size),
  };
}

test("metrics are the mean over every order of the ties, masked items left out", () => {
  const score = fc.integer({ min: 0, max: 3 });
  fc.assert(
    fc.property(
      fc.array(score, { minLength: 2, maxLength: 6 }),
      fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 6, maxLength: 6 }),
      fc.integer({ min: 1, max: 7 }),
      (scores, flags, k) => {
        const items = scores.map((_, item) => item);
        const candidates = items.filter((item) => !flags[item][0]);
        const relevant = candidates.filter((item) => flags[item][1]);
        fc.pre(relevant.length > 0);
        const excluded = Uint8Array.from(items, (item) => (flags[item][0] ? 1 : 0));
        const all = orders(scores, candidates).map((order) => plain(order, new Set(relevant), k));
        const table = Float64Array.from(scores);
        const sorted = candidates.map((item) => scores[item]).sort((a, b) => b - a);
        for (const floor of [-Infinity, sorted[k - 1] ?? -Infinity]) {
          const metrics = rankingMetrics(tieGroups(table, relevant, { excluded, floor }), k);
          for (const name of ["hitRate", "recall", "precision", "ndcg", "reciprocalRank", "averagePrecision"] as const)
            near(metrics[name], all.reduce((sum, one) => sum + one[name], 0) / all.length, `${name}, floor ${floor}`);
        }
      },
    ),
  );
});

test("tie groups of any number of scores are those of counting, whatever is masked and wherever the floor is", () => {
  const item = fc.tuple(fc.integer({ min: -3, max: 3 }), fc.boolean(), fc.boolean());
  fc.assert(
    fc.property(fc.array(item, { maxLength: 40 }), fc.integer({ min: -4, max: 4 }), (rows, floor) => {
      const scores = Float64Array.from(rows, ([score]) => score);
      const excluded = Uint8Array.from(rows, ([, masked]) => Number(masked));
      const open = Array.from(rows.keys()).filter((at) => !excluded[at]);
      const relevant = open.filter((at) => rows[at][2]);
      const count = (list: number[], test: (score: number) => boolean) => list.filter((at) => test(scores[at])).length;
      const levels = [...new Set(relevant.map((at) => scores[at]))].sort((a, b) => b - a);
      const groups = levels.map((level) => ({
        before: count(open, (score) => score > level),
        tied: count(open, (score) => score === level),
        relevant: count(relevant, (score) => score === level),
      }));
      assert.equal(tieGroups(scores, relevant, { excluded }), groups);
      // Below a floor all that is relevant is one group, after every candidate that isn't below.
      const beyond = count(relevant, (score) => score < floor);
      const last = { before: count(open, (score) => score >= floor), tied: beyond, relevant: beyond };
      const upper = groups.filter((_, at) => levels[at] >= floor);
      assert.equal(tieGroups(scores, relevant, { excluded, floor }), beyond > 0 ? [...upper, last] : upper);
    }),
  );
});

test("NDCG with ties is scikit-learn's", () => {
  for (const { scores, relevant, ndcg } of oracle.rankings)
    for (const [k, expected] of Object.entries(ndcg))
      near(rankingMetrics(tieGroups(Float64Array.from(scores), relevant), Number(k)).ndcg, expected, `NDCG@${k}`);
});

test("a constant score is worth what a random order is worth", () => {
  const metrics = rankingMetrics(tieGroups(new Float64Array(1000), [3, 77]), 10);
  near(metrics.recall, 0.01, "recall");
  near(metrics.hitRate, 1 - (990 / 1000) * (989 / 999), "hit rate");
});

test("the best and the worst ranking, and the whole list", () => {
  const scores = Float64Array.of(9, 8, 7, 1);
  const best = rankingMetrics(tieGroups(scores, [0, 1]), 2);
  assert.equal(best, { hitRate: 1, recall: 1, precision: 1, ndcg: 1, reciprocalRank: 1, averagePrecision: 1 });
  const worst = rankingMetrics(tieGroups(scores, [3]), 3);
  assert.equal(worst, { hitRate: 0, recall: 0, precision: 0, ndcg: 0, reciprocalRank: 0, averagePrecision: 0 });
  assert.is(rankingMetrics(tieGroups(scores, [3]), Infinity).reciprocalRank, 0.25);
});

test("no relevant item, a masked one and scores that aren't numbers are refused", () => {
  const refused = (work: () => unknown) => assert.throws(work, (error: unknown) => error instanceof InputError);
  refused(() => rankingMetrics([], 5));
  refused(() => tieGroups(Float64Array.of(1, 2), [0], { excluded: Uint8Array.of(1, 0) }));
  refused(() => tieGroups(Float64Array.of(1, Number.NaN), [0]));
  refused(() => tieGroups(Float64Array.of(1, Number.NaN), [1]));
  for (const at of [0, 7, 8, 16]) refused(() => tieGroups(new Float64Array(17).fill(Number.NaN, at, at + 1), [3]));
  refused(() => tieGroups(Float64Array.of(Number.NaN, 1), []));
});

test.run();
