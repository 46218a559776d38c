import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, openEngine } from "../../lib/engine/index";
import { rollingOrigin, splitByTime } from "../../lib/preprocessing/split";
import { leaveLastOut, splitByUser } from "../../lib/preprocessing/split-users";
import { rowsOf, type ShopEvent, shop } from "./shop";

let engine: Engine;
test.before(async () => {
  engine = await openEngine({ threads: 2 });
});
test.after(() => engine.close());

const DAY = 86400;
const sourceRows = async (relation: string) =>
  (await rowsOf(engine, relation, "source_row")).map((row) => row.source_row);

test("train, validation and test of a split by time are apart, and every event is in one", async () => {
  const events = await shop(
    engine,
    [0, 1, 2, 3, 4, 5].map((day) => ({ time: day * DAY })),
  );
  const split = await splitByTime(engine, events, { testDays: 2, validationDays: 1 });
  assert.equal([split.trainRows, split.validationRows, split.testRows, split.at], [3, 1, 2, 4 * DAY]);
  assert.equal(await sourceRows(split.validation!), [4]);
  const error = await splitByTime(engine, events, { at: 4 * DAY, validationDays: 9 }).catch((caught) => caught);
  assert.match(error.message, /part of the split is empty: 0 rows before/);
});

test("a user's part is the MD5 of seed and name, wherever the user turns up", async () => {
  const users = Array.from({ length: 300 }, (_, index) => `user ${index}`);
  const events = await shop(
    engine,
    users.flatMap((user) => [
      { time: 0, user },
      { time: 1, user },
    ]),
  );
  const parts = await splitByUser(engine, events, { test: 0.2, validation: 0.1, seed: 5 });
  const place = (user: string) =>
    Number(BigInt(`0x${createHash("md5").update(`5:${user}`).digest("hex").slice(0, 15)}`) % 1000000n) / 1e6;
  for (const [relation, low, high] of [
    [parts.test, 0, 0.2],
    [parts.validation, 0.2, 0.3],
    [parts.train, 0.3, 1],
  ] as const) {
    const found = (await rowsOf(engine, relation, "source_row")).map((row) => String(row.user_id));
    const expected = users.filter((user) => place(user) >= low && place(user) < high);
    assert.equal(
      found,
      expected.flatMap((user) => [user, user]),
    );
  }
  assert.is(parts.trainRows + parts.validationRows + parts.testRows, 600);
  // 300 draws: six standard errors either side.
  assert.ok(Math.abs(parts.testRows / 600 - 0.2) < 6 * Math.sqrt((0.2 * 0.8) / 300));
  const error = await splitByUser(engine, events, { test: 0.6, validation: 0.4 }).catch((caught) => caught);
  assert.match(error.message, /sum below 1/);
});

test("leave-last-out keeps each user's last event for the test, the one before for validation", async () => {
  const event = fc.record({ time: fc.integer({ min: 0, max: 6 }), user: fc.constantFrom("a", "b", "c") });
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 14 }), fc.boolean(), async (rows, validation) => {
      const parts = await leaveLastOut(engine, await shop(engine, rows as ShopEvent[]), { validation });
      const expected: Record<string, number[]> = { train: [], validation: [], test: [] };
      for (const user of ["a", "b", "c"]) {
        const own = rows.flatMap((row, index) => (row.user === user ? [{ ...row, index: index + 1 }] : []));
        own.sort((one, other) => one.time - other.time || one.index - other.index);
        const held = validation ? ["validation", "test"] : ["test"];
        for (const [index, row] of own.entries()) {
          const fromEnd = own.length - index;
          const part = own.length > held.length && fromEnd <= held.length ? held[held.length - fromEnd] : "train";
          expected[part].push(row.index);
        }
      }
      for (const part of ["train", "validation", "test"] as const)
        assert.equal(
          await sourceRows(parts[part]),
          expected[part].sort((one, other) => one - other),
        );
    }),
    { numRuns: 15, seed: 8 },
  );
});

test("rolling origins cut later and later, train before test, the last ending with the data", async () => {
  const events = await shop(
    engine,
    Array.from({ length: 20 }, (_, day) => ({ time: day * DAY + 100 })),
  );
  const origins = await rollingOrigin(engine, events, { folds: 3, testDays: 4, stepDays: 2, trainDays: 5 });
  assert.equal(
    origins.map(({ at, trainRows, testRows }) => [at / DAY, trainRows, testRows]),
    [
      [12, 5, 4],
      [14, 5, 4],
      [16, 5, 4],
    ],
  );
  assert.equal(await sourceRows(origins[2].test), [17, 18, 19, 20]);
  assert.equal(await sourceRows(origins[0].train), [8, 9, 10, 11, 12]);
  const error = await rollingOrigin(engine, events, { folds: 9, testDays: 4 }).catch((caught) => caught);
  assert.match(error.message, /rolling origin is empty: 0 rows before, 0 after.*cut 1 of 9/);
});

test.run();
