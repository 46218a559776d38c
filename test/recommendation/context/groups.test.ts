import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  distanceDecay,
  greatCircles,
  groupPopularity,
  groupRecommender,
  scoresFor,
} from "../../../lib/recommendation/index";
import { fromTriplets } from "../../../lib/sparse/index";

// Areas: users 0 and 1 in "n", 2 in "s", 3 unknown. Ages: 0 and 2 "young", 1 "old".
const interactions = fromTriplets(
  { rows: [0, 0, 1, 2, 2, 3], columns: [0, 1, 0, 2, 0, 2], values: [2, 1, 1, 3, 1, 2] },
  4,
  3,
);
const area = ["n", "n", "s", null];
const age = ["young", "old", "young", undefined];
const near = (actual: ArrayLike<number>, expected: number[]) =>
  expected.forEach((value, at) => {
    assert.ok(Math.abs(actual[at] - value) < 1e-12, `${at}: ${actual[at]} is not ${value}`);
  });

test("each area's shares, drawn towards everyone's by so many interactions", () => {
  const sharp = groupPopularity(interactions, area, ["n", "s"], { smoothing: 0 });
  near(sharp.overall, [4 / 10, 1 / 10, 5 / 10]);
  near(sharp.shares, [3 / 4, 1 / 4, 0, 1 / 4, 0, 3 / 4]);
  const drawn = groupPopularity(interactions, area, ["n", "s"], { smoothing: 6 });
  near(drawn.shares.subarray(0, 3), [(3 + 6 * 0.4) / 10, (1 + 6 * 0.1) / 10, (0 + 6 * 0.5) / 10]);
});

test("a near area tells of an area too, the less the farther it is", () => {
  const kernel = distanceDecay(Float64Array.of(0, 4, 4, 0), 2);
  near(kernel, [1, 1 / 4, 1 / 4, 1]);
  const near2 = groupPopularity(interactions, area, ["n", "s"], { smoothing: 0, kernel });
  near(near2.shares.subarray(0, 3), [(3 + 1 / 4) / 5, 1 / 5, 3 / 4 / 5]);
  // As the distance at which half is told grows, areas become one; at 0 each tells of itself alone.
  const one = distanceDecay(Float64Array.of(0, 4, 4, 0), 1e12);
  const merged = groupPopularity(interactions, area, ["n", "s"], { smoothing: 0, kernel: one });
  assert.ok(Math.abs(merged.shares[0] - merged.shares[3]) < 1e-9);
  near(distanceDecay(Float64Array.of(0, 4, 4, 0), 0), [1, 0, 0, 1]);
  near(distanceDecay(Float64Array.of(0, Number.NaN, Number.NaN, 0), 3), [1, 0, 0, 1]);
});

test("two groups at once: p(i | a) p(i | g) / p(i); unknown groups tell nothing", () => {
  const areas = groupPopularity(interactions, area, ["n", "s"], { smoothing: 0 });
  const ages = groupPopularity(interactions, age, ["young", "old"], { smoothing: 0 });
  const [youngNorth, unknown] = [
    scoresFor(
      [
        { model: areas, group: "n" },
        { model: ages, group: "young" },
      ],
      areas.overall,
    ),
    scoresFor(
      [
        { model: areas, group: null },
        { model: ages, group: "ancient" },
      ],
      areas.overall,
    ),
  ];
  near(youngNorth, [((3 / 4) * (3 / 7)) / 0.4, ((1 / 4) * (1 / 7)) / 0.1, 0]);
  near(unknown, [0.4, 0.1, 0.5]);
  const recommender = groupRecommender([
    { model: areas, groupOfUser: area },
    { model: ages, groupOfUser: age },
  ]);
  const scores = new Float64Array(3);
  recommender.score(0, scores);
  near(scores, [...youngNorth]);
  recommender.score(3, scores);
  near(scores, [...unknown]);
});

test("great circles: a quarter of a meridian, and Paris to London", () => {
  const [pole, equator] = [[90, 0] as const, [0, 17] as const];
  const km = greatCircles([pole, equator, undefined]);
  assert.ok(Math.abs(km[1] - (Math.PI / 2) * 6371) < 1e-6);
  assert.is(km[0], 0);
  assert.ok(Number.isNaN(km[2]) && Number.isNaN(km[8]));
  // 343.5 km by the usual figure, which the sphere meets to half a per cent.
  const cities = greatCircles([
    [48.8566, 2.3522],
    [51.5074, -0.1278],
  ]);
  assert.ok(Math.abs(cities[1] / 343.5 - 1) < 0.006, `${cities[1]}`);
});

test("groups that aren't named, kernels and users that don't fit are refused", () => {
  assert.throws(() => groupPopularity(interactions, area, ["n"]), /"s" at groupOfUser\[2\]/);
  assert.throws(() => groupPopularity(interactions, ["n"], ["n"]), /each of 4 users: 1 at groupOfUser/);
  assert.throws(
    () => groupPopularity(interactions, area, ["n", "s"], { kernel: new Float64Array(3) }),
    /\[2 × 2\]: 3 at kernel/,
  );
  assert.throws(() => groupRecommender([]), /at parts/);
});

test.run();
