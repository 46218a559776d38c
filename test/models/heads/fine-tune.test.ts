import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  addAdapters,
  addHeads,
  categoryHead,
  type ExampleSet,
  elapsed,
  examplesAt,
  type FineTuneMode,
  fineTuneTask,
  intentHead,
  isAdapterWeight,
  isHeadWeight,
  lastRows,
  nextItemHead,
  pickExamples,
  predictHeads,
  removeHeads,
  spendHead,
  target,
  timeToPurchase,
  timeToPurchaseHead,
} from "../../../lib/models/heads/index";
import { rankByScore, rocAuc } from "../../../lib/models/metrics/classification";
import { disposeParameters, type Parameters, readParameters } from "../../../lib/models/parameters";
import { createGruModel, gruShape } from "../../../lib/models/sequences/gru";
import type { SequenceModel } from "../../../lib/models/sequences/model";
import { train } from "../../../lib/models/training/train";
import { behaviourShape, createBehaviour } from "../../../lib/models/transformer/behaviour";
import { createRandom } from "../../../lib/random";
import { noLeaks } from "../no-leaks";

noLeaks(test);

const DAY = 86400;
const [USERS, EVENTS, ITEMS] = [400, 6, 8];

/** Users with six events; who bought an odd item last buys again within five days, the others after fifteen. */
function shop() {
  const random = createRandom("shop");
  const offsets = Int32Array.from({ length: USERS + 1 }, (_, user) => user * (EVENTS + 1));
  const items = new Int32Array(USERS * (EVENTS + 1));
  const times = new Float64Array(items.length);
  for (let user = 0; user < USERS; user++) {
    for (let step = 0; step < EVENTS; step++) {
      items[offsets[user] + step] = 1 + random.integer(ITEMS);
      times[offsets[user] + step] = (step + random.uniform()) * DAY;
    }
    const odd = items[offsets[user] + EVENTS - 1] % 2;
    items[offsets[user] + EVENTS] = 1 + random.integer(ITEMS);
    times[offsets[user] + EVENTS] = (EVENTS + (odd ? 5 : 15) * random.uniform() + (odd ? 0 : 15)) * DAY;
  }
  return { offsets, items, times };
}

const SHOP = shop();
const MOMENT = EVENTS * DAY;
const SET: ExampleSet = {
  events: { events: { offsets: SHOP.offsets, fields: [SHOP.items] }, times: SHOP.times },
  examples: examplesAt(SHOP, [MOMENT]),
};
const BOUGHT = Float32Array.from({ length: USERS }, (_, user) =>
  SHOP.times[SHOP.offsets[user + 1] - 1] < MOMENT + 5 * DAY ? 1 : 0,
);
const SMALL = { width: 16, length: EVENTS, dropout: 0 };
const gru = () => createGruModel(gruShape(ITEMS, { ...SMALL, hidden: 16 }), 1);
const auc = (labels: Float32Array, scores: Float64Array) => rocAuc(rankByScore(labels, scores));

async function values(parameters: Parameters): Promise<Map<string, number[]>> {
  const arrays = await readParameters(parameters);
  return new Map([...arrays].map(([name, array]) => [name, Array.from(array.values)]));
}

async function learn(model: SequenceModel, mode: FineTuneMode, epochs: number) {
  const before = await values(model.parameters);
  const head = intentHead();
  const task = await fineTuneTask(model, SET, [target(head, BOUGHT)], { seed: 1, mode, batch: 200, dropout: 0 });
  const { epochs: reports } = await train(task, { epochs, seed: 1, rate: 4e-2 });
  const after = await values(model.parameters);
  const changed = [...after.keys()].filter((name) => `${after.get(name)}` !== `${before.get(name)}`);
  const { intent } = await predictHeads(model, SET, { intent: head });
  return { losses: reports.map(({ loss }) => loss), changed, auc: auc(BOUGHT, intent) };
}

test("a head with its network learns who buys; a frozen one's weights stay, an adapted one's too", async () => {
  const model = gru();
  addHeads(model, [target(intentHead(), BOUGHT)], { seed: 1, hidden: 8 });
  const untrained = await predictHeads(model, SET, { intent: intentHead() });
  const share = BOUGHT.reduce((sum, one) => sum + one, 0) / USERS;
  assert.ok(
    untrained.intent.every((chance) => Math.abs(chance - share) < 0.1),
    "at first everybody's share",
  );
  const frozen = await learn(model, "frozen", 4);
  assert.ok(frozen.changed.length > 0 && frozen.changed.every(isHeadWeight), `${frozen.changed}`);
  const adapted = addAdapters(model, { seed: 1, rank: 2 });
  assert.equal(adapted, ["gru.0.input", "output"]);
  const adapters = await learn(model, "adapters", 6);
  assert.ok(adapters.changed.some(isAdapterWeight));
  assert.ok(
    adapters.changed.every((name) => isHeadWeight(name) || isAdapterWeight(name)),
    `${adapters.changed}`,
  );
  assert.ok(Math.min(...adapters.losses) < frozen.losses[0], `${adapters.losses}`);
  const full = await learn(model, "full", 10);
  assert.ok(full.changed.includes("item.embedding"));
  assert.ok(full.losses[9] < 0.5 * frozen.losses[0], `${full.losses}`);
  assert.ok(full.auc > 0.95, `${[frozen, adapters, full].map(({ auc: area }) => area)}`);
  disposeParameters(model.parameters);
});

test("a frozen network is gone through once, whole batches or not, and gives what it gives", async () => {
  const model = createBehaviour(behaviourShape(ITEMS, SMALL), 1);
  const [one, other] = [await lastRows(model, SET, { batch: 400 }), await lastRows(model, SET, { batch: 33 })];
  assert.ok(one.every((value, at) => Math.abs(value - other[at]) < 1e-5));
  const picked = { ...SET, examples: pickExamples(SET.examples, [7, 3]) };
  const rows = await lastRows(model, picked);
  for (let at = 0; at < 16; at++) {
    assert.ok(Math.abs(rows[at] - one[7 * 16 + at]) < 1e-5);
    assert.ok(Math.abs(rows[16 + at] - one[3 * 16 + at]) < 1e-5);
  }
  const stop = new AbortController();
  stop.abort();
  await lastRows(model, SET, { signal: stop.signal }).then(
    () => assert.unreachable("it was stopped"),
    (error) => assert.match(error.message, /pass over the examples was stopped/),
  );
  await fineTuneTask(model, SET, [target(intentHead(), BOUGHT)], { seed: 1 }).then(
    () => assert.unreachable("there is no head"),
    (error) => assert.match(error.message, /no parameter has this name.*head.intent/),
  );
  disposeParameters(model.parameters);
});

test("heads learn together, each what it can: intent, time, category, spend and item from one network", async () => {
  const model = gru();
  const until = MOMENT + 30 * DAY;
  const edges = [0, 2, 5, 10, 20, 30];
  const last = SHOP.items.filter((_, at) => at % (EVENTS + 1) === EVENTS - 1);
  // Spend is 4 or 40 by the last item's half; the category is that item's quarter.
  const spend = Float32Array.from(last, (item) => (item <= ITEMS / 2 ? 4 : 40));
  const category = Int32Array.from(last, (item) => 1 + ((item - 1) >> 1));
  const heads = {
    intent: intentHead(),
    time: timeToPurchaseHead(edges),
    category: categoryHead(ITEMS / 2),
    spend: spendHead(),
    item: nextItemHead(model),
  };
  const targets = [
    target(heads.intent, BOUGHT),
    target(heads.time, timeToPurchase(SHOP, SET.examples, edges, until), 0.5),
    target(heads.category, category),
    target(heads.spend, spend, 0.5),
    target(heads.item, last),
  ];
  addHeads(model, targets, { seed: 1, hidden: 16 });
  const task = await fineTuneTask(model, SET, targets, { seed: 1, batch: 200, dropout: 0 });
  await train(task, { epochs: 25, seed: 1, rate: 3e-2 });
  const found = await predictHeads(model, SET, heads);
  assert.ok(auc(BOUGHT, found.intent) > 0.95, `intent ${auc(BOUGHT, found.intent)}`);
  // By day 10 all of the odd have bought, and none of the even.
  const byTen = found.time.survival.filter((_, at) => at % edges.length === 3);
  assert.ok(
    auc(
      BOUGHT,
      byTen.map((left) => 1 - left),
    ) > 0.95,
  );
  const right = category.filter((wanted, row) => {
    const chances = found.category.subarray((row * ITEMS) / 2, ((row + 1) * ITEMS) / 2);
    return chances.indexOf(Math.max(...chances)) + 1 === wanted;
  }).length;
  assert.ok(right > 0.95 * USERS, `category ${right} of ${USERS}`);
  const wide = Float32Array.from(spend, (value) => (value > 10 ? 1 : 0));
  assert.ok(auc(wide, found.spend.expected) > 0.95);
  assert.is(found.item.length, USERS * 16);
  removeHeads(model);
  assert.not.ok([...model.parameters.keys()].some(isHeadWeight));
  disposeParameters(model.parameters);
});

test("features count: a label that only they tell is learned from them, and time since the last event without any", async () => {
  const random = createRandom(9);
  const values = Float32Array.from({ length: 2 * USERS }, () => random.normal());
  const byFeature = Float32Array.from({ length: USERS }, (_, row) => (values[2 * row + 1] > 0 ? 1 : 0));
  const since = elapsed(SET.events, SET.examples);
  const middle = since.slice().sort()[USERS / 2];
  const byTime = Float32Array.from(since, (seconds) => (seconds > middle ? 1 : 0));
  const model = gru();
  const heads = { feature: intentHead("feature"), time: intentHead("time") };
  const targets = [target(heads.feature, byFeature), target(heads.time, byTime)];
  const set = { ...SET, features: { values, width: 2 } };
  addHeads(model, targets, { seed: 1, features: 2 });
  const task = await fineTuneTask(model, set, targets, { seed: 1, mode: "frozen", batch: 200, dropout: 0 });
  await train(task, { epochs: 30, seed: 1, rate: 3e-2 });
  const found = await predictHeads(model, set, heads);
  assert.ok(auc(byFeature, found.feature) > 0.97, `${auc(byFeature, found.feature)}`);
  assert.ok(auc(byTime, found.time) > 0.97, `${auc(byTime, found.time)}`);
  disposeParameters(model.parameters);
});

test.run();
