import { test } from "uvu";
import * as assert from "uvu/assert";
import { ready, tf } from "../../lib/backend/index";
import { openEngine } from "../../lib/engine/index";
import { type IntentData, readIntent } from "./intent/data";
import { furtherHeads } from "./intent/further";
import { fitLogistic, fitSequence, fitTrees, type SequenceSettings } from "./intent/models";
import { pretrain } from "./intent/pretrain";
import { intentTable, tableText } from "./intent/table";

const DAY = 86_400;
const SETTINGS: SequenceSettings = { width: 8, length: 8, epochs: 4, pretraining: 1, batch: 100, seed: 1 };

/** The bench in small: half of 200 customers come every 3 days, half every 15, give or take a day. */
async function rhythms(): Promise<IntentData> {
  const engine = await openEngine();
  await engine.run(`CREATE TABLE rhythms AS
    SELECT row_number() OVER () AS source_row,
      make_timestamp(CAST(1e6 * ${DAY} * (rhythm * visit + rhythm * (hash(customer) % 100) / 100
        + (hash(customer * 1000 + visit) % 100) / 100) AS BIGINT)) AS event_time,
      'u' || customer AS user_id, 'i' || (hash(visit, customer) % 20) AS item_id, 'purchase' AS event_type,
      'c' || (hash(visit, customer) % 4) AS category_id, 1.0 + hash(customer, visit) % 5 AS price, 1.0 AS quantity,
      0.5 AS cost, NULL AS query, 'web' AS channel
    FROM (SELECT customer, visit, CASE WHEN customer % 2 = 0 THEN 3 ELSE 15 END AS rhythm
      FROM range(200) AS c(customer), range(25) AS v(visit)) WHERE rhythm * visit < 75`);
  const question = {
    horizon: 4,
    train: [40, 44, 48].map((day) => day * DAY),
    validation: 52 * DAY,
    test: 56 * DAY,
  };
  const source = { engine, events: "rhythms" };
  const data = await readIntent(source, { ...question, end: 60 * DAY }, { groups: { intervals: true } });
  await engine.close();
  return data;
}

test("every way to the table tells customers of two rhythms apart, and it says so with intervals and a paired test", async () => {
  await ready();
  const data = await rhythms();
  const tensors = tf.memory().numTensors;
  const quiet = () => undefined;
  const start = await pretrain(data, "transformer", SETTINGS, quiet);
  const chances = {
    logistic: fitLogistic(data),
    trees: fitTrees(data),
    "GRU, features": await fitSequence(data, { kind: "GRU", features: true, rate: 2e-2 }, SETTINGS, quiet),
    "transformer, pre-trained": await fitSequence(data, { kind: "transformer", start, rate: 2e-2 }, SETTINGS, quiet),
    everybody: data.test.labels.reduce((sum, one) => sum + one, 0) / data.test.labels.length,
  };
  const { everybody, ...models } = chances;
  const constant = Float64Array.from(data.test.labels, () => everybody);
  const rows = intentTable(data.test.labels, { ...models, everybody: constant }, "everybody");
  for (const { name, auc, gain, pValue, logLoss } of rows.slice(0, -1)) {
    assert.ok(auc.low > 0.8 && auc.low < auc.estimate && auc.estimate < auc.high, `${name}: ${JSON.stringify(auc)}`);
    assert.ok(gain > 0.3 && pValue < 1e-6 && logLoss < rows[rows.length - 1].logLoss, tableText(rows));
  }
  assert.is(rows[rows.length - 1].auc.estimate, 0.5);
  for (const { what, better, ours, baseline } of await furtherHeads(data, "GRU", { ...SETTINGS, epochs: 6 }, quiet))
    if (what.startsWith("time") && !what.includes("calibration"))
      assert.ok(
        better === "lower" ? ours < baseline.value : ours > baseline.value,
        `${what}: ${ours}, ${baseline.value}`,
      );
  assert.is(tf.memory().numTensors, tensors, "no tensor is left behind");
});

test.run();
