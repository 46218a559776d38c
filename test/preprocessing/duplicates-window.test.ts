import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, openEngine } from "../../lib/engine/index";
import { clean, dropRepeats, runSteps } from "../../lib/preprocessing/index";
import { at, makeTable, rowsOf } from "./tables";

let engine: Engine;
test.before(async () => {
  engine = await openEngine({ threads: 2 });
});
test.after(() => engine.close());

interface Click {
  time: number | null;
  user: string | null;
  item: string;
  type: string;
}

function load(clicks: readonly Click[]): Promise<string> {
  const columns = {
    source_row: "BIGINT",
    event_time: "TIMESTAMP",
    user_id: "VARCHAR",
    item_id: "VARCHAR",
    event_type: "VARCHAR",
  };
  const rows = clicks.map(({ time, user, item, type }, row) => [
    row + 1,
    time === null ? null : at(time),
    user,
    item,
    type,
  ]);
  return makeTable(engine, "clicks", columns, rows);
}

/** The rows taken out, by going through each key's rows in order. */
function byHand(clicks: readonly Click[], within: number): number[] {
  const last = new Map<string, number>();
  const gone: number[] = [];
  const order = clicks
    .map((click, index) => ({ ...click, row: index + 1 }))
    .filter((click) => click.time !== null)
    .sort((a, b) => a.time! - b.time! || a.row - b.row);
  for (const { row, time, user, item, type } of order) {
    const key = JSON.stringify([user, item, type]);
    const before = last.get(key);
    if (before !== undefined && time! - before <= within) gone.push(row);
    last.set(key, time!);
  }
  return gone.sort((a, b) => a - b);
}

const click = fc.record({
  time: fc.oneof(
    fc.integer({ min: 0, max: 40 }).map((tenths) => tenths / 10),
    fc.constant(null),
  ),
  user: fc.constantFrom("a", "b", null),
  item: fc.constantFrom("x", "y"),
  type: fc.constantFrom("view", "cart"),
});

test("what is taken out is what a walk through each key's rows takes out", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(click, { maxLength: 25 }), fc.constantFrom(0, 0.1, 0.5, 1, 2), async (clicks, within) => {
      // Tenths of a second in binary: the walk counts in tenths.
      const tenths = clicks.map((each) => ({ ...each, time: each.time === null ? null : Math.round(each.time * 10) }));
      const names = { output: "once", rejects: "once_rejects" };
      const { steps } = await runSteps(engine, await load(clicks), [dropRepeats({ within })], names);
      const gone = byHand(tenths, Math.round(within * 10));
      assert.equal(
        (await rowsOf(engine, "once_rejects")).map((each) => each.source_row),
        gone,
      );
      assert.is(steps[0].duplicates, gone.length);
    }),
    { numRuns: 60, seed: 20250303 },
  );
});

const view = (time: number) => ({ time, user: "a", item: "x", type: "view" });

test("a chain counts as one deed and keeps its first row; at the same moment the earlier row stays", async () => {
  const names = { output: "once", rejects: "once_rejects" };
  const kept = async (times: number[], within: number) => {
    await runSteps(engine, await load(times.map(view)), [dropRepeats({ within })], names);
    return (await rowsOf(engine, "once")).map((each) => each.source_row);
  };
  assert.equal(await kept([0, 2, 4, 6, 8.001], 2), [1, 5]);
  assert.equal(await kept([8, 6, 4, 2, 0], 2), [5]);
  assert.equal(await kept([1, 1, 1], 0), [1]);
  assert.equal(await kept([1, 1.001, 1], 0), [1, 2]);
});

test("as a stage of cleaning, counted beside the exact duplicates", async () => {
  const { report, rejects } = await clean(engine, await load([view(0), view(0), view(1), view(9)]), {
    rules: [],
    steps: [dropRepeats({ within: 2, only: "event_type = 'view'" })],
  });
  assert.equal([report.rowsIn, report.clean, report.duplicates, report.rejected], [4, 2, 2, 0]);
  assert.equal(report.reasons, [
    { step: "exact duplicates", kind: "duplicate", reason: "equals an earlier row", rows: 1 },
    { step: "repeats", kind: "duplicate", reason: "at most 2 s after the same user_id, item_id, event_type", rows: 1 },
  ]);
  assert.is((await rowsOf(engine, rejects)).length, 2);
});

test("a window below zero and an empty key are refused", () => {
  assert.throws(() => dropRepeats({ within: -1 }), /expected a number from 0.*within/);
  assert.throws(() => dropRepeats({ within: 1, key: [] }), /at least one column/);
});

test.run();
