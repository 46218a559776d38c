import { deepStrictEqual } from "node:assert";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, emptySelect, openEngine } from "../../lib/engine/index";

let engine: Engine;
const folder = mkdtempSync(join(tmpdir(), "flashlab-relations-"));
test.before(async () => {
  engine = await openEngine({ threads: 2 });
  await engine.run('CREATE SCHEMA shop; CREATE SCHEMA "odd name"');
});
test.after(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

test("a table is made, replaced from itself, added to and removed, whatever its name", async () => {
  for (const name of ["plain", "shop.sales", '"odd name"."my ""table"".x"']) {
    assert.is(await engine.exists(name), false);
    await engine.createTable(name, "SELECT range AS n FROM range($count)", { count: 3 });
    await engine.createTable(name, `SELECT n * 10 AS n FROM ${name}`);
    await engine.insert(name, "SELECT ?", [5]);
    assert.equal(await engine.columns(`SELECT n FROM ${name} ORDER BY n`), { n: Float64Array.of(0, 5, 10, 20) });
    assert.is(await engine.exists(name), true);
    await engine.drop(name);
    assert.is(await engine.exists(name), false);
    await engine.drop(name);
  }
});

test("a view follows its table, and goes without it", async () => {
  await engine.createTable("base", "SELECT 1 AS n");
  await engine.createView("shop.seen", "SELECT n + 1 AS n FROM main.base");
  await engine.createTable("base", "SELECT 7 AS n");
  assert.equal(await engine.columns("SELECT n FROM shop.seen"), { n: Int32Array.of(8) });
  assert.is(await engine.exists("shop.seen"), true);
  assert.is(await engine.exists("seen"), false);
  await engine.drop("shop.seen");
  assert.is(await engine.exists("base"), true);
});

test("columns are described under the types' common names", async () => {
  const types = ["boolean", "integer", "bigint", "float", "double", "text", "date", "timestamp", "blob"] as const;
  await engine.createTable("typed", emptySelect(engine.dialect, Object.fromEntries(types.map((type) => [type, type]))));
  assert.equal(
    await engine.describe("typed"),
    types.map((type) => ({ name: type, type })),
  );
  await engine.createView("odd", "SELECT [1] AS l, 1.5 AS d, 1::HUGEINT AS h, 1::TINYINT AS t");
  assert.equal(
    (await engine.describe("odd")).map((column) => column.type),
    ["other", "other", "other", "integer"],
  );
  const error = await engine.describe("nowhere").catch((caught) => caught);
  assert.match(error.message, /nowhere does not exist/);
});

test("what is exported is imported with the same rows and types, from a file, a folder or a glob", async () => {
  await engine.createTable(
    "all_types",
    `SELECT i, i / 7 AS d, 'Zoë \\ ' || i AS t, TIMESTAMP '2000-01-01 00:00:00.000001' + INTERVAL 1 DAY * i::INTEGER AS at,
      DATE '1969-12-31' AS day, i % 2 = 0 AS even, encode('é') AS bytes, CASE WHEN i > 5 THEN i END AS hole
    FROM (SELECT range AS i FROM range(10))`,
  );
  const path = join(folder, "it's one.parquet");
  await engine.exportParquet("all_types", path, { orderBy: "i DESC" });
  for (const from of [path, folder, join(folder, "*.parquet")]) {
    await engine.importParquet("again", from);
    assert.equal(await engine.describe("again"), await engine.describe("all_types"));
    deepStrictEqual(
      await engine.columns("SELECT * FROM again ORDER BY i"),
      await engine.columns("SELECT * FROM all_types ORDER BY i"),
    );
    assert.is((await engine.columns("SELECT i FROM again")).i[0], 9);
  }
});

test.run();
