import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../../lib/errors";
import { kMeans, lloyd, nearestCentres } from "../../../lib/profiles/segments/k-means";
import { nameSegments } from "../../../lib/profiles/segments/name";
import { silhouette } from "../../../lib/profiles/segments/silhouette";
import { adjustedRand, stability } from "../../../lib/profiles/segments/stability";
import { createRandom } from "../../../lib/random";
import oracle from "../../models/oracles/classification.json";

const points = { values: Float64Array.from(oracle.points), width: 3 };
const close = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);

test("from the same start the clusters, centres and inertia are scikit-learn's", () => {
  const found = lloyd(points, points.values.slice(0, 9));
  assert.equal(Array.from(found.assignment), oracle.clusters);
  for (const [at, expected] of oracle.centres.entries()) close(found.centres[at], expected);
  close(found.inertia, oracle.inertia);
  assert.equal(nearestCentres(points, found.centres), found.assignment);
});

test("silhouette and adjusted Rand index are scikit-learn's", () => {
  close(silhouette(points, oracle.clusters), oracle.silhouette);
  close(
    adjustedRand(
      oracle.clusters,
      Array.from(oracle.clusters, (_, i) => i % 4),
    ),
    oracle.rand,
  );
  const sampled = silhouette(points, oracle.clusters, { points: 30, random: createRandom(1) });
  assert.ok(Math.abs(sampled - oracle.silhouette) < 0.15);
});

function clouds(random = createRandom(2)) {
  const values = Float64Array.from(
    { length: 600 },
    (_, at) => 6 * (Math.floor(at / 2) % 3) * (1 - (at % 2)) + random.normal(),
  );
  return { values, width: 2 };
}

test("well separated clouds are found, stable, with silhouette near 0.7; a seed decides", () => {
  const table = clouds();
  const found = kMeans(table, { clusters: 3, random: createRandom(4) });
  const truth = Int32Array.from({ length: 300 }, (_, i) => i % 3);
  assert.ok(adjustedRand(found.assignment, truth) > 0.97);
  assert.ok(silhouette(table, found.assignment) > 0.6);
  const again = stability(table, { clusters: 3, random: createRandom(5), pairs: 5 });
  assert.ok(
    again.every((index) => index > 0.95),
    `${again}`,
  );
  assert.equal(kMeans(table, { clusters: 3, random: createRandom(4) }), found);
});

test("noise without segments is told by its instability", () => {
  const random = createRandom(6);
  const noise = { values: Float64Array.from({ length: 900 }, () => random.normal()), width: 3 };
  const again = stability(noise, { clusters: 6, random, pairs: 5 });
  assert.ok(again.reduce((a, b) => a + b) / 5 < 0.75, `${again}`);
});

test("limits: one cluster is the mean; as many clusters as points leave nothing over; equal points end", () => {
  const one = kMeans(points, { clusters: 1, random: createRandom(1) });
  for (let j = 0; j < 3; j++)
    close(one.centres[j], points.values.filter((_, at) => at % 3 === j).reduce((a, b) => a + b) / 42);
  close(kMeans(points, { clusters: 42, random: createRandom(1) }).inertia, 0);
  close(kMeans({ values: new Float64Array(20), width: 2 }, { clusters: 3, random: createRandom(1) }).inertia, 0);
  assert.is(adjustedRand([1, 1, 1], [2, 2, 2]), 1);
  for (const bad of [
    () => kMeans(points, { clusters: 43, random: createRandom(1) }),
    () => kMeans({ values: Float64Array.of(1, Number.NaN), width: 1 }, { clusters: 1, random: createRandom(1) }),
    () => silhouette(points, new Int32Array(42)),
    () => adjustedRand([1], [1, 2]),
  ])
    assert.throws(bad, (error: unknown) => error instanceof InputError);
});

test("segments are named after what sets them apart, no two alike", () => {
  const values = Float64Array.of(9, 1, 5, 9, 1, 5, 1, 9, 5, 1, 9, 5, 5, 6, 5, 5, 4, 5);
  const names = nameSegments({ values, width: 3 }, [0, 0, 1, 1, 2, 2], ["value", "mean_interval", "age"]);
  assert.equal(
    names.map(({ name }) => name),
    ["high value, low mean interval", "low value, high mean interval", "average"],
  );
  close(names[0].features[0].deviation, Math.sqrt(1.5));
  const twins = nameSegments({ values: Float64Array.of(1, 1, 1, 1), width: 1 }, [0, 1, 0, 1], ["value"]);
  assert.equal(
    twins.map(({ name }) => name),
    ["average (1)", "average (2)"],
  );
});

test.run();
