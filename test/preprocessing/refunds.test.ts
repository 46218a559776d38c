import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, openEngine } from "../../lib/engine/index";
import { matchRefunds, refundsMatched, runSteps } from "../../lib/preprocessing/index";
import { at, makeTable, rowsOf } from "./tables";

let engine: Engine;
test.before(async () => {
  engine = await openEngine({ threads: 2 });
});
test.after(() => engine.close());

interface Move {
  time: number;
  user: string | null;
  item: string;
  type: string;
  quantity: number | null;
}

function load(moves: readonly Move[]): Promise<string> {
  const columns = {
    source_row: "BIGINT",
    event_time: "TIMESTAMP",
    user_id: "VARCHAR",
    item_id: "VARCHAR",
    event_type: "VARCHAR",
    quantity: "DOUBLE",
  };
  const rows = moves.map((move, row) => [row + 1, at(move.time), move.user, move.item, move.type, move.quantity]);
  return makeTable(engine, "moves", columns, rows);
}

/** First in, first out, with a queue for each user and item: what the SQL must equal. */
function byQueue(moves: readonly Move[]) {
  const order = moves
    .map((move, index) => ({ ...move, row: index + 1 }))
    .sort((a, b) => a.time - b.time || a.row - b.row);
  const queues = new Map<string, { row: number; left: number }[]>();
  const matches: { refund_row: number; purchase_row: number; quantity: number }[] = [];
  const unmatched = new Map<number, number>();
  const refunded = new Map<number, number>();
  for (const move of order) {
    const key = JSON.stringify([move.user, move.item]);
    if (!queues.has(key)) queues.set(key, []);
    const queue = queues.get(key)!;
    let units = Math.max(move.quantity ?? 1, 0);
    if (move.type === "purchase") {
      refunded.set(move.row, 0);
      queue.push({ row: move.row, left: units });
    }
    if (move.type !== "refund") continue;
    while (units > 0 && queue.length > 0) {
      const taken = Math.min(units, queue[0].left);
      if (taken > 0) matches.push({ refund_row: move.row, purchase_row: queue[0].row, quantity: taken });
      refunded.set(queue[0].row, refunded.get(queue[0].row)! + taken);
      queue[0].left -= taken;
      units -= taken;
      if (queue[0].left === 0) queue.shift();
    }
    unmatched.set(move.row, units);
  }
  return { matches, unmatched, refunded };
}

const move = fc.record({
  time: fc.integer({ min: 0, max: 6 }),
  user: fc.constantFrom("a", "b", null),
  item: fc.constantFrom("x", "y"),
  type: fc.constantFrom("purchase", "purchase", "refund", "view"),
  quantity: fc.constantFrom(1, 2, 3, 5, 0, -1, null),
});

test("refunds take the units that a queue kept by hand gives them, ties and all", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(move, { maxLength: 24 }), async (moves) => {
      const expected = byQueue(moves);
      const found = await matchRefunds(engine, await load(moves));
      const sorted = [...expected.matches].sort(
        (a, b) => a.refund_row - b.refund_row || a.purchase_row - b.purchase_row,
      );
      assert.equal(await rowsOf(engine, found.matches, "refund_row, purchase_row"), sorted);
      for (const row of await rowsOf(engine, found.events)) {
        const number = Number(row.source_row);
        const { type, quantity } = moves[number - 1];
        const purchase = type === "purchase";
        const units = Math.max(quantity ?? 1, 0);
        assert.equal(
          [row.refunded_quantity, row.net_quantity, row.unmatched_quantity],
          [
            purchase ? expected.refunded.get(number) : Number.NaN,
            purchase ? units - expected.refunded.get(number)! : Number.NaN,
            type === "refund" ? expected.unmatched.get(number) : Number.NaN,
          ],
        );
      }
      const refunds = moves.filter((each) => each.type === "refund");
      const units = refunds.reduce((sum, each) => sum + Math.max(each.quantity ?? 1, 0), 0);
      const lost = [...expected.unmatched.values()].reduce((sum, each) => sum + each, 0);
      assert.equal([found.refunds, found.units, found.unmatchedUnits], [refunds.length, units, lost]);
      assert.is(found.whole + found.part + found.none, found.refunds);
    }),
    { numRuns: 60, seed: 20250303 },
  );
});

test("no refund changes nothing; a refund of everything leaves nothing", async () => {
  const bought = { time: 0, user: "a", item: "x", type: "purchase", quantity: 3 };
  const alone = await matchRefunds(engine, await load([bought]));
  assert.equal([alone.refunds, (await rowsOf(engine, alone.events))[0].net_quantity], [0, 3]);
  const back = { ...bought, time: 1, type: "refund" };
  const { events, whole } = await matchRefunds(engine, await load([bought, back]));
  assert.equal([whole, (await rowsOf(engine, events))[0].net_quantity], [1, 0]);
});

test("a refund before its purchase, or of another's, is rejected by the step; or kept when asked", async () => {
  const moves = [
    { time: 0, user: "a", item: "x", type: "refund", quantity: 2 },
    { time: 1, user: "a", item: "x", type: "purchase", quantity: 5 },
    { time: 2, user: "b", item: "x", type: "refund", quantity: 1 },
    { time: 3, user: "a", item: "x", type: "refund", quantity: 7 },
  ];
  const names = { output: "settled", rejects: "settled_rejects" };
  const result = await runSteps(engine, await load(moves), [refundsMatched()], names);
  assert.equal(result.steps, [{ step: "refunds", rowsIn: 4, rowsOut: 2, duplicates: 0, rejected: 2 }]);
  assert.equal(await rowsOf(engine, "settled_rejects", "source_row", "source, source_row, field, value, reason"), [
    { source: "moves", source_row: 1, field: "quantity", value: "2.0", reason: "refund without an earlier purchase" },
    { source: "moves", source_row: 3, field: "quantity", value: "1.0", reason: "refund without an earlier purchase" },
  ]);
  assert.equal(await rowsOf(engine, "settled", "source_row", "source_row, net_quantity, unmatched_quantity"), [
    { source_row: 2, net_quantity: 0, unmatched_quantity: Number.NaN },
    { source_row: 4, net_quantity: Number.NaN, unmatched_quantity: 2 },
  ]);
  const kept = await runSteps(engine, "moves", [refundsMatched({ unmatched: "keep" })], names);
  assert.is(kept.steps[0].rowsOut, 4);
});

test.run();
