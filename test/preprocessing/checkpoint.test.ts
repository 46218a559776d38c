import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, openEngine } from "../../lib/engine/index";
import { AbortedError, DataError, InputError } from "../../lib/errors";
import { type CheckpointStage, runCheckpointed } from "../../lib/preprocessing/checkpoint";
import { digestOf, killedAt } from "../engine/sinks/interrupted";
import { errorOf } from "../error-of";
import { stages } from "./checkpoint-stages";

let engine: Engine;
const folder = mkdtempSync(join(tmpdir(), "flashlab-checkpoint-"));
test.before(async () => {
  engine = await openEngine({ threads: 2 });
});
test.after(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

test("a second run skips what is there; a changed setting or file is made again, and what follows from it", async () => {
  const path = join(folder, "skips");
  const first: string[] = [];
  await runCheckpointed(engine, path, stages(first));
  assert.equal(first, ["raw", "parts", "joined"]);
  const whole = digestOf(path);
  const again: string[] = [];
  const made = await runCheckpointed(engine, path, stages(again));
  assert.equal([again, made.map(({ skipped }) => skipped)], [[], [true, true, true]]);
  assert.is((await engine.columns("SELECT count(*) AS n FROM joined")).n[0], 120_000);
  const changed: string[] = [];
  await runCheckpointed(engine, path, stages(changed, 8));
  assert.equal(changed, ["parts", "joined"]);
  const back: string[] = [];
  await runCheckpointed(engine, path, stages(back));
  assert.equal(back, ["parts", "joined"]);
  rmSync(join(path, "02-parts.parquet"));
  const removed: string[] = [];
  await runCheckpointed(engine, path, stages(removed));
  assert.equal(removed, ["parts"]);
  writeFileSync(join(path, "01-raw.parquet"), "spoilt");
  const spoilt: string[] = [];
  await runCheckpointed(engine, path, stages(spoilt));
  assert.equal(spoilt, ["raw"]);
  assert.is(digestOf(path), whole);
});

test("a stage that reads a file runs again when the file's contents change", async () => {
  const path = join(folder, "files");
  const source = join(folder, "source.csv");
  let ran = 0;
  const stage: CheckpointStage = {
    name: "read",
    orderBy: "a",
    files: [source],
    run: async ({ engine: on, output }) => {
      ran++;
      await on.createTable(output, `SELECT * FROM read_csv('${source}')`);
    },
  };
  for (const [content, expected] of [
    ["a\n1\n", 1],
    ["a\n1\n", 1],
    ["a\n2\n", 2],
  ] as const) {
    writeFileSync(source, content);
    await runCheckpointed(engine, path, [stage]);
    assert.is(ran, expected);
  }
});

test("a run that is killed at any moment is resumed to the same bytes", async () => {
  const undisturbed = join(folder, "undisturbed");
  await runCheckpointed(engine, undisturbed, stages([]));
  const whole = digestOf(undisturbed);
  const code = (path: string) => `
    const { openEngine } = require("./lib/engine/index");
    const { runCheckpointed } = require("./lib/preprocessing/checkpoint");
    const { stages } = require("./test/preprocessing/checkpoint-stages");
    void (async () => {
      const engine = await openEngine({ threads: 1 });
      await runCheckpointed(engine, ${JSON.stringify(path)}, stages([]));
      await engine.close();
    })();`;
  let killed = 0;
  for (const changes of [1, 4, 8, 12]) {
    const path = join(folder, `killed-${changes}`);
    await runCheckpointed(engine, path, []);
    if (await killedAt(join(path, "any"), changes, code(path))) killed++;
    const ran: string[] = [];
    await runCheckpointed(engine, path, stages(ran));
    for (const name of readdirSync(path).filter((each) => each.startsWith("."))) rmSync(join(path, name));
    assert.is(digestOf(path), whole, `killed at change ${changes}, then ran ${ran.join(", ")}`);
  }
  assert.ok(killed >= 2, `only ${killed} runs were still alive to be killed`);
});

test("an abort between stages and a failing stage leave the finished ones for the next run", async () => {
  const path = join(folder, "aborted");
  const stop = new AbortController();
  const ran: string[] = [];
  const stopped = runCheckpointed(engine, path, stages(ran), {
    signal: stop.signal,
    onProgress: (finished) => finished === 1 && stop.abort(),
  });
  assert.instance(await errorOf(stopped), AbortedError);
  const [raw, ...rest] = stages(ran);
  const failing = { ...rest[0], run: () => Promise.reject(new DataError("broken")) };
  assert.match((await errorOf(runCheckpointed(engine, path, [raw, failing]))).message, /broken/);
  await runCheckpointed(engine, path, stages(ran));
  assert.equal(ran, ["raw", "parts", "joined"]);
});

test("bad names and a manifest that is none are named errors", async () => {
  const [raw] = stages([]);
  const path = join(folder, "bad");
  assert.instance(await errorOf(runCheckpointed(engine, path, [raw, raw])), InputError);
  assert.instance(await errorOf(runCheckpointed(engine, path, [{ ...raw, name: "../x" }])), InputError);
  assert.match(
    (await errorOf(runCheckpointed(engine, path, [{ ...raw, files: ["absent"] }]))).message,
    /file isn't there/,
  );
  writeFileSync(join(path, "manifest.json"), "{");
  assert.match((await errorOf(runCheckpointed(engine, path, [raw]))).message, /isn't the manifest/);
});

test.run();
