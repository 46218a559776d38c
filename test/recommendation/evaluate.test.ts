import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/errors";
import { createRandom } from "../../lib/random";
import {
  buyAgain,
  compareRankings,
  evaluateRanking,
  popularity,
  type Recommender,
  rankingGain,
} from "../../lib/recommendation";
import { fromTriplets } from "../../lib/sparse";

// Four users, five items: item 0 is everyone's, item 4 is new in the future.
const history = fromTriplets(
  { rows: [0, 0, 1, 1, 2, 3], columns: [0, 1, 0, 2, 0, 0], values: [3, 1, 1, 2, 1, 1] },
  4,
  5,
);
const future = fromTriplets({ rows: [0, 0, 1, 2], columns: [0, 2, 2, 4] }, 4, 5);

test("new items: what a user had is masked and doesn't count; users with nothing to find are left out", () => {
  const found = evaluateRanking(popularity(history), history, future, { goal: "new", k: 2 });
  // User 1 only bought again; user 3 nothing. User 0: item 2 is first of {2, 3, 4}. User 2: {1, 2} before the tie {3, 4}.
  assert.equal(found.users, Int32Array.of(0, 2));
  assert.equal(found.metrics.recall, Float64Array.of(1, 0));
  assert.match(found.protocol.description, /full ranking of 5 items for 2 users \(of 4;.*only items new to the user/);
});

test("repeat purchases: nothing is masked, and buying again is found", () => {
  const options = { goal: "repeat", k: 1 } as const;
  const popular = evaluateRanking(popularity(history), history, future, options);
  assert.equal(popular.users, Int32Array.of(0, 1, 2));
  assert.equal(popular.metrics.hitRate, Float64Array.of(1, 0, 0));
  assert.is(popular.coverage, 1 / 5);
  const again = evaluateRanking(buyAgain(history), history, future, options);
  assert.equal(again.metrics.hitRate, Float64Array.of(1, 1, 0));
  assert.is(again.coverage, 2 / 5);
  const gain = rankingGain(again, popular, "hitRate", { random: createRandom(1), resamples: 100 });
  assert.is(gain.estimate, 1 / 3);
});

test("what the lists show: how often each item, how unequally, and how surprising it is", () => {
  // Users 0, 1 and 2 are shown what all four users had, item 0, and then item 1 or 2 (a user each; the smaller first).
  const popular = evaluateRanking(popularity(history), history, future, { goal: "repeat", k: 2 });
  assert.equal(popular.shown, Int32Array.of(3, 3, 0, 0, 0));
  assert.is(popular.coverage, 2 / 5);
  // Two of five have half each: Σ |x − y| = 2 · 2 · 3 · 3 over 2 · 25 · 6/5.
  assert.ok(Math.abs(popular.gini - 36 / 60) < 1e-12);
  // Item 0 was had by all: 0 bits; item 1 by one of four, one more counted in.
  assert.ok(Math.abs(popular.novelty - Math.log2(5 / 2) / 2) < 1e-12);
});

test("some items only: nothing else is shown or counts, and what a user had stays masked", () => {
  const found = evaluateRanking(popularity(history), history, future, { goal: "new", k: 2 }, { items: [1, 2, 3] });
  assert.equal(found.users, Int32Array.of(0), "what user 2 took next, item 4, can't be recommended");
  assert.equal(found.metrics.hitRate, Float64Array.of(1));
  assert.equal(found.shown, Int32Array.of(0, 0, 1, 1, 0), "user 0 had item 1");
  assert.is(found.coverage, 2 / 3);
  assert.match(found.protocol.description, /full ranking of 3 of 5 items for 1 users/);
});

test("a recommender that knows the future finds all of it", () => {
  const oracle: Recommender = {
    name: "oracle",
    itemCount: 5,
    score(user, scores) {
      scores.fill(0);
      for (let at = future.offsets[user]; at < future.offsets[user + 1]; at++) scores[future.indices[at]] = 1;
    },
  };
  const found = evaluateRanking(oracle, history, future, { goal: "repeat", k: 3 });
  for (const metric of ["hitRate", "recall", "ndcg", "reciprocalRank"] as const)
    assert.ok(found.metrics[metric].every((value) => value === 1));
});

test("chosen users only, and a table with a row for each model", () => {
  const users = [0, 1];
  const evaluations = [popularity(history), buyAgain(history)].map((model) =>
    evaluateRanking(model, history, future, { goal: "repeat", k: 2 }, { users }),
  );
  const table = compareRankings(evaluations, { random: createRandom(1), resamples: 20 });
  assert.equal(table.columnNames(), [
    "model",
    ...["HR", "recall", "NDCG", "MAP", "MRR", "coverage", "Gini", "novelty"].map((name) => `${name}@2`),
  ]);
  assert.equal(table.array("model"), ["popularity", "buy again"]);
});

test("different protocols aren't compared, and matrices of different shapes are refused", () => {
  const refused = (work: () => unknown) => assert.throws(work, (error: unknown) => error instanceof InputError);
  const model = popularity(history);
  const [one, two] = ([2, 3] as const).map((k) => evaluateRanking(model, history, future, { goal: "repeat", k }));
  refused(() => compareRankings([one, two], { random: createRandom(1) }));
  refused(() => evaluateRanking(model, history, fromTriplets({ rows: [], columns: [] }, 4, 6), { goal: "new", k: 1 }));
});

test.run();
