import { test } from "uvu";
import * as assert from "uvu/assert";
import { AbortedError } from "../../lib/errors";
import { createRandom } from "../../lib/random";
import { blend, chooseBlend, evaluateRanking, popularity, type Recommender } from "../../lib/recommendation/index";
import { fromTriplets } from "../../lib/sparse/index";

const ITEMS = 30;
const USERS = 120;

/** A recommender of fixed scores, [users × items]. */
const fixed = (name: string, table: number[][]): Recommender => ({
  name,
  itemCount: table[0].length,
  score: (user, scores) => scores.set(table[user]),
});

const scoresOf = (recommender: Recommender, user = 0) => {
  const scores = new Float64Array(recommender.itemCount);
  recommender.score(user, scores);
  return Array.from(scores);
};
const near = (actual: number[], expected: number[]) =>
  actual.forEach((value, at) => {
    assert.ok(Math.abs(value - expected[at]) < 1e-6, `${at}: ${value} is not ${expected[at]}`);
  });

test("z: mean 0 and deviation 1 each, weighted; constant scores count for nothing", () => {
  const one = fixed("one", [[1, 2, 3, 6]]);
  const two = fixed("two", [[100, 300, 100, 300]]);
  const sd = Math.sqrt((4 + 1 + 0 + 9) / 4);
  const z = [-2 / sd, -1 / sd, 0, 3 / sd];
  const both = blend([
    { recommender: one, weight: 2 },
    { recommender: two, weight: 0.5 },
    { recommender: fixed("flat", [[7, 7, 7, 7]]), weight: 9 },
  ]);
  near(scoresOf(both), [2 * z[0] - 0.5, 2 * z[1] + 0.5, 2 * z[2] - 0.5, 2 * z[3] + 0.5]);
});

test("rank: 1 / (60 + place), equals sharing, whatever the scores' size", () => {
  const one = fixed("one", [[5, 9, 5, -1]]);
  const tie = (1 / 62 + 1 / 63) / 2;
  near(scoresOf(blend([{ recommender: one, weight: 1 }], { scale: "rank" })), [tie, 1 / 61, tie, 1 / 64]);
  const grown = fixed("grown", [[5e9, 9e9, 5e9, -1e9]]);
  assert.equal(
    scoresOf(blend([{ recommender: grown, weight: 1 }], { scale: "rank" })),
    scoresOf(blend([{ recommender: one, weight: 1 }], { scale: "rank" })),
  );
});

test("rank: what reaches beyond the last place counts for nothing, nor do equals at the very end", () => {
  const one = fixed("one", [[9, 8, 7, 7, 7, 0, 0]]);
  const shares = (depth: number) => scoresOf(blend([{ recommender: one, weight: 1 }], { scale: "rank", depth }));
  const three = (1 / 63 + 1 / 64 + 1 / 65) / 3;
  near(shares(1), [1 / 61, 0, 0, 0, 0, 0, 0]);
  near(shares(2), [1 / 61, 1 / 62, 0, 0, 0, 0, 0]);
  near(shares(4), [1 / 61, 1 / 62, 0, 0, 0, 0, 0]);
  near(shares(5), [1 / 61, 1 / 62, three, three, three, 0, 0]);
  near(shares(99), [1 / 61, 1 / 62, three, three, three, 0, 0]);
});

/** What users take is drawn by two hidden signals together; each part sees one of them. */
function twoSignals() {
  const random = createRandom("blend");
  const draw = () => Array.from({ length: USERS }, () => Array.from({ length: ITEMS }, () => random.normal()));
  const [one, two, noise] = [draw(), draw(), draw()];
  const rows: number[] = [];
  const columns: number[] = [];
  for (let user = 0; user < USERS; user++) {
    const worth = one[user].map((value, item) => 3 * value + two[user][item] + 0.3 * random.normal());
    const best = [...worth.keys()].sort((a, b) => worth[b] - worth[a]);
    for (const item of best.slice(0, 3)) {
      rows.push(user);
      columns.push(item);
    }
  }
  const none = fromTriplets({ rows: [], columns: [] }, USERS, ITEMS);
  const parts = [fixed("one", one), fixed("two", two), fixed("noise", noise)];
  return { parts, history: none, future: fromTriplets({ rows, columns }, USERS, ITEMS) };
}

for (const scale of ["z", "rank"] as const)
  test(`weights are chosen by the NDCG that the blend then has, and beat every part alone (${scale})`, () => {
    const { parts, history, future } = twoSignals();
    const protocol = { goal: "new", k: 5 } as const;
    const choice = chooseBlend(parts, history, future, protocol, { scale });
    assert.is(choice.tried.length, 15, "weightings of three parts in quarters");
    assert.is(choice.users, USERS);
    for (const { weights, ndcg } of choice.tried.slice(0, 5)) {
      const model = blend(
        parts.map((recommender, at) => ({ recommender, weight: weights[at] })),
        { scale },
      );
      const judged = evaluateRanking(model, history, future, protocol).metrics.ndcg;
      // The blend itself is single precision: a place can change between all but equal items.
      assert.ok(Math.abs(judged.reduce((sum, value) => sum + value, 0) / USERS - ndcg) < 1e-3);
    }
    const alone = choice.tried.filter(({ weights }) => weights.includes(1));
    assert.is(alone.length, 3);
    for (const { ndcg } of alone) assert.ok(ndcg < choice.tried[0].ndcg);
    assert.ok(choice.weights[0] > choice.weights[1] && choice.weights[2] === 0, `${choice.weights}`);
  });

test("one part alone ranks as it does by itself; of equal weightings the earlier part's wins", () => {
  const { parts, history, future } = twoSignals();
  const alone = evaluateRanking(blend([{ recommender: parts[0], weight: 3 }]), history, future, { goal: "new", k: 5 });
  assert.equal(alone.metrics.ndcg, evaluateRanking(parts[0], history, future, { goal: "new", k: 5 }).metrics.ndcg);
  const twice = chooseBlend([parts[0], parts[0]], history, future, { goal: "new", k: 5 }, { steps: 2 });
  assert.equal(twice.weights, [1, 0]);
});

test("parts of different catalogues, weights below 0, none at all, nothing to be found, and a stop", () => {
  const { parts, history, future } = twoSignals();
  const other = popularity(fromTriplets({ rows: [0], columns: [0] }, 1, 3));
  assert.throws(() => chooseBlend([parts[0], other], history, future, { goal: "new", k: 5 }), /3 at "popularity"/);
  assert.throws(() => blend([{ recommender: parts[0], weight: -1 }]), /at least 0: -1 at parts\[0\].weight/);
  assert.throws(() => blend([{ recommender: parts[0], weight: 0 }]), /a weight above 0/);
  assert.throws(() => blend([]), /at least one part/);
  assert.throws(() => chooseBlend(parts, history, history, { goal: "new", k: 5 }), /nobody has anything to be found/);
  assert.throws(
    () => chooseBlend(parts, history, future, { goal: "new", k: 5 }, { signal: AbortSignal.abort() }),
    (error: unknown) => error instanceof AbortedError,
  );
});

test.run();
