import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, openEngine } from "../../lib/engine/index";
import { clean, validationRules } from "../../lib/preprocessing/index";
import { makeTable, rowsOf } from "./tables";

let engine: Engine;
test.before(async () => {
  engine = await openEngine({ threads: 2 });
});
test.after(() => engine.close());

const COLUMNS = {
  source_row: "BIGINT",
  event_time: "TIMESTAMP",
  user_id: "VARCHAR",
  item_id: "VARCHAR",
  event_type: "VARCHAR",
  price: "DOUBLE",
  quantity: "DOUBLE",
  cost: "DOUBLE",
};
type Row = [string | null, string | null, string | null, string | null, number | null, number | null, number | null];
const GOOD: Row = ["2025-03-03 12:00:00", "u", "i", "purchase", 2, 1, 1];

function changed(changes: Record<number, Row[number]>): Row {
  return GOOD.map((value, index) => (index in changes ? changes[index] : value)) as Row;
}

function load(rows: readonly Row[]): Promise<string> {
  return makeTable(
    engine,
    "checked",
    COLUMNS,
    rows.map((row, index) => [index + 1, ...row]),
  );
}

const NOON = Date.UTC(2025, 2, 3, 12) / 1000;

test("every way to be wrong is a reject with source, row, column, value and reason", async () => {
  const rows = [
    GOOD,
    changed({ 0: null }),
    changed({ 1: null }),
    changed({ 3: "teleport" }),
    changed({ 0: "2025-03-03 12:00:00.001" }),
    changed({ 0: "1999-12-31 23:59:59" }),
    changed({ 4: -1 }),
    changed({ 4: Number.NaN }),
    changed({ 5: 0 }),
    changed({ 6: Infinity }),
    changed({ 5: 1001 }),
    changed({ 2: null }),
    changed({ 4: null, 5: null, 6: null }),
  ];
  const rules = validationRules({
    now: NOON,
    earliest: Date.UTC(2000, 0, 1) / 1000,
    ranges: { quantity: { high: 1000 } },
    more: [{ field: "item_id", holds: "item_id IS NOT NULL OR event_type = 'search'", reason: "no item" }],
  });
  const { report, rejects } = await clean(engine, await load(rows), { rules });
  assert.equal([report.rowsIn, report.clean, report.duplicates, report.rejected], [13, 2, 0, 11]);
  const types = "view, search, click, favourite, cart, purchase, refund, review";
  assert.equal(
    (await rowsOf(engine, rejects)).map((row) => [row.source, row.source_row, row.field, row.value, row.reason]),
    [
      ["checked", 2, "event_time", null, "no event_time"],
      ["checked", 3, "user_id", null, "no user_id"],
      ["checked", 4, "event_type", "teleport", `not an event type (${types})`],
      ["checked", 5, "event_time", "2025-03-03 12:00:00.001", "in the future: later than 2025-03-03 12:00:00 UTC"],
      ["checked", 6, "event_time", "1999-12-31 23:59:59", "earlier than 2000-01-01 00:00:00 UTC"],
      ["checked", 7, "price", "-1.0", "negative price"],
      ["checked", 8, "price", "nan", "price is not a finite number"],
      ["checked", 9, "quantity", "0.0", "quantity of zero or less"],
      ["checked", 10, "cost", "inf", "cost is not a finite number"],
      ["checked", 11, "quantity", "1001.0", "quantity above 1000"],
      ["checked", 12, "item_id", null, "no item"],
    ],
  );
});

test("the report says itself in a sentence and in a table", async () => {
  const { report } = await clean(engine, await load([GOOD, GOOD, changed({ 4: -1 })]), { rules: validationRules() });
  assert.is(String(report), "3 rows in = 1 clean + 1 duplicate + 1 rejected (negative price 1)");
  assert.equal(report.table().objects(), [
    { outcome: "clean", step: "", reason: "", rows: 1, share: 1 / 3 },
    { outcome: "duplicate", step: "exact duplicates", reason: "equals an earlier row", rows: 1, share: 1 / 3 },
    { outcome: "rejected", step: "rules", reason: "negative price", rows: 1, share: 1 / 3 },
  ]);
});

test("any type goes when asked; an unknown column, an empty range or stretch of time is refused", async () => {
  const events = await load([changed({ 3: "teleport" })]);
  const { report } = await clean(engine, events, { rules: validationRules({ types: null }) });
  assert.is(report.clean, 1);
  const rules = validationRules({ ranges: { colour: { low: 1 } } });
  const error = await clean(engine, events, { rules }).catch((caught) => caught);
  assert.match(error.message, /rule names a column that isn't there: "colour".*Columns: source_row, event_time/);
  assert.throws(() => validationRules({ ranges: { price: { low: 2, high: 1 } } }), /nothing inside/);
  assert.throws(() => validationRules({ now: 1, earliest: 2 }), /earliest time is after/);
  assert.throws(() => validationRules({ types: [] }), /no event type may occur/);
});

test("clean rows as a view copy nothing and are the same rows", async () => {
  const events = await load([GOOD, GOOD, changed({ 4: -1 }), changed({ 4: 3 })]);
  const table = await clean(engine, events, { output: "as_table" });
  const view = await clean(engine, events, { output: "as_view", as: "view" });
  assert.equal(await rowsOf(engine, "as_view"), await rowsOf(engine, "as_table"));
  assert.equal(String(view.report), String(table.report));
  const kind = await engine.columns("SELECT count(*) AS n FROM duckdb_tables() WHERE table_name LIKE 'as_view%'");
  assert.is(kind.n[0], 1, "only the rejects are a table");
});

test("row numbers that repeat are found out, a stop is obeyed, and nothing half-made stays", async () => {
  const rows = [1, 1].map((number, index): (string | number | null)[] => [number, ...changed({ 4: index - 1 })]);
  const error = await clean(engine, await makeTable(engine, "twice", COLUMNS, rows)).catch((caught) => caught);
  assert.match(error.message, /lost or made rows.*source_row differs from row to row/);
  const controller = new AbortController();
  controller.abort();
  const stopped = await clean(engine, await load([GOOD]), { signal: controller.signal }).catch((caught) => caught);
  assert.is(stopped.name, "AbortedError");
  const left = await engine.columns("SELECT table_name FROM duckdb_tables() WHERE table_name LIKE '%marks%'");
  assert.equal(left.table_name, []);
});

test("stages are told as they begin", async () => {
  const told: unknown[] = [];
  await clean(engine, await load([GOOD]), { onProgress: (...stage) => told.push(stage) });
  assert.equal(told, [
    ["reading", 0, 3],
    ["duplicates", 1, 3],
    ["writing", 2, 3],
  ]);
});

test.run();
