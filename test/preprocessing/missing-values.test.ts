import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, openEngine } from "../../lib/engine/index";
import { fillMissing, fitMissing, type MissingFit, type MissingPlan, runSteps } from "../../lib/preprocessing/index";
import { makeTable, rowsOf } from "./tables";

let engine: Engine;
test.before(async () => {
  engine = await openEngine({ threads: 2 });
});
test.after(() => engine.close());

type Row = readonly [group: string | null, price: number | null, units: number | null, channel: string | null];
const COLUMNS = { source_row: "BIGINT", category_id: "VARCHAR", price: "DOUBLE", units: "INTEGER", channel: "VARCHAR" };

const TRAIN: Row[] = [
  ["tea", 2, 1, "web"],
  ["tea", 4, null, "web"],
  ["tea", null, 2, "app"],
  ["tea", 9, 2, null],
  ["jam", 7, 5, "app"],
  ["jam", null, 5, "shop"],
  [null, 100, 1, null],
];

function load(rows: readonly Row[], name = "train_rows"): Promise<string> {
  return makeTable(
    engine,
    name,
    COLUMNS,
    rows.map((row, index) => [index + 1, ...row]),
  );
}

async function filled(rows: readonly Row[], plans: Record<string, MissingPlan>, others: readonly Row[] = rows) {
  const fits = JSON.parse(JSON.stringify(await fitMissing(engine, await load(rows), plans))) as MissingFit[];
  const names = { output: "filled", rejects: "filled_rejects" };
  const { steps } = await runSteps(engine, await load(others, "other_rows"), [fillMissing(fits)], names);
  return { fits, step: steps[0], rows: await rowsOf(engine, "filled") };
}

const column = (rows: Record<string, unknown>[], name: string) => rows.map((row) => row[name]);

/**
 * pandas 3.1.1, on the rows above:
 * f.price.fillna(f.price.mean()); f.price.fillna(f.price.median()); f.units.fillna(f.units.median());
 * f.price.fillna(f.groupby("category_id").price.transform("median")).fillna(f.price.median());
 * f.units.fillna(f.units.mode()[0]); f.channel.fillna(f.channel.mode()[0])
 */
const PANDAS: [name: string, plan: MissingPlan, filled: unknown[]][] = [
  ["price", { fill: "mean" }, [2, 4, 24.4, 9, 7, 24.4, 100]],
  ["price", { fill: "median" }, [2, 4, 7, 9, 7, 7, 100]],
  ["price", { fill: "median", by: "category_id" }, [2, 4, 4, 9, 7, 7, 100]],
  ["units", { fill: "median" }, [1, 2, 2, 2, 5, 5, 1]],
  ["units", { fill: "mode" }, [1, 1, 2, 2, 5, 5, 1]],
  ["channel", { fill: "mode" }, ["web", "web", "app", "app", "app", "shop", "app"]],
];

for (const [name, plan, expected] of PANDAS)
  test(`${name} by ${plan.fill}${"by" in plan ? " of its group" : ""}: as pandas fills it`, async () => {
    const { rows, step } = await filled(TRAIN, { [name]: plan });
    assert.equal(column(rows, name), expected);
    assert.equal([step.rowsIn, step.rowsOut], [7, 7]);
  });

test("fitted on train and applied: nothing of the other rows gets in; strangers and small groups get the overall", async () => {
  const others: Row[] = [
    ["tea", null, null, null],
    ["soap", null, 1, null],
    ["jam", null, 1, null],
    [null, 1000, 1, "app"],
  ];
  const { rows, fits } = await filled(TRAIN, { price: { fill: "median", by: "category_id", minimum: 2 } }, others);
  assert.equal(column(rows, "price"), [4, 7, 7, 1000]);
  assert.equal(fits, [
    {
      column: "price",
      fill: "median",
      indicator: false,
      overall: 7,
      by: "category_id",
      groups: [{ group: "tea", fit: 4 }],
    },
  ]);
});

test("a constant, an indicator beside it, and rows dropped into the rejects", async () => {
  const { rows, step } = await filled(TRAIN, {
    channel: { fill: "constant", value: "none's" },
    price: { fill: "mean", indicator: true },
    units: { fill: "drop" },
    category_id: { fill: "none" },
  });
  assert.equal(column(rows, "channel"), ["web", "app", "none's", "app", "shop", "none's"]);
  assert.equal(column(rows, "price_missing"), [0, 1, 0, 0, 1, 0]);
  assert.equal(column(rows, "category_id_missing"), [0, 0, 0, 0, 0, 1]);
  assert.equal([step.rowsIn, step.rowsOut, step.rejected], [7, 6, 1]);
  assert.equal(await rowsOf(engine, "filled_rejects", "source_row", "source_row, field, reason"), [
    { source_row: 2, field: "units", reason: "no units" },
  ]);
});

test("the most frequent of several is the smallest; of nothing known, nothing is filled", async () => {
  const tie: Row[] = [
    ["a", 2, null, "web"],
    ["a", 1, null, "app"],
    ["a", null, null, null],
  ];
  const { rows, fits } = await filled(tie, {
    price: { fill: "mode" },
    channel: { fill: "mode" },
    units: { fill: "mean" },
  });
  assert.equal([rows[2].price, rows[2].channel, rows[2].units], [1, "app", Number.NaN]);
  assert.is(fits[2].overall, null);
  const empty = await filled([], { price: { fill: "median", by: "category_id" } }, tie);
  assert.equal(column(empty.rows, "price"), [2, 1, Number.NaN]);
});

test("a column that isn't there, a mean of words and a constant of the wrong kind are refused", async () => {
  const train = await load(TRAIN);
  const problem = (plans: Record<string, MissingPlan>) =>
    fitMissing(engine, train, plans).then(String, (error: Error) => error.message);
  assert.match(await problem({ prise: { fill: "mean" } }), /no such column: "prise"/);
  assert.match(await problem({ channel: { fill: "mean" } }), /column of numbers, it holds text/);
  assert.match(await problem({ price: { fill: "constant", value: "x" } }), /constant of another kind/);
  assert.match(await problem({ price: { fill: "mean", by: "shop" } }), /no such column: "shop"/);
});

test.run();
