import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { openEngine } from "../../../lib/engine/index";
import {
  type InteractionLog,
  readLog,
  scoresAt,
  slotOf,
  timePopularity,
  timeRecommender,
} from "../../../lib/recommendation/index";

const DAY = 86400;
/** Thursday 1 January 1970, so day 4 is the first Monday. */
const log = (events: [day: number, hour: number, item: number][]): InteractionLog => ({
  users: new Int32Array(events.length),
  items: Int32Array.from(events, ([, , item]) => item),
  times: Float64Array.from(events, ([day, hour]) => day * DAY + hour * 3600),
});
const near = (actual: ArrayLike<number>, expected: number[]) =>
  expected.forEach((value, at) => {
    assert.ok(Math.abs(actual[at] - value) < 1e-12, `${at}: ${actual[at]} is not ${value}`);
  });

test("slots are the calendar's, in the shop's time zone", () => {
  fc.assert(
    fc.property(fc.integer({ min: -4e9, max: 4e9 }), fc.integer({ min: -12, max: 14 }), (time, offset) => {
      const date = new Date((time + offset * 3600) * 1000);
      const weekday = (date.getUTCDay() + 6) % 7;
      assert.is(slotOf(time, "hour", offset), date.getUTCHours());
      assert.is(slotOf(time, "weekday", offset), weekday);
      assert.is(slotOf(time, "hour-of-week", offset), 24 * weekday + date.getUTCHours());
      assert.is(slotOf(time, "none", offset), 0);
    }),
  );
});

test("an event counts half after a half-life", () => {
  const events = log([
    [0, 0, 0],
    [0, 0, 0],
    [14, 0, 1],
    [7, 0, 2],
  ]);
  const fading = timePopularity(events, 3, { halfLife: 7 });
  near(fading.totals, [2 / 4, 1, 1 / 2]);
  near(scoresAt(fading, 20 * DAY), [0.25, 0.5, 0.25]);
  near(timePopularity(events, 3).totals, [2, 1, 1]);
  near(timePopularity(events, 3, { asOf: 7 * DAY, halfLife: 7 }).totals, [1, 0, 1]);
});

test("a slot's own share, drawn towards the share at all times by so many events", () => {
  // Item 0 sells at 8 o'clock, item 1 at 20 o'clock.
  const events = log([
    [0, 8, 0],
    [1, 8, 0],
    [2, 8, 0],
    [0, 20, 1],
  ]);
  const model = timePopularity(events, 2, { slots: "hour", smoothing: 2 });
  near(scoresAt(model, 9 * DAY + 8 * 3600), [(3 + (2 * 3) / 4) / 5, (0 + 2 / 4) / 5]);
  near(scoresAt(model, 9 * DAY + 20 * 3600), [(0 + (2 * 3) / 4) / 3, (1 + 2 / 4) / 3]);
  near(scoresAt(model, 9 * DAY + 3 * 3600), [3 / 4, 1 / 4]);
  const sharp = timePopularity(events, 2, { slots: "hour", smoothing: 0 });
  near(scoresAt(sharp, 20 * 3600), [0, 1]);
  near(scoresAt(sharp, 3 * 3600), [3 / 4, 1 / 4]);
  const scores = new Float64Array(2);
  timeRecommender(sharp, 20 * 3600).score(5, scores);
  near(scores, [0, 1]);
});

test("scores sum to 1 whatever the settings; without events they are 0", () => {
  const event = fc.tuple(fc.nat(60), fc.nat(23), fc.nat(4));
  fc.assert(
    fc.property(
      fc.array(event, { minLength: 1, maxLength: 30 }),
      fc.constantFrom("none" as const, "hour" as const, "weekday" as const, "hour-of-week" as const),
      fc.nat(50),
      fc.nat(100 * DAY),
      (events, slots, smoothing, at) => {
        const model = timePopularity(log(events), 5, { slots, smoothing, halfLife: 10 });
        const sum = scoresAt(model, at).reduce((total, value) => total + value, 0);
        assert.ok(Math.abs(sum - 1) < 1e-12, `${sum}`);
      },
    ),
  );
  near(scoresAt(timePopularity(log([]), 2, { asOf: 0 }), 0), [0, 0]);
});

test("a log holds events of known users and items, in time order", async () => {
  const engine = await openEngine({ threads: 1 });
  await engine.run(`CREATE TABLE events AS SELECT * FROM (VALUES
    ('b', 'x', TIMESTAMP '1970-01-02 00:00:01'), ('a', 'y', TIMESTAMP '1970-01-01 01:00:00'),
    ('c', 'x', TIMESTAMP '1970-01-01 00:00:00'), ('a', 'z', TIMESTAMP '1970-01-01 00:00:00'))
    AS t(user_id, item_id, event_time)`);
  const read = await readLog(engine, "events", { users: ["a", "b"], items: ["x", "y"] });
  assert.equal(read, { users: Int32Array.of(0, 1), items: Int32Array.of(1, 0), times: Float64Array.of(3600, 86401) });
  await readLog(engine, "events", { users: ["nobody"], items: ["x"] }).then(
    () => assert.unreachable(),
    (error) => assert.match(error.message, /no event of a known user and item at events/),
  );
  engine.close();
});

test("unknown slots, a half-life of 0 and items outside the catalogue are refused", () => {
  const events = log([[0, 0, 7]]);
  assert.throws(() => timePopularity(events, 9, { slots: "month" as never }), /"month" at slots/);
  assert.throws(() => timePopularity(events, 9, { halfLife: 0 }), /0 at halfLife/);
  assert.throws(() => timePopularity(events, 3), /from 0 to 2: 7 at items\[0\]/);
});

test.run();
