import { test } from "uvu";
import * as assert from "uvu/assert";
import { bestItems, interestProfiles, popularity } from "../../../lib/recommendation/index";
import { binary, fromTriplets } from "../../../lib/sparse/index";

// Items 0, 1 are tea, 2, 3 coffee, 4 has no category.
const interactions = fromTriplets(
  { rows: [0, 0, 1, 1, 2, 2, 2], columns: [0, 1, 2, 0, 2, 3, 4], values: [3, 1, 2, 1, 1, 1, 1] },
  4,
  5,
);
const categories = ["tea", "tea", "coffee", "coffee", null];
const near = (actual: ArrayLike<number>, expected: number[]) =>
  expected.forEach((value, at) => {
    assert.ok(Math.abs(actual[at] - value) < 1e-12, `${at}: ${actual[at]} is not ${value}`);
  });

test("profiles are the user's shares of categories, drawn towards everyone's", () => {
  const profiles = interestProfiles(interactions, categories, { smoothing: 0 });
  assert.equal(profiles.categories, ["tea", "coffee", ""]);
  near(profiles.profile(0), [1, 0, 0]);
  near(profiles.profile(1), [1 / 3, 2 / 3, 0]);
  near(profiles.profile(3), [5 / 10, 4 / 10, 1 / 10]);
  const drawn = interestProfiles(interactions, categories, { smoothing: 6 });
  near(drawn.profile(0), [(4 + 6 * 0.5) / 10, (6 * 0.4) / 10, (6 * 0.1) / 10]);
});

test("scores are the chance of the category times the item's share of it, and sum to 1", () => {
  const { recommender } = interestProfiles(interactions, categories, { smoothing: 0 });
  const scores = new Float64Array(5);
  recommender.score(1, scores);
  near(scores, [(1 / 3) * (4 / 5), (1 / 3) * (1 / 5), (2 / 3) * (3 / 4), (2 / 3) * (1 / 4), 0]);
});

test("a user without history has popularity's list", () => {
  const once = binary(interactions);
  assert.equal(bestItems(interestProfiles(once, categories).recommender, 3, 5), bestItems(popularity(once), 3, 5));
});

test("categories of another catalogue are refused", () => {
  assert.throws(() => interestProfiles(interactions, ["tea"]), /each of 5 items: 1 at categories/);
});

test.run();
