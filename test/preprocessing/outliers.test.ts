import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, openEngine } from "../../lib/engine/index";
import {
  fitOutliers,
  type OutlierBounds,
  type OutlierMethod,
  runSteps,
  treatOutliers,
} from "../../lib/preprocessing/index";
import { makeTable, rowsOf } from "./tables";

let engine: Engine;
test.before(async () => {
  engine = await openEngine({ threads: 2 });
});
test.after(() => engine.close());

type Row = readonly [group: string | null, x: number | null];

function load(rows: readonly Row[], name = "values_in"): Promise<string> {
  const columns = { source_row: "BIGINT", category_id: "VARCHAR", price: "DOUBLE" };
  return makeTable(
    engine,
    name,
    columns,
    rows.map(([group, x], row) => [row + 1, group, x]),
  );
}

function near(actual: unknown, expected: number): void {
  const value = Number(actual);
  assert.ok(Math.abs(value - expected) <= 1e-12 * Math.max(1, Math.abs(expected)), `${value} is not ${expected}`);
}

const X = [3.5, 1, 4, 1, 5, 9, 2.5, 6, 5, 3, 5, 8, 97, -40];

/**
 * NumPy 2.4.6:
 * x = np.array([3.5, 1, 4, 1, 5, 9, 2.5, 6, 5, 3, 5, 8, 97, -40])
 * q1, q3 = np.quantile(x, [.25, .75]); (q1 - 1.5 * (q3 - q1), q3 + 1.5 * (q3 - q1))
 * (x.mean() - 2 * x.std(ddof=1), x.mean() + 2 * x.std(ddof=1))
 * m = np.median(x); mad = np.median(abs(x - m)); (m - 3.5 * 1.4826 * mad, m + 3.5 * 1.4826 * mad)
 * np.quantile(x, [.05, .9])
 */
const NUMPY: [OutlierMethod, low: number, high: number][] = [
  [{ method: "iqr" }, -2.0625, 10.4375],
  [{ method: "z-score", k: 2 }, -48.8369466074546, 64.55123232174032],
  [{ method: "mad" }, -4.580925000000001, 13.580925],
  [{ method: "quantile", low: 0.05, high: 0.9 }, -13.35, 8.700000000000001],
];

for (const [method, low, high] of NUMPY)
  test(`${method.method}: the bounds that NumPy gives`, async () => {
    const bounds = await fitOutliers(engine, await load(X.map((x) => ["c", x] as const)), "price", method);
    near(bounds.overall.low, low);
    near(bounds.overall.high, high);
    assert.is(bounds.overall.count, X.length);
  });

/** Linear between the two nearest values. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  return sorted[below] + (place - below) * (sorted[Math.min(below + 1, sorted.length - 1)] - sorted[below]);
}

/** The range by its definition. */
function byHand(values: readonly number[], method: OutlierMethod["method"]): [number, number] | undefined {
  if (values.length === 0) return undefined;
  if (method === "quantile") return [quantile(values, 0.01), quantile(values, 0.99)];
  if (method === "iqr") {
    const [a, b] = [quantile(values, 0.25), quantile(values, 0.75)];
    return [a - 1.5 * (b - a), b + 1.5 * (b - a)];
  }
  if (method === "mad") {
    const middle = quantile(values, 0.5);
    const distance = quantile(
      values.map((value) => Math.abs(value - middle)),
      0.5,
    );
    return [middle - 3.5 * 1.4826 * distance, middle + 3.5 * 1.4826 * distance];
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  if (values.length < 2) return undefined;
  const deviation = Math.sqrt(squares / (values.length - 1));
  return [mean - 3 * deviation, mean + 3 * deviation];
}

const row = fc.tuple(
  fc.constantFrom("a", "b", null),
  fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(100, -70, null, Number.NaN, Infinity)),
);

test("groups have the ranges of their definitions; small ones and strangers the overall one", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { maxLength: 30 }),
      fc.constantFrom<OutlierMethod["method"]>("iqr", "z-score", "mad", "quantile"),
      async (rows, method) => {
        const events = await load(rows);
        const bounds = await fitOutliers(engine, events, "price", { method }, { by: "category_id", minimum: 3 });
        const known = rows.filter(([, x]) => x !== null && Number.isFinite(x));
        const of = (group?: string) =>
          known.filter((each) => group === undefined || each[0] === group).map(([, x]) => x!);
        const expected = byHand(of(), method);
        assert.equal(
          bounds.groups!.map((each) => each.group),
          ["a", "b"].filter((group) => of(group).length >= 3),
        );
        for (const { fit, range } of [
          { fit: bounds.overall, range: expected },
          ...bounds.groups!.map(({ group, fit }) => ({ fit, range: byHand(of(group), method) })),
        ])
          if (range === undefined) assert.equal([fit.low, fit.high], [null, null]);
          else {
            near(fit.low, range[0]);
            near(fit.high, range[1]);
          }
        // Applied: what is flagged, capped and dropped is what lies outside of the row's range.
        const names = { output: "treated", rejects: "treated_rejects" };
        const range = (group: string | null) =>
          bounds.groups!.find((each) => each.group === group)?.fit ?? bounds.overall;
        const outside = rows.map(([group, x]) => {
          if (x === null || Number.isNaN(x)) return x === null ? Number.NaN : 0;
          const { low, high } = range(group);
          return (low !== null && x < low) || (high !== null && x > high) ? 1 : 0;
        });
        await runSteps(engine, events, [treatOutliers([bounds], "flag")], names);
        const flagged = await engine.columns(
          "SELECT CAST(price_outlier AS INTEGER) AS f FROM treated ORDER BY source_row",
        );
        assert.equal([...flagged.f].map(Number), outside);
        await runSteps(engine, events, [treatOutliers([bounds], "cap")], names);
        const capped = [...(await engine.columns("SELECT price FROM treated ORDER BY source_row")).price].map(Number);
        for (const [index, [group, x]] of rows.entries()) {
          const { low, high } = range(group);
          const bound = x !== null && x < (low ?? -Infinity) ? low : high;
          assert.equal(capped[index], outside[index] === 1 ? bound : (x ?? Number.NaN));
        }
        const { steps } = await runSteps(engine, events, [treatOutliers([bounds], "drop")], names);
        assert.is(steps[0].rejected, outside.filter((each) => each === 1).length);
      },
    ),
    { numRuns: 30, seed: 20250303 },
  );
});

test("bounds come back from JSON and treat another relation; the reject says column, value and bound", async () => {
  const train = await load(X.map((x) => ["c", x] as const));
  const bounds = JSON.parse(
    JSON.stringify(await fitOutliers(engine, train, "price", { method: "iqr" })),
  ) as OutlierBounds;
  const test_ = await load(
    [
      ["c", 11],
      ["c", 10],
      [null, -3],
    ],
    "values_test",
  );
  await runSteps(engine, test_, [treatOutliers([bounds], "drop")], { output: "kept", rejects: "kept_rejects" });
  assert.equal(await rowsOf(engine, "kept_rejects", "source_row", "source_row, field, value, reason"), [
    { source_row: 1, field: "price", value: "11.0", reason: "above 10.4375 (IQR, k = 1.5)" },
    { source_row: 3, field: "price", value: "-3.0", reason: "below -2.0625 (IQR, k = 1.5)" },
  ]);
  assert.equal(
    (await engine.describe("kept")).map((column) => column.name),
    ["source_row", "category_id", "price"],
  );
});

test("without values nothing is an outlier; equal values have no room", async () => {
  const none = await fitOutliers(engine, await load([]), "price", { method: "mad" });
  assert.equal(none.overall, { low: null, high: null, count: 0 });
  const equal = await fitOutliers(
    engine,
    await load([
      ["a", 2],
      ["a", 2],
      ["a", 2],
    ]),
    "price",
    { method: "z-score" },
  );
  assert.equal(equal.overall, { low: 2, high: 2, count: 3 });
});

test("a bad column, method or setting is said", async () => {
  const events = await load([["a", 1]]);
  const problem = (work: Promise<unknown>) => work.then(String, (error: Error) => error.message);
  const iqr = { method: "iqr" } as const;
  assert.match(
    await problem(fitOutliers(engine, events, "prise", iqr)),
    /no such column.*Columns: source_row, category_id, price/,
  );
  assert.match(
    await problem(fitOutliers(engine, events, "category_id", iqr)),
    /expected a column of numbers, it holds text/,
  );
  assert.match(await problem(fitOutliers(engine, events, "price", { method: "iqr", k: -1 })), /at least 0.* at k/);
  assert.match(
    await problem(fitOutliers(engine, events, "price", { method: "quantile", low: 0.9, high: 0.1 })),
    /lower quantile is above/,
  );
  const bounds = await fitOutliers(engine, events, "price", iqr);
  assert.throws(() => treatOutliers([bounds, bounds], "cap"), /two ranges/);
});

test.run();
