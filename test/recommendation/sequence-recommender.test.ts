import { test } from "uvu";
import * as assert from "uvu/assert";
import { ready, tf } from "../../lib/backend/index";
import { disposeParameters } from "../../lib/models/parameters";
import { behaviourShape, createBehaviour } from "../../lib/models/transformer/behaviour";
import { createRandom } from "../../lib/random";
import { evaluateRanking } from "../../lib/recommendation/evaluate";
import { sequenceRecommender } from "../../lib/recommendation/sequence-recommender";
import { fromTriplets } from "../../lib/sparse/index";

test.before(async () => {
  await ready();
});

const USERS = 300;
const ITEMS = 40;

/** Users of 1 to 12 events. */
function someSequences() {
  const random = createRandom("events");
  const offsets = new Int32Array(USERS + 1);
  for (let user = 0; user < USERS; user++) offsets[user + 1] = offsets[user] + 1 + random.integer(12);
  const items = Int32Array.from({ length: offsets[USERS] }, () => 1 + random.integer(ITEMS));
  return { offsets, fields: [items] };
}

test("scores in blocks are those one by one, and full ranking is what sorting each user's scores says", () => {
  const before = tf.memory().numTensors;
  const sequences = someSequences();
  const model = createBehaviour(behaviourShape(ITEMS, { width: 8, length: 6, dropout: 0.5 }), 1);
  const recommender = sequenceRecommender(model, sequences, { heldOut: 1 });
  const { offsets, fields } = sequences;
  const history = { rows: [] as number[], columns: [] as number[] };
  const future = { rows: [] as number[], columns: [] as number[] };
  for (let user = 0; user < USERS; user++)
    for (let at = offsets[user]; at < offsets[user + 1]; at++) {
      const part = at === offsets[user + 1] - 1 ? future : history;
      part.rows.push(user);
      part.columns.push(fields[0][at] - 1);
    }
  const [past, next] = [history, future].map((part) => fromTriplets(part, USERS, ITEMS));
  const found = evaluateRanking(recommender, past, next, { goal: "new", k: 5 });

  const naive: number[] = [];
  const scores = new Float64Array(ITEMS);
  for (let user = 0; user < USERS; user++) {
    const had = new Set(fields[0].slice(offsets[user], offsets[user + 1] - 1));
    const wanted = fields[0][offsets[user + 1] - 1];
    if (had.has(wanted)) continue;
    recommender.score(user, scores);
    const ranked = Array.from({ length: ITEMS }, (_, item) => item + 1)
      .filter((item) => !had.has(item))
      .sort((a, b) => scores[b - 1] - scores[a - 1]);
    // A user without events is scored 0 everywhere: all orders are as likely.
    const place = ranked.indexOf(wanted);
    naive.push(had.size === 0 ? 5 / ITEMS : place < 5 ? 1 : 0);
  }
  assert.is(found.users.length, naive.length);
  naive.forEach((hit, at) => {
    assert.ok(Math.abs(found.metrics.hitRate[at] - hit) < 1e-9, `user ${found.users[at]}`);
  });
  disposeParameters(model.parameters);
  assert.is(tf.memory().numTensors, before, "no tensor is left behind");
});

test.run();
