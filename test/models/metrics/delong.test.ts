import { test } from "uvu";
import * as assert from "uvu/assert";
import { rankByScore, rocAuc } from "../../../lib/models/metrics/classification";
import { delong } from "../../../lib/models/metrics/delong";
import { createRandom } from "../../../lib/random";

/** Labels, and two scores of them that share some of their noise and have ties. */
function scored(seed: number, count: number, [first, second]: [number, number]) {
  const random = createRandom(seed);
  const labels = Array.from({ length: count }, () => (random.uniform() < 0.4 ? 1 : 0));
  const shared = labels.map(() => random.normal());
  const score = (signal: number) =>
    labels.map((label, row) => Math.round(4 * (signal * label + shared[row] + 0.7 * random.normal())) / 4);
  return { labels, first: score(first), second: score(second) };
}

/** The variance from its definition, every pair looked at. */
function byPairs(labels: number[], first: number[], second: number[]): number {
  const beats = (x: number, y: number) => (x > y ? 1 : x === y ? 0.5 : 0);
  const rows = (label: number) => labels.flatMap((own, row) => (own === label ? [row] : []));
  const [positives, negatives] = [rows(1), rows(0)];
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = (values: number[]) =>
    values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1);
  const difference = (p: number, n: number) => beats(first[p], first[n]) - beats(second[p], second[n]);
  const overPositives = positives.map((p) => mean(negatives.map((n) => difference(p, n))));
  const overNegatives = negatives.map((n) => mean(positives.map((p) => difference(p, n))));
  return variance(overPositives) / positives.length + variance(overNegatives) / negatives.length;
}

test("areas are the ROC's, and the standard error is that of the definition, with ties", () => {
  for (const seed of [1, 2, 3]) {
    const { labels, first, second } = scored(seed, 60, [1, 0.6]);
    const found = delong(labels, first, second);
    assert.ok(Math.abs(found.first - rocAuc(rankByScore(labels, first))) < 1e-12);
    assert.ok(Math.abs(found.second - rocAuc(rankByScore(labels, second))) < 1e-12);
    assert.ok(Math.abs(found.standardError - Math.sqrt(byPairs(labels, first, second))) < 1e-12);
    assert.ok(Math.abs(found.low + found.high - 2 * found.difference) < 1e-12);
  }
});

test("models that are equally good differ significantly in one of twenty samples; unequal ones nearly always", () => {
  const [samples, level] = [400, 0.05];
  const share = (signals: [number, number]) =>
    Array.from({ length: samples }, (_, seed) => scored(seed, 150, signals)).filter(
      ({ labels, first, second }) => delong(labels, first, second).pValue < level,
    ).length / samples;
  // Four standard errors of a share of 0.05 among 400.
  assert.ok(
    Math.abs(share([0.8, 0.8]) - level) < 4 * Math.sqrt((level * (1 - level)) / samples),
    `${share([0.8, 0.8])}`,
  );
  assert.ok(share([1.4, 0.5]) > 0.95, `${share([1.4, 0.5])}`);
});

test("a model doesn't differ from itself, and rows that can't be compared are refused", () => {
  const { labels, first } = scored(4, 50, [1, 1]);
  const same = delong(labels, first, first);
  assert.equal([same.difference, same.standardError, same.pValue], [0, 0, 1]);
  assert.throws(() => delong([1, 0, 0], [1, 2, 3], [1, 2, 3]), /two rows of each class/);
  assert.throws(() => delong([1, 0], [1], [1, 2]), /a score for each/);
  assert.throws(() => delong([1, 0, 2], [1, 2, 3], [1, 2, 3]), /label is 0 or 1/);
});

test.run();
