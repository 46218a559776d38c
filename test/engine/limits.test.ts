import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { DiskFullError, type Engine, OutOfMemoryError, openEngine, SqlError } from "../../lib/engine/index";
import { errorOf } from "../error-of";

const folder = mkdtempSync(join(tmpdir(), "flashlab-limits-"));
test.after(() => rmSync(folder, { recursive: true, force: true }));

/** Both need 60 MB and more: these engines may use 40. Digests can't be packed into less on their way to the disk. */
const LARGE = "SELECT count(*) AS n FROM (SELECT DISTINCT range::VARCHAR || repeat('x', 100) AS s FROM range(600000))";
const SORTED = `CREATE OR REPLACE TABLE sorted AS
  SELECT sha256(range::VARCHAR) || md5(range::VARCHAR) AS s FROM range(700000) ORDER BY s`;

async function within(settings: Parameters<typeof openEngine>[0], work: (engine: Engine) => Promise<void>) {
  const engine = await openEngine({ threads: 1, memoryLimit: "40MB", ...settings });
  try {
    await work(engine);
  } finally {
    await engine.close();
  }
}

test("more than the memory limit, with no folder to spill to, is an OutOfMemoryError that names the settings", () =>
  within({}, async (engine) => {
    for (const sql of [LARGE, SORTED]) {
      const error = await errorOf(engine.run(sql));
      assert.instance(error, OutOfMemoryError);
      assert.instance(error, SqlError);
      assert.match(error.message, /memory.*Raise memoryLimit.*spillFolder/is);
      assert.ok(error.message.length < 500, error.message);
    }
    // The engine goes on.
    assert.is((await engine.columns("SELECT count(*) AS n FROM range(5)")).n[0], 5);
  }));

test("with a spill folder the same works, and nothing is left in it", async () => {
  const spillFolder = join(folder, "spill");
  await within({ spillFolder }, async (engine) => {
    assert.is((await engine.columns(LARGE)).n[0], 600000);
    await engine.run(SORTED);
  });
  assert.equal(existsSync(spillFolder) ? readdirSync(spillFolder) : [], []);
});

test("more than the spill limit is a DiskFullError, and the engine goes on", () =>
  within({ spillFolder: join(folder, "small"), spillLimit: "5MB" }, async (engine) => {
    const error = await errorOf(engine.run(SORTED));
    assert.instance(error, DiskFullError);
    assert.match(error.message, /raise spillLimit/);
    assert.is((await engine.columns("SELECT count(*) AS n FROM range(5)")).n[0], 5);
  }));

test("a disk without room is a DiskFullError", () =>
  within({}, async (engine) => {
    // Linux's device that is always full; other systems have none.
    if (!existsSync("/dev/full")) return;
    const error = await errorOf(engine.run("COPY (SELECT range FROM range(300000)) TO '/dev/full' (FORMAT csv)"));
    assert.instance(error, DiskFullError);
    assert.match(error.message, /No space left/);
  }));

test("an export that fails leaves the file that was there, whole, and nothing beside it", () =>
  within({ memoryLimit: "1GB" }, async (engine) => {
    const path = join(folder, "kept.parquet");
    await engine.createTable("t", "SELECT range AS i FROM range(100)");
    await engine.exportParquet("t", path);
    const before = readFileSync(path);
    await engine.createView(
      "failing",
      "SELECT CAST(CASE WHEN range < 200000 THEN '1' ELSE 'x' END AS INTEGER) AS i FROM range(300000)",
    );
    assert.instance(await errorOf(engine.exportParquet("failing", path)), SqlError);
    assert.ok(readFileSync(path).equals(before));
    assert.equal(
      readdirSync(folder).filter((name) => name.includes("kept")),
      ["kept.parquet"],
    );
  }));

test("a file is exported over a folder of the name, and the reverse is read the same", () =>
  within({ memoryLimit: "1GB" }, async (engine) => {
    const path = join(folder, "either");
    await engine.createTable("t", "SELECT range AS i FROM range(10)");
    await engine.exportParquet("t", path, { orderBy: "i DESC" });
    await engine.importParquet("v", path);
    assert.equal(Array.from((await engine.columns("SELECT i FROM v")).i as Float64Array)[0], 9);
    await engine.exportParquet("t", path);
    assert.equal(Array.from((await engine.columns("SELECT i FROM v")).i as Float64Array)[0], 0);
    const missing = await errorOf(engine.importParquet("w", join(folder, "nowhere.parquet")));
    assert.match(missing.message, /no such Parquet file.*nowhere.*Check the path/);
    writeFileSync(join(folder, "text.parquet"), "not Parquet at all");
    await errorOf(engine.importParquet("w", join(folder, "text.parquet")));
  }));

test("progress of a statement is a share that ends in 1, and a statement may have a listener of its own", () =>
  within({ memoryLimit: "1GB" }, async (engine) => {
    const shares: number[] = [];
    await engine.columns("SELECT max(md5(range::VARCHAR)) AS m FROM range(3000000)", undefined, {
      onProgress: (share) => shares.push(share),
    });
    assert.ok(shares.every((share) => share >= 0 && share <= 1));
    assert.is(shares[shares.length - 1], 1);
  }));

test.run();
