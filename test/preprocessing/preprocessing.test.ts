import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, openEngine } from "../../lib/engine/index";
import { applyRules, clean, runSteps, type Step, splitByTime, userFeatures } from "../../lib/preprocessing/index";

let engine: Engine;
test.before(async () => {
  engine = await openEngine({ threads: 2 });
});
test.after(() => engine.close());

const DAY = 86400;

/** One purchase. */
interface Row {
  day: number;
  user: string;
  item: string;
  category: string | null;
  price: number;
  quantity: number;
  cost: number | null;
  type: string;
}

/** Makes a relation in the event schema of these rows. */
async function load(rows: readonly Partial<Row>[], name = "shop"): Promise<string> {
  await engine.run(`CREATE OR REPLACE TABLE ${name} (source_row BIGINT, event_time TIMESTAMP, user_id VARCHAR,
    item_id VARCHAR, event_type VARCHAR, category_id VARCHAR, price DOUBLE, quantity DOUBLE, cost DOUBLE,
    malformed STRUCT(field VARCHAR, value VARCHAR, reason VARCHAR))`);
  for (const [index, row] of rows.entries()) {
    const {
      day = 0,
      user = "u",
      item = "i",
      category = "c",
      price = 1,
      quantity = 1,
      cost = 0.5,
      type = "purchase",
    } = row;
    await engine.run(`INSERT INTO ${name} VALUES (?::BIGINT, make_timestamp(?::BIGINT), ?, ?, ?, ?, ?, ?, ?, NULL)`, [
      index + 1,
      BigInt(Math.round(day * DAY * 1e6)),
      user,
      item,
      type,
      category,
      price,
      quantity,
      cost,
    ]);
  }
  return name;
}

const row = fc.record({
  day: fc.integer({ min: 0, max: 30 }),
  user: fc.constantFrom("a", "b", "c"),
  item: fc.constantFrom("x", "y", "z"),
  category: fc.constantFrom("p", "q", "r", null),
  price: fc.integer({ min: -1, max: 5 }),
  quantity: fc.integer({ min: 0, max: 3 }),
  cost: fc.constantFrom(0.5, 1, -1, null),
  type: fc.constantFrom("purchase", "view"),
});

test("every row is clean, a duplicate or rejected, as counted row by row outside SQL", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 25 }), async (rows) => {
      const { report } = await clean(engine, await load(rows));
      const good = rows.filter(
        (each) => each.price >= 0 && each.quantity > 0 && (each.cost === null || each.cost >= 0),
      );
      const different = new Set(good.map((each) => JSON.stringify(Object.values(each)))).size;
      assert.equal(
        [report.rowsIn, report.clean, report.duplicates, report.rejected],
        [rows.length, different, good.length - different, rows.length - good.length],
      );
    }),
    { numRuns: 25, seed: 3 },
  );
});

test("a row that breaks two rules is counted once, under the first", async () => {
  const { report } = await clean(engine, await load([{ price: -1, quantity: 0 }, {}]));
  assert.equal(report.reasons, [{ step: "rules", kind: "rejected", reason: "negative price", rows: 1 }]);
});

test("an unknown value breaks no rule, and no rules keep every row", async () => {
  const { report } = await clean(engine, await load([{ cost: null }]));
  assert.is(report.clean, 1);
  const kept = await clean(engine, await load([{ price: -1 }]), { rules: [] });
  assert.is(kept.report.clean, 1);
});

test("no events give no clean events and a report of zeros", async () => {
  const { report } = await clean(engine, await load([]));
  assert.equal([report.rowsIn, report.clean, report.duplicates, report.rejected], [0, 0, 0, 0]);
});

test("a step that loses a row is found out by name", async () => {
  const leaky: Step = {
    name: "leaky",
    apply: ({ engine: on, input, output }) => on.run(`CREATE TABLE ${output} AS SELECT * FROM ${input} LIMIT 1`),
  };
  const names = { output: "leaky_out", rejects: "leaky_rejects" };
  const error = await runSteps(engine, await load([{}, {}]), [applyRules([]), leaky], names).catch((caught) => caught);
  assert.match(error.message, /lost or made rows: 2 in, 1 out, 0 taken out at step "leaky"/);
});

test("the name of a relation can't carry SQL", async () => {
  const error = await clean(engine, "shop; DROP TABLE shop").catch((caught) => caught);
  assert.match(error.message, /not the name of a relation/);
});

/** The features of one user, computed row by row from their definitions. */
function byHand(rows: Row[], asOf: number) {
  const past = rows.filter((each) => each.type === "purchase" && each.day < asOf);
  const days = [...new Set(past.map((each) => each.day))].sort((a, b) => a - b);
  const value = past.reduce((sum, each) => sum + each.price * each.quantity, 0);
  const known = past.filter((each) => each.cost !== null);
  const takings = known.reduce((sum, each) => sum + each.price * each.quantity, 0);
  const counts = new Map<string, number>();
  for (const { category } of past) if (category !== null) counts.set(category, (counts.get(category) ?? 0) + 1);
  const lines = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return {
    recency: asOf - days[days.length - 1],
    tenure: asOf - days[0],
    frequency: days.length,
    mean_interval: days.length < 2 ? NaN : (days[days.length - 1] - days[0]) / (days.length - 1),
    value,
    mean_basket: value / days.length,
    margin:
      takings === 0 ? NaN : known.reduce((sum, each) => sum + (each.price - each.cost!) * each.quantity, 0) / takings,
    units: past.reduce((sum, each) => sum + each.quantity, 0),
    items: new Set(past.map((each) => each.item)).size,
    categories: counts.size,
    category_entropy: [...counts.values()].reduce((sum, count) => sum - (count / lines) * Math.log2(count / lines), 0),
  };
}

test("user features equal their definitions computed by hand", async () => {
  const positive = row.map((each) => ({ ...each, price: Math.abs(each.price), cost: each.cost === null ? null : 1 }));
  await fc.assert(
    fc.asyncProperty(
      fc.array(positive, { minLength: 1, maxLength: 25 }),
      fc.integer({ min: 1, max: 31 }),
      async (rows, asOf) => {
        const { relation } = await userFeatures(engine, await load(rows), { asOf: asOf * DAY });
        const found = (await engine.table(`SELECT * FROM ${relation}`)).objects() as Record<string, number | string>[];
        const users = [
          ...new Set(rows.filter((each) => each.type === "purchase" && each.day < asOf).map((each) => each.user)),
        ];
        assert.equal(
          found.map((each) => each.user_id),
          users.sort(),
        );
        for (const features of found) {
          const expected = byHand(
            rows.filter((each) => each.user === features.user_id),
            asOf,
          );
          for (const [name, value] of Object.entries(expected)) {
            const close = Math.abs(Number(features[name]) - value) <= 1e-9 * Math.max(1, Math.abs(value));
            assert.ok(close || Object.is(features[name], value), `${name}: ${features[name]} is not ${value}`);
          }
        }
      },
    ),
    { numRuns: 25, seed: 5 },
  );
});

test("features as of a time don't change when the future does", async () => {
  const past = [
    { day: 1, user: "a" },
    { day: 3, user: "a", item: "y" },
    { day: 4, user: "b" },
  ];
  const features = async (future: Partial<Row>[]) => {
    const { relation } = await userFeatures(engine, await load([...past, ...future]), { asOf: 5 * DAY });
    return (await engine.table(`SELECT * FROM ${relation}`)).objects();
  };
  const alone = await features([]);
  assert.is(alone.length, 2);
  assert.equal(
    await features([
      { day: 5, user: "a", price: 9 },
      { day: 6, user: "c" },
    ]),
    alone,
  );
});

test("features are as of the end of the last day unless told; no events are an error", async () => {
  const { asOf, users } = await userFeatures(engine, await load([{ day: 2.5 }]));
  assert.equal([asOf, users], [3 * DAY, 1]);
  const error = await userFeatures(engine, await load([])).catch((caught) => caught);
  assert.match(error.message, /there are no events/);
});

test("a split by time parts every event, the moment itself going to the test", async () => {
  const events = await load([{ day: 0 }, { day: 1 }, { day: 2 }, { day: 2.5 }]);
  const split = await splitByTime(engine, events, { at: 2 * DAY });
  assert.equal([split.trainRows, split.testRows], [2, 2]);
  const latest = await engine.columns(`SELECT max(event_time) AS t FROM ${split.train}`);
  const earliest = await engine.columns(`SELECT min(event_time) AS t FROM ${split.test}`);
  assert.ok(Number(latest.t[0]) < split.at && Number(earliest.t[0]) >= split.at);
  assert.equal((await splitByTime(engine, events, { testDays: 1 })).at, 2 * DAY);
  const error = await splitByTime(engine, events, { at: 0 }).catch((caught) => caught);
  assert.match(error.message, /part of the split is empty: 0 rows before, 4 after/);
});

test.run();
