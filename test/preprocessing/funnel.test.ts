import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, openEngine } from "../../lib/engine/index";
import { funnel } from "../../lib/preprocessing/funnel";
import { inSessions } from "../../lib/preprocessing/session-events";
import { type ShopEvent, shop } from "./shop";

let engine: Engine;
test.before(async () => {
  engine = await openEngine({ threads: 2 });
});
test.after(() => engine.close());

const STEPS = ["view", "cart", "purchase"];

/** How far a list of events comes from its first step on, over every choice of events. */
function depth(rows: readonly ShopEvent[], from: number, step: number, until: number): number {
  if (step === STEPS.length) return 0;
  const next = rows.filter((row) => row.type === STEPS[step] && row.time! > from && row.time! <= until);
  return Math.max(0, ...next.map((row) => 1 + depth(rows, row.time!, step + 1, until)));
}

const event = fc.record({
  time: fc.integer({ min: 0, max: 20 }),
  user: fc.constantFrom("a", "b"),
  item: fc.constantFrom("x", "y"),
  type: fc.constantFrom(...STEPS, "search"),
});

test("a funnel within a window counts what every choice of events could reach", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 18 }), fc.integer({ min: 1, max: 10 }), async (rows, within) => {
      const found = await funnel(engine, await shop(engine, rows), { within });
      const entries = ["a", "b"].flatMap((user) =>
        ["x", "y"].map((item) => rows.filter((row) => row.user === user && row.item === item)),
      );
      const best = entries.map((own) =>
        Math.max(
          0,
          ...own.filter((row) => row.type === "view").map((row) => 1 + depth(own, row.time, 1, row.time + within)),
        ),
      );
      const expected = STEPS.map((_, step) => best.filter((far) => far > step).length);
      if (expected[0] === 0) assert.equal(found, []);
      else
        assert.equal(
          found.map((each) => each.reached),
          expected,
        );
    }),
    { numRuns: 40, seed: 2 },
  );
});

test("by hand: order is strict, sessions part, segments are of the first step", async () => {
  const rows: ShopEvent[] = [
    { time: 0, user: "a", type: "view", channel: "app" },
    { time: 5, user: "a", type: "cart", channel: "web" },
    { time: 5, user: "a", type: "purchase" }, // of the cart's moment: not after it
    { time: 0, user: "b", type: "view" },
    { time: 9000, user: "b", type: "cart" }, // another session
    { time: 0, user: "c", type: "cart" }, // never viewed
    { time: 0, user: "d", type: "view" },
    { time: 1, user: "d", type: "cart", item: "other" },
    { time: 2, user: "d", type: "purchase" },
  ];
  const events = await inSessions(engine, await shop(engine, rows));
  const found = await funnel(engine, events, { within: "session", segment: "channel" });
  assert.equal(
    found.map(({ segment, step, reached, fromPrevious }) => [segment, step, reached, fromPrevious]),
    [
      ["app", "view", 1, 1],
      ["app", "cart", 1, 1],
      ["app", "purchase", 0, 0],
      ["web", "view", 2, 1],
      ["web", "cart", 0, 0],
      ["web", "purchase", 0, NaN],
    ],
  );
  const anyItem = await funnel(engine, events, { within: "session", sameItem: false });
  assert.equal(
    anyItem.map((each) => each.reached),
    [3, 2, 1],
  );
});

test("a funnel needs two different steps", async () => {
  const error = await funnel(engine, "shop", { within: 5, steps: ["view", "view"] }).catch((caught) => caught);
  assert.match(error.message, /at least two steps, each once/);
});

test.run();
