import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, openEngine } from "../../lib/engine/index";
import { inSessions, itemDwell } from "../../lib/preprocessing/session-events";
import { sessionise } from "../../lib/preprocessing/sessions";
import { rowsOf, type ShopEvent, shop } from "./shop";

let engine: Engine;
test.before(async () => {
  engine = await openEngine({ threads: 2 });
});
test.after(() => engine.close());

/** The sessions' rows, found event by event from their definition. */
function byHand(rows: readonly ShopEvent[], gap: number) {
  const sessions: { user: string; session: number; start: number; end: number; events: number; bought: ShopEvent[] }[] =
    [];
  const known = rows.filter((row) => row.time !== null && row.user !== null).sort((a, b) => a.time! - b.time!);
  for (const user of [...new Set(known.map((row) => row.user!))].sort()) {
    let open: (typeof sessions)[number] | undefined;
    for (const row of known.filter((each) => each.user === user)) {
      if (open === undefined || row.time! - open.end > gap) {
        open = { user, session: (open?.session ?? 0) + 1, start: row.time!, end: row.time!, events: 0, bought: [] };
        sessions.push(open);
      }
      open.end = row.time!;
      open.events++;
      if (row.type === "purchase") open.bought.push(row);
    }
  }
  return sessions;
}

const event = fc.record({
  time: fc.option(fc.integer({ min: 0, max: 40 }), { freq: 15 }),
  user: fc.option(fc.constantFrom("a", "b"), { freq: 15 }),
  item: fc.constantFrom("x", "y"),
  type: fc.constantFrom("view", "cart", "purchase"),
  price: fc.option(fc.integer({ min: 0, max: 9 }), { freq: 8 }),
  quantity: fc.integer({ min: 1, max: 3 }),
});

test("sessions are those found event by event, and the numbered events are theirs", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 25 }), fc.integer({ min: 1, max: 8 }), async (rows, gap) => {
      const events = await shop(engine, rows);
      const { relation, sessions, events: counted } = await sessionise(engine, events, { gap });
      const expected = byHand(rows, gap);
      assert.equal(
        await rowsOf(engine, relation, "user_id, session"),
        expected.map((each) => {
          const known = each.bought.filter((row) => row.price !== null);
          const paid = known.reduce((sum, row) => sum + row.price! * row.quantity!, 0);
          return {
            user_id: each.user,
            session: each.session,
            start_time: each.start,
            end_time: each.end,
            duration: each.end - each.start,
            events: each.events,
            purchases: each.bought.length,
            purchased: each.bought.length > 0 ? 1 : 0,
            value: each.bought.length > 0 && known.length === 0 ? NaN : paid,
          };
        }),
      );
      assert.is(sessions, expected.length);
      assert.is(
        counted,
        expected.reduce((sum, each) => sum + each.events, 0),
      );
      const numbered = await inSessions(engine, events, { gap });
      const grouped =
        await engine.table(`SELECT user_id, session, count(*) AS events, max(position) AS last, min(position) AS first
        FROM ${numbered} GROUP BY user_id, session ORDER BY user_id, session`);
      assert.equal(
        grouped.objects(),
        expected.map((each) => ({
          user_id: each.user,
          session: each.session,
          events: each.events,
          last: each.events,
          first: 1,
        })),
      );
    }),
    { numRuns: 30, seed: 11 },
  );
});

test("exactly the gap is the same session, a microsecond more is another; ties are never parted", async () => {
  const events = await shop(engine, [{ time: 0 }, { time: 1800 }, { time: 3600.000001 }, { time: 3600.000001 }]);
  const { relation } = await sessionise(engine, events);
  const found = await rowsOf(engine, relation, "session");
  assert.equal(
    found.map((each) => [each.session, each.events]),
    [
      [1, 2],
      [2, 2],
    ],
  );
});

test("sessions go on and end at 1970 as anywhere", async () => {
  const events = await shop(engine, [
    { time: -21 },
    { time: -11 },
    { time: -9.5 },
    { time: 5 },
    { time: 15 },
    { time: 25.5 },
  ]);
  const { relation } = await sessionise(engine, events, { gap: 10 });
  const found = await rowsOf(engine, relation, "session");
  assert.equal(
    found.map((each) => [each.start_time, each.end_time, each.events]),
    [
      [-21, -9.5, 3],
      [5, 15, 2],
      [25.5, 25.5, 1],
    ],
  );
});

test("no events make no sessions; a bad gap is an error", async () => {
  const events = await shop(engine, []);
  assert.is((await sessionise(engine, events)).sessions, 0);
  const error = await sessionise(engine, events, { gap: 0 }).catch((caught) => caught);
  assert.match(error.message, /expected a number from .*: 0 at gap/);
});

test("dwell is the time to the session's next event, capped, unknown for the last", async () => {
  const events = await shop(engine, [
    { time: 0, type: "view", item: "x" },
    { time: 30, type: "view", item: "y" },
    { time: 1030, type: "view", item: "x" },
    { time: 1040, type: "cart", item: "x" },
    { time: 9999, type: "view", item: "x" },
  ]);
  const numbered = await rowsOf(engine, await inSessions(engine, events), "source_row");
  assert.equal(
    numbered.map((each) => each.dwell),
    [30, 600, 10, NaN, NaN],
  );
  assert.equal(
    numbered.map((each) => [each.session, each.position]),
    [
      [1, 1],
      [1, 2],
      [1, 3],
      [1, 4],
      [2, 1],
    ],
  );
  assert.equal(await rowsOf(engine, await itemDwell(engine, events), "item_id"), [
    { item_id: "x", looks: 3, timed: 2, dwell: 20 },
    { item_id: "y", looks: 1, timed: 1, dwell: 600 },
  ]);
});

test.run();
