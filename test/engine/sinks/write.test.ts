import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { DiskFullError, type Engine, openEngine } from "../../../lib/engine/index";
import { writeCsv, writeParquet } from "../../../lib/engine/sinks/write";
import { readFiles } from "../../../lib/engine/sources/read-files";
import { AbortedError, InputError } from "../../../lib/errors";
import { errorOf } from "../../error-of";
import { digestOf, ended, killedAt, runCode } from "./interrupted";

let engine: Engine;
const folder = mkdtempSync(join(tmpdir(), "flashlab-sinks-"));
test.before(async () => {
  engine = await openEngine({ threads: 4 });
  await engine.run(`CREATE TABLE sales AS SELECT i AS id, 'shop ' || (i % 7) AS shop, (i * 1.25)::DECIMAL(12, 2) AS amount,
    TIMESTAMP '2024-01-01' + to_seconds(i) AS at_, CASE WHEN i % 5 = 0 THEN NULL ELSE 'a "quoted", text' END AS note
    FROM range(300000) AS t(i)`);
});
test.after(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

test("what was written is read back, and written again it has the same bytes", async () => {
  for (const name of ["a/sales.parquet", "a/sales.csv", "a/sales.csv.gz"]) {
    const path = join(folder, name);
    const write = name.includes("csv") ? writeCsv : writeParquet;
    await write(engine, "sales", path, { orderBy: "shop, id" });
    const first = digestOf(path);
    await write(engine, "sales", path, { orderBy: "shop, id" });
    assert.is(digestOf(path), first, name);
    await readFiles(engine, "back", path);
    const found = await engine.columns(`SELECT count(*) AS n FROM
      (SELECT id::BIGINT, shop, amount::DECIMAL(12, 2), at_::TIMESTAMP, nullif(note, '') FROM back EXCEPT ALL
       SELECT * FROM sales)`);
    const rows = await engine.columns("SELECT count(*) AS n, first(id::BIGINT ORDER BY source_row) AS first FROM back");
    assert.equal([found.n[0], rows.n[0], rows.first[0]], [0, 300_000, 0], name);
  }
  const text = gunzipSync(readFileSync(join(folder, "a/sales.csv.gz"))).toString();
  assert.is(text.slice(0, text.indexOf("\n")), "id,shop,amount,at_,note");
  assert.is(text, readFileSync(join(folder, "a/sales.csv"), "utf8"));
});

test("partitions are folders, replaced as one", async () => {
  const path = join(folder, "parts");
  await writeParquet(engine, "sales", path, { partitionBy: ["shop"] });
  await writeParquet(engine, "(SELECT * FROM sales WHERE id < 3)", path, { partitionBy: ["shop"] });
  assert.equal(readdirSync(path).sort(), ["shop=shop%200", "shop=shop%201", "shop=shop%202"]);
  await readFiles(engine, "back", path);
  assert.equal((await engine.columns("SELECT shop FROM back ORDER BY id")).shop, ["shop 0", "shop 1", "shop 2"]);
  assert.equal(
    readdirSync(folder).filter((name) => name.startsWith(".")),
    [],
  );
});

test("a failure, an abort and a bad option leave the old, and nothing beside it", async () => {
  const path = join(folder, "kept", "kept.parquet");
  mkdirSync(join(path, ".."));
  writeFileSync(path, "old");
  const failing = "(SELECT CASE WHEN id = 299999 THEN error('broken') ELSE shop END AS shop FROM sales)";
  assert.match((await errorOf(writeParquet(engine, failing, path))).message, /broken/);
  assert.instance(await errorOf(writeParquet(engine, "sales", path, { signal: AbortSignal.abort() })), AbortedError);
  assert.instance(await errorOf(writeCsv(engine, "sales", path, { delimiter: "\n" })), InputError);
  assert.is(readFileSync(path, "utf8"), "old");
  assert.equal(readdirSync(join(path, "..")), ["kept.parquet"]);
});

const WRITTEN = "(SELECT i, md5(i::VARCHAR) AS text, i % 3 AS part FROM range(200000) AS t(i))";

/** Code of a process that writes one table. */
const CHILD = (path: string, setting: object = {}) => `
  const { openEngine } = require("./lib/engine/index");
  const { writeParquet } = require("./lib/engine/sinks/write");
  void (async () => {
    const engine = await openEngine({ threads: 1 });
    await writeParquet(engine, ${JSON.stringify(WRITTEN)}, ${JSON.stringify(path)}, ${JSON.stringify(setting)});
    await engine.close();
  })().catch((error) => { console.log(error.name + ": " + error.message); process.exit(1); });`;

for (const [what, setting, moments] of [
  ["file", {}, [1, 2, 3]],
  ["folder", { partitionBy: ["part"] }, [1, 3, 5]],
] as const)
  test(`a run that is killed at any moment leaves the old ${what} or the new, never half`, async () => {
    const path = join(folder, `killed-${what}`, "out");
    await writeParquet(engine, "(SELECT 1 AS i, 0 AS part)", path, setting);
    const old = digestOf(path);
    const unharmed = join(folder, `unharmed-${what}`);
    await writeParquet(engine, WRITTEN, unharmed, setting);
    const fresh = digestOf(unharmed);
    const outcomes: string[] = [];
    for (const changes of moments) {
      const killed = await killedAt(path, changes, CHILD(path, setting));
      const found = digestOf(path);
      assert.ok(found === old || found === fresh, `killed at change ${changes}: neither the old nor the new`);
      outcomes.push(`${killed ? "killed" : "ended"}, ${found === old ? "old" : "new"}`);
    }
    assert.is(outcomes[0], "killed, old");
    // After all that a run that isn't disturbed gives the same bytes.
    await ended(runCode(CHILD(path, setting)));
    assert.is(digestOf(path), fresh);
  });

test("a full disk is a named error and leaves the old", async () => {
  const path = join(folder, "full", "out.parquet");
  mkdirSync(join(path, ".."));
  writeFileSync(path, "old");
  // No file of the process may grow beyond 1 MB (512-byte blocks); the write fails instead of the signal ending it.
  const { output } = await ended(runCode(CHILD(path), "trap '' XFSZ; ulimit -f 2048;"));
  assert.match(output, /^DiskFullError: /);
  assert.equal([readFileSync(path, "utf8"), readdirSync(join(path, ".."))], ["old", ["out.parquet"]]);
});

test("a full file system of its own is named too, where one can be mounted", async () => {
  const disk = join(folder, "disk");
  mkdirSync(disk);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], { stdio: "pipe" });
  } catch {
    return console.log("skipped: no file system can be mounted here");
  }
  try {
    const path = join(disk, "out.parquet");
    writeFileSync(path, "old");
    const error = await errorOf(writeParquet(engine, "(SELECT md5(id::VARCHAR) AS text FROM sales)", path));
    assert.instance(error, DiskFullError, error.stack);
    assert.equal([readFileSync(path, "utf8"), readdirSync(disk)], ["old", ["out.parquet"]]);
  } finally {
    execFileSync("umount", [disk], { stdio: "pipe" });
  }
});

test.run();
