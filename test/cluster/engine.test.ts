import { deepStrictEqual } from "node:assert";
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ROOT } from "../../lib/cli/project";
import {
  DiskFullError,
  type Engine,
  emptySelect,
  OutOfMemoryError,
  openEngine,
  openSpark,
  SPARK,
  SqlError,
} from "../../lib/engine/index";
import { findPyspark } from "../../lib/engine/spark/machine";
import { AbortedError, InputError } from "../../lib/errors";
import { AGGREGATES, PIECES, QUERIES, SCALARS, together } from "../engine/dialect-cases";
import { errorOf } from "../error-of";
import { CONF } from "./twins";

const folder = mkdtempSync(join(tmpdir(), "flashlab-spark-test-"));
const settings = { master: "local[2]", spillFolder: join(folder, "spill"), conf: CONF };
let spark: Engine;
let duckdb: Engine;
test.before(async () => {
  [spark, duckdb] = await Promise.all([openSpark(settings), openEngine({ threads: 1 })]);
});
test.after(async () => {
  await Promise.all([spark.close(), duckdb.close()]);
  rmSync(folder, { recursive: true, force: true });
});

test("what the dialect writes means on Spark what it means on DuckDB", async () => {
  for (const [cases, from] of [
    [SCALARS, ""],
    [AGGREGATES, ` FROM (${PIECES}) AS p`],
  ] as const) {
    const { sql, gives } = together(cases, SPARK, from);
    const found = await spark.columns(sql);
    deepStrictEqual(
      Object.values(found).map((column) => column[0]),
      gives,
    );
  }
  for (const { sql, gives } of QUERIES) {
    const found = await spark.columns(sql(SPARK));
    deepStrictEqual(Object.fromEntries(Object.entries(found).map(([name, column]) => [name, [...column]])), gives);
  }
});

test("values are bound by name and by place, and columns are of the same kinds as on DuckDB", async () => {
  const values = {
    whole: 5,
    wide: 2n ** 40n,
    half: 0.5,
    text: "Zoë \\ $x :y '",
    yes: true,
    at: new Date(1500),
    none: null,
  };
  const list = Object.keys(values).map((name) => `$${name} AS "${name}"`);
  const sql = `SELECT ${list.join(", ")}, '$text' AS quoted, DATE '2000-01-01' AS day, CAST(1 AS FLOAT) AS f, 1 AS whole`;
  deepStrictEqual(await spark.columns(sql, values), await duckdb.columns(sql, values));
  const places = "SELECT ? + 1 AS a, ? AS b, CAST(? AS DOUBLE) AS c";
  assert.equal(await spark.columns(places, [1, "?", Infinity]), await duckdb.columns(places, [1, "?", Infinity]));
  const bytes = await spark.columns("SELECT ? AS b, ? AS l", [Uint8Array.of(0, 255), Int32Array.of(3, 4)]);
  assert.equal(
    [[...(bytes.b[0] as unknown as Uint8Array)], bytes.l[0]],
    [
      [0, 255],
      [3, 4],
    ],
  );
});

test("a table is made, replaced from itself, added to and removed; a view follows it; columns have common types", async () => {
  await spark.run("CREATE SCHEMA shop");
  for (const name of ["shop.sales", '"sales"']) {
    await spark.createTable(name, "SELECT id AS n FROM range($count)", { count: 3 });
    await spark.createTable(name, `SELECT n * 10 AS n FROM ${name}`);
    await spark.insert(name, "SELECT ?", [5]);
    assert.equal(await spark.columns(`SELECT n FROM ${name} ORDER BY n`), { n: Float64Array.of(0, 5, 10, 20) });
  }
  await spark.createView("seen", "SELECT n + 1 AS n FROM shop.sales");
  await spark.createTable("shop.sales", "SELECT CAST(7 AS BIGINT) AS n");
  assert.equal(await spark.columns("SELECT n FROM seen"), { n: Float64Array.of(8) });
  for (const name of ["seen", "shop.sales", '"sales"']) {
    assert.is(await spark.exists(name), true);
    await spark.drop(name);
    await spark.drop(name);
    assert.is(await spark.exists(name), false);
  }
  const types = ["boolean", "integer", "bigint", "float", "double", "text", "date", "timestamp", "blob"] as const;
  const select = emptySelect(SPARK, Object.fromEntries(types.map((type) => [type, type])));
  await spark.createTable("typed", select);
  assert.equal(
    await spark.describe("typed"),
    types.map((type) => ({ name: type, type })),
  );
  assert.equal((await spark.columns("SELECT * FROM typed")).text, []);
});

test("Parquet goes from DuckDB to Spark and back with rows, types and order", async () => {
  await duckdb.createTable(
    "mixed",
    `SELECT range AS i, range / 7 AS d, 'Zoë ' || range AS t, TIMESTAMP '2000-01-01 00:00:00.000001' AS at,
      DATE '1969-12-31' AS day, range % 2 = 0 AS even, CASE WHEN range > 5 THEN range END AS hole FROM range(1000)`,
  );
  const [there, back] = [join(folder, "there.parquet"), join(folder, "back")];
  await duckdb.exportParquet("mixed", there);
  await spark.importParquet("mixed", there);
  assert.equal(await spark.describe("mixed"), await duckdb.describe("mixed"));
  for (let time = 0; time < 2; time++) await spark.exportParquet("mixed", back, { orderBy: "i DESC" });
  await duckdb.importParquet("returned", back);
  assert.equal(await duckdb.describe("returned"), await duckdb.describe("mixed"));
  const sorted = "ORDER BY i DESC";
  deepStrictEqual(
    await duckdb.columns("SELECT * FROM returned"),
    await duckdb.columns(`SELECT * FROM mixed ${sorted}`),
  );
  deepStrictEqual(await spark.columns(`SELECT * FROM mixed ${sorted}`), await duckdb.columns("SELECT * FROM returned"));
  assert.equal(readdirSync(folder).sort(), ["back", "spill", "there.parquet"]);
});

test("errors name the problem in Spark's words, the statement and what to do", async () => {
  for (const [sql, pattern] of [
    ["SELEC 1", /Syntax error at or near 'SELEC'.*Correct the SQL's syntax/],
    ["SELECT nothing FROM range(3)", /name `nothing` cannot be resolved.*Check the names/],
    ["SELECT * FROM nowhere", /`nowhere` cannot be found.*Check the names/],
    ["SELECT CAST('two' AS INTEGER)", /'two'.*TRY_CAST/],
    ["SELECT 1 / id FROM range(3)", /Division by zero.*nullif/],
    ["SELECT ? + 1", /Give one value for each/],
    ["SELECT * FROM parquet.`/no/such/path`", /Path does not exist.*Check the path/],
  ] as const) {
    const error = await errorOf(spark.columns(sql));
    assert.instance(error, SqlError);
    assert.match(error.message, pattern);
    assert.ok(error.message.length < 600, error.message);
    assert.not.match(error.message, /at org\.|SQLSTATE|== SQL/);
    assert.is((error as SqlError).sql, sql);
  }
  // A statement for its effect is carried out too, and a table that couldn't be made leaves the old one.
  await spark.createTable("kept", "SELECT 1 AS n");
  assert.match((await errorOf(spark.run("SELECT 1 / id FROM range(3)"))).message, /Division by zero/);
  assert.match((await errorOf(spark.createTable("kept", "SELECT 1 / id AS n FROM range(3)"))).message, /by zero/);
  assert.equal(await spark.columns("SELECT n FROM kept"), { n: Int32Array.of(1) });
  assert.equal(await spark.columns("SHOW TABLES LIKE 'flashlab_new*'").then((found) => found.tableName), []);
});

test("an abort stops a running statement, progress is told, and the next statement runs", async () => {
  const stop = new AbortController();
  const shares: number[] = [];
  const onProgress = (share: number) => {
    shares.push(share);
    stop.abort();
  };
  const endless = "SELECT sum(a.id * b.id % 7) FROM range(10000000) a CROSS JOIN range(10000000) b";
  const running = spark.columns(endless, undefined, { signal: stop.signal, onProgress });
  const waiting = spark.columns("SELECT 1 AS a", undefined, { signal: stop.signal });
  for (const promise of [running, waiting]) assert.instance(await errorOf(promise), AbortedError);
  assert.ok(shares.length > 0 && shares.every((share) => share >= 0 && share <= 1));
  assert.equal(await spark.columns("SELECT 1 AS a", undefined, { onProgress }), { a: Int32Array.of(1) });
  assert.is(shares[shares.length - 1], 1);
});

test("a disk that takes no more is a DiskFullError, and leaves what was there", async () => {
  // Files of this driver may have 4 MB at most: what a full disk does, without filling one.
  const { python } = findPyspark(undefined, undefined);
  const limited = join(folder, "limited-python");
  writeFileSync(limited, `#!/bin/bash\nulimit -f 4096\nexec ${JSON.stringify(python)} "$@"\n`);
  chmodSync(limited, 0o755);
  const small = await openSpark({ ...settings, master: "local[1]", python: limited });
  try {
    await small.createTable("few", "SELECT id FROM range(10)");
    const path = join(folder, "kept");
    await small.exportParquet("few", path);
    await small.createView("many", "SELECT sha2(CAST(id AS STRING), 256) AS s FROM range(0, 300000, 1, 1)");
    const error = await errorOf(small.exportParquet("many", path));
    assert.instance(error, DiskFullError);
    assert.match(error.message, /File too large.*use another disk/);
    await small.importParquet("again", path);
    assert.is((await small.columns("SELECT count(*) AS n FROM again")).n[0], 10);
  } finally {
    await small.close();
  }
  const other = await small.run("SELECT 1").catch((caught) => caught);
  assert.instance(other, InputError);
});

test("more than Spark's memory is an OutOfMemoryError that names the setting, and the engine is then gone", async () => {
  const small = await openSpark({ ...settings, master: "local[1]", memory: "480MB" });
  try {
    const sql = "SELECT length(repeat('x', CAST(id + 1000000000 AS INTEGER))) AS n FROM range(1)";
    const error = await errorOf(small.columns(sql));
    assert.instance(error, OutOfMemoryError);
    assert.match(error.message, /Java heap space.*memory/s);
    assert.match((await errorOf(small.columns("SELECT 1"))).message, /driver is gone.*openSpark/);
  } finally {
    await small.close();
  }
});

/** Ids of the processes whose command line holds this text. */
function processesWith(text: string): string[] {
  return readdirSync("/proc").filter((id) => {
    if (!/^\d+$/.test(id)) return false;
    try {
      return readFileSync(`/proc/${id}/cmdline`, "utf8").includes(text);
    } catch {
      return false;
    }
  });
}

test("when our process is killed, Spark ends by itself and leaves nothing behind", async () => {
  if (!existsSync("/proc/self/cmdline")) return;
  const spill = join(folder, "killed");
  const script = join(folder, "opens.ts");
  const index = JSON.stringify(join(ROOT, "lib/engine/index"));
  writeFileSync(
    script,
    `import { openSpark } from ${index};
    openSpark(${JSON.stringify({ ...settings, spillFolder: spill })}).then(async (spark) => {
      await spark.createTable("t", "SELECT id FROM range(100)");
      void spark.columns("SELECT sum(a.id * b.id % 7) FROM range(10000000) a CROSS JOIN range(10000000) b");
      console.log("running");
    });`,
  );
  const child = spawn(process.execPath, ["--import", "tsx", script], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  assert.ok(processesWith(spill).length > 0);
  assert.is(readdirSync(spill).length, 1);
  child.kill("SIGKILL");
  const gone = () => readdirSync(spill).length === 0 && processesWith(spill).length === 0;
  for (let tries = 0; tries < 300 && !gone(); tries++) await pause(100);
  assert.equal(processesWith(spill), []);
  assert.equal(readdirSync(spill), []);
});

test.run();
