import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, openEngine } from "../../lib/engine/index";
import { checkSplit } from "../../lib/preprocessing/leakage";
import { checkMoment } from "../../lib/preprocessing/leakage-moment";
import { checkTarget } from "../../lib/preprocessing/leakage-target";
import { splitByTime } from "../../lib/preprocessing/split";
import { leaveLastOut, splitByUser } from "../../lib/preprocessing/split-users";
import { userFeatures } from "../../lib/preprocessing/user-features";
import { createRandom } from "../../lib/random";
import { shop } from "./shop";
import { makeTable } from "./tables";

let engine: Engine;
test.before(async () => {
  engine = await openEngine({ threads: 2 });
});
test.after(() => engine.close());

const random = createRandom(1);
const EVENTS = Array.from({ length: 120 }, (_, index) => ({
  time: index * 3600,
  user: `u${Math.floor(random.uniform() * 20)}`,
  item: `i${Math.floor(random.uniform() * 9)}`,
  price: Math.ceil(random.uniform() * 9),
}));

test("sound splits have no leak", async () => {
  const events = await shop(engine, EVENTS);
  const byTime = await splitByTime(engine, events, { testDays: 2 });
  assert.equal(await checkSplit(engine, byTime, { by: "time" }), []);
  const byUser = await splitByUser(engine, events, { test: 0.3 });
  assert.equal(await checkSplit(engine, byUser, { by: "user" }), []);
  const byLast = await leaveLastOut(engine, events);
  assert.equal(await checkSplit(engine, byLast, { by: "last" }), []);
});

test("a planted user, row and late event are found and named", async () => {
  const events = await shop(engine, EVENTS);
  await engine.createTable("early", `SELECT * FROM ${events} WHERE source_row <= 60 OR source_row = 100`);
  await engine.createTable("late", `SELECT * FROM ${events} WHERE source_row > 60`);
  const found = await checkSplit(engine, { train: "early", test: "late" }, { by: "time" });
  assert.equal(
    found.map(({ kind, count, examples }) => [kind, count, examples]),
    [
      ["rows in both", 1, ["100"]],
      ["train after test", 1, ["100"]],
    ],
  );
  assert.match(found[0].message, /1 rows of test are in train too/);
  const users = await splitByUser(engine, events, { test: 0.3 });
  await engine.createTable(
    "more",
    `SELECT * FROM ${users.train} UNION ALL SELECT * FROM ${users.test} WHERE user_id = (SELECT min(user_id) FROM ${users.test})`,
  );
  const planted = await checkSplit(engine, { train: "more", test: users.test }, { by: "user" });
  assert.equal(planted[0].kind, "users in both");
  assert.is(planted[0].count, 1);
  assert.is(planted[0].examples.length, 1);
  const last = await leaveLastOut(engine, events);
  const swapped = await checkSplit(engine, { train: last.test, test: last.train }, { by: "last" });
  assert.equal(
    swapped.map((leak) => leak.kind),
    ["train after test"],
  );
});

test("features that use the future are found by column; those that don't are not", async () => {
  const events = await shop(engine, EVENTS);
  const asOf = 60 * 3600;
  const sound = await checkMoment(engine, events, asOf, (from, output) =>
    userFeatures(engine, from, { asOf, output, groups: { priceSensitivity: true, visits: true, trend: true } }),
  );
  assert.equal(sound, []);
  const leaky = await checkMoment(engine, events, asOf, async (from, output) => {
    await engine.createTable(
      output,
      `SELECT user_id, count(*) FILTER (WHERE event_time < ${engine.dialect.timestamp(asOf)}) AS before, max(price) AS dearest
      FROM ${from} GROUP BY user_id HAVING min(event_time) < ${engine.dialect.timestamp(asOf)}`,
    );
  });
  assert.equal(
    leaky.map(({ kind, place }) => [kind, place]),
    [["feature after moment", 'column "dearest"']],
  );
  assert.ok(leaky[0].count > 0 && leaky[0].examples.length > 0);
  assert.is(await engine.exists(`${events}_leak_past`), false);
});

test("columns made from the target are found, honest and constant ones are not", async () => {
  const draw = createRandom(2);
  const rows = Array.from({ length: 300 }, (_, index) => {
    const y = draw.uniform() < 0.3 ? 1 : 0;
    const noise = draw.normal();
    return [
      index + 1,
      y,
      y + noise,
      5 - y * 2,
      y === 1 ? "left" : "stayed",
      `name ${index}`,
      "same",
      y === 1 ? noise : null,
      noise,
    ];
  });
  const relation = await makeTable(
    engine,
    "churned",
    {
      source_row: "BIGINT",
      y: "INTEGER",
      honest: "DOUBLE",
      derived: "DOUBLE",
      word: "VARCHAR",
      name: "VARCHAR",
      constant: "VARCHAR",
      filled_later: "DOUBLE",
      noise: "DOUBLE",
    },
    rows,
  );
  const found = await checkTarget(engine, relation, { target: "y", except: ["source_row"] });
  assert.equal(
    found.map(({ place }) => place),
    ['column "derived"', 'column "word"', 'column "filled_later"'],
  );
  assert.match(found[0].message, /"derived" alone tells "y" with AUC 1.0000/);
  assert.match(found[2].message, /whether "filled_later" is missing alone/);
});

test("a numeric target: what ranks like it is found, whatever its scale", async () => {
  const draw = createRandom(3);
  const rows = Array.from({ length: 200 }, () => {
    const y = draw.normal();
    return [y, Math.exp(-y), y + draw.normal()];
  });
  const relation = await makeTable(engine, "spent", { y: "DOUBLE", shrunk: "DOUBLE", honest: "DOUBLE" }, rows);
  const found = await checkTarget(engine, relation, { target: "y" });
  assert.equal(
    found.map(({ place }) => place),
    ['column "shrunk"'],
  );
  const constant = await makeTable(engine, "constant", { y: "DOUBLE" }, [[1], [1]]);
  assert.match(
    (await checkTarget(engine, constant, { target: "y" }).catch((caught) => caught)).message,
    /constant target/,
  );
  assert.match(
    (await checkTarget(engine, constant, { target: "z" }).catch((caught) => caught)).message,
    /not a numeric column: "z"/,
  );
});

test.run();
