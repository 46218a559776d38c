import { test } from "uvu";
import * as assert from "uvu/assert";
import { openEngine } from "../../../lib/engine";
import { DataError, InputError } from "../../../lib/errors";
import { reliability } from "../../../lib/models/calibration";
import { rankByScore, rocAuc } from "../../../lib/models/metrics/classification";
import { fitChurn } from "../../../lib/profiles/churn/model";
import { riskBands, riskOf } from "../../../lib/profiles/churn/risk";
import { scoreChurn } from "../../../lib/profiles/churn/score";
import { churnTable } from "../../../lib/profiles/churn/table";
import { createRandom } from "../../../lib/random";

const DAY = 86400;
const START = Date.UTC(2020, 0, 1) / 1000;

async function withEvents(rows: string, act: (engine: Awaited<ReturnType<typeof openEngine>>) => Promise<void>) {
  const engine = await openEngine({ threads: 1 });
  try {
    await engine.run(`CREATE TABLE events AS SELECT TIMESTAMP '2020-01-01' + to_days(CAST(day AS INTEGER)) AS event_time,
      user_id, item AS item_id, type AS event_type, item AS category_id, 2.0 AS price, 1.0 AS quantity, 1.0 AS cost
      FROM (VALUES ${rows}) t(user_id, day, item, type)`);
    await act(engine);
  } finally {
    await engine.close();
  }
}

const ROWS = `('a', 0, 'x', 'purchase'), ('a', 9, 'y', 'purchase'), ('a', 14, 'x', 'purchase'),
  ('b', 5, 'x', 'purchase'), ('b', 12, 'x', 'view'), ('c', 1, 'x', 'purchase'), ('c', 10, 'z', 'purchase'),
  ('d', 8, 'x', 'purchase'), ('d', 20, 'x', 'purchase')`;

test("churn is no purchase within the window, ends included at its start and not at its end", async () => {
  await withEvents(ROWS, async (engine) => {
    const at = (window: number, asOf = 10) =>
      churnTable(engine, "events", { asOf: START + asOf * DAY, window }).then(({ users, labels }) =>
        Object.fromEntries(users.map((user, i) => [user, labels[i]])),
      );
    assert.equal(await at(10), { a: 0, b: 1, c: 0, d: 1 });
    assert.equal(await at(11), { a: 0, b: 1, c: 0, d: 0 });
    assert.equal(await at(4), { a: 1, b: 1, c: 0, d: 1 });
    const recent = await churnTable(engine, "events", { asOf: START + 10 * DAY, window: 5, activeWithin: 3 });
    assert.equal(recent.users, ["a", "d"]);
  });
});

test("features know nothing of what comes after the moment", async () => {
  await withEvents(ROWS, async (engine) => {
    const question = { asOf: START + 10 * DAY, window: 5 };
    const before = await churnTable(engine, "events", question);
    await engine.run("UPDATE events SET price = 9.5, item_id = 'w' WHERE event_time >= TIMESTAMP '2020-01-11'");
    const after = await churnTable(engine, "events", question);
    assert.equal(Array.from(after.features, String), Array.from(before.features, String));
    const a = before.names.indexOf("recency");
    assert.is(before.features[a], 1);
  });
});

test("a window beyond the data is refused, with both days", async () => {
  await withEvents(ROWS, async (engine) => {
    try {
      await churnTable(engine, "events", { asOf: START + 15 * DAY, window: 7 });
      assert.unreachable("no error");
    } catch (error) {
      assert.instance(error, DataError);
      assert.match((error as Error).message, /2020-01-21.*2020-01-23/);
    }
  });
});

/** Users whose chance to leave is known: log-odds of two of three features, one of them with gaps. */
function simulate(rows: number, seed: number) {
  const random = createRandom(seed);
  const features = new Float64Array(3 * rows);
  const chance = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const [x, y, z] = [random.normal(), random.normal(), random.normal()];
    features.set([x, random.uniform() < 0.1 ? Number.NaN : y, z], 3 * row);
    chance[row] = 1 / (1 + Math.exp(-(1.5 * x - y)));
  }
  const labels = chance.map((p) => Number(random.uniform() < p));
  return { features, width: 3, names: ["x", "y", "z"], labels, chance };
}

for (const kind of ["trees", "logistic"] as const)
  test(`${kind}: close to the best that can be, calibrated, and its features weighed right`, () => {
    const train = simulate(4000, 1);
    const fresh = simulate(4000, 2);
    const model = fitChurn(train, { kind, random: createRandom(3), parameters: { num_threads: 1 } });
    const foretold = model.predict(fresh.features);
    const best = rocAuc(rankByScore(fresh.labels, fresh.chance));
    const { auc, lift, precision, brier } = scoreChurn(fresh.labels, foretold, {
      random: createRandom(4),
      resamples: 100,
    });
    assert.ok(best - auc.estimate < 0.03, `${auc.estimate} of ${best}`);
    assert.ok(auc.low < auc.estimate && auc.estimate < auc.high);
    assert.ok(lift.estimate > 1.5 && precision.estimate > 0.7 && brier.estimate < 0.2);
    // Ten groups of 400: noise alone makes an error of about 0.018.
    assert.ok(reliability(fresh.labels, foretold).error < 0.05, `${reliability(fresh.labels, foretold).error}`);
    assert.equal(
      model.importance.map(({ name }) => name),
      ["x", "y", "z"],
    );
    assert.is(model.calibration, "platt");
    model.dispose();
  });

test("the same seed gives the same model", () => {
  const rows = simulate(600, 5);
  const fit = () =>
    fitChurn(rows, { kind: "trees", random: createRandom(6), calibration: "isotonic", parameters: { num_threads: 1 } });
  assert.equal(fit().predict(rows.features), fit().predict(rows.features));
  assert.throws(
    () => fitChurn(simulate(10, 1), { kind: "trees", random: createRandom(1) }),
    (error: unknown) => error instanceof InputError,
  );
});

test("every user is in one risk band, each with its action", () => {
  const bands = riskBands([0.1, 0.4, 0.7, 0.95, 0.39]);
  assert.equal(
    bands.map(({ risk, action, rows }) => [risk, action, Array.from(rows)]),
    [
      ["high", "remind", [2, 3]],
      ["middle", "member offer", [1]],
      ["low", "leave alone", [0, 4]],
    ],
  );
  assert.ok(Math.abs(bands[2].meanProbability - 0.245) < 1e-12);
  assert.is(riskOf(0.5, { high: 0.6, middle: 0.55 }), "low");
  for (const bad of [() => riskOf(1.2), () => riskBands([0.5], { high: 0.3, middle: 0.4 })])
    assert.throws(bad, (error: unknown) => error instanceof InputError);
});

test.run();
