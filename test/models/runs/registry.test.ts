import { spawn } from "node:child_process";
import { appendFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { AbortedError } from "../../../lib/errors";
import { digestArrays, openRuns, type RunRegistry, recorded, recordRun } from "../../../lib/models/runs/index";
import type { EpochReport } from "../../../lib/models/training/train";
import { noteProvenance } from "../../../lib/provenance";
import { errorOf } from "../../error-of";

async function inFolder(work: (runs: RunRegistry, folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "flashlab [runs] '-"));
  const start = 1_700_000_000_000;
  let ticks = 0;
  const runs = await openRuns(folder, () => new Date(start + 1000 * ticks++));
  try {
    await work(runs, folder);
  } finally {
    await runs.close();
    await rm(folder, { recursive: true });
  }
}

const report = (epoch: number, loss: number, metrics: Record<string, number> = {}): EpochReport => ({
  epoch,
  loss,
  rate: 0.1,
  seconds: 2,
  metrics,
});

test("a run is noted from start to end, and read back as it was", async () => {
  await inFolder(async (runs, folder) => {
    noteProvenance("data shop", "sha256:ab");
    assert.is((await runs.list()).numRows(), 0);
    const settings = { width: 64, "rate 'x'": 0.001, model: "sasrec" };
    const { run, result } = await recordRun(
      runs,
      { name: "first", settings, seed: 7, code: "abc123" },
      async (recorder) => {
        const told: number[] = [];
        const options = recorded(recorder, { epochs: 2, seed: 7, onEpoch: ({ epoch }) => void told.push(epoch) });
        await options.onEpoch?.(report(0, 0.7, { score: 0.5 }));
        await options.onEpoch?.(report(1, 0.6, { score: Number.NaN }));
        assert.equal(told, [0, 1]);
        return "done";
      },
    );
    assert.equal([run, result], ["first", "done"]);
    const [row] = (await runs.list()).objects() as Record<string, unknown>[];
    assert.equal(
      [row.run, row.outcome, row.epochs, row.seed, row.code, row.unread],
      ["first", "finished", 2, "7", "abc123", 0],
    );
    assert.equal(JSON.parse(row.data as string), { shop: "sha256:ab" });
    assert.ok((row.ended as number) > (row.started as number) && (row.started as number) >= 1_700_000_000);
    const history = await runs.history("first");
    assert.equal(history.array("loss"), [0.7, 0.6]);
    assert.equal(history.array("epoch"), [0, 1]);
    assert.equal(history.array("score"), [0.5, Number.NaN]);
    assert.equal((await runs.sql("SELECT setting, value FROM settings ORDER BY setting")).objects(), [
      { setting: "model", value: "sasrec" },
      { setting: "rate 'x'", value: "0.001" },
      { setting: "width", value: "64" },
    ]);
    assert.ok((await readdir(join(folder, "first"))).some((name) => name.startsWith("events.out.tfevents")));
  });
});

test("runs are compared by the settings that differ, and the best is first, whichever way better lies", async () => {
  await inFolder(async (runs) => {
    for (const [rate, losses] of [
      [0.1, [3, 1, 2]],
      [0.2, [3, 2.5, 0.5]],
    ] as const)
      await recordRun(runs, { name: "try", settings: { rate, width: 8 } }, async ({ onEpoch }) => {
        for (const [epoch, loss] of losses.entries()) await onEpoch(report(epoch, loss));
      });
    await recordRun(runs, { name: "empty", settings: { rate: 0.3, width: 8 } }, async () => undefined);
    const compared = await runs.compare();
    assert.equal(compared.columnNames(), ["run", "rate", "loss", "rate (last)", "seconds"]);
    assert.equal(compared.array("rate"), [0.1, 0.2, 0.3]);
    assert.equal(compared.array("run"), ["try", "try-2", "empty"]);
    assert.equal(compared.array("loss"), [2, 0.5, Number.NaN]);
    assert.equal((await runs.compare(["try-2"])).numRows(), 1);
    assert.equal((await runs.best("loss", { lower: true })).objects(), [
      { run: "try-2", epoch: 2, loss: 0.5 },
      { run: "try", epoch: 1, loss: 1 },
    ]);
    assert.equal((await runs.best("loss")).array("run"), ["try", "try-2"]);
    assert.match(
      (await errorOf(runs.best("auc"))).message,
      /no run has this metric.*"auc".*There are: loss, rate, seconds/,
    );
    assert.match((await errorOf(runs.history("other"))).message, /no such run.*There are:.*try-2/);
  });
});

test("failures and stops are noted and thrown on; a run cut off by a crash keeps its lines and goes on", async () => {
  await inFolder(async (runs, folder) => {
    const failed = await errorOf(
      recordRun(runs, { name: "bad" }, async () => {
        throw new Error("disk gone");
      }),
    );
    assert.is(failed.message, "disk gone");
    await errorOf(
      recordRun(runs, { name: "stopped" }, async () => {
        throw new AbortedError("training was stopped");
      }),
    );
    const journal = await runs.start({ name: "cut" });
    await journal.epoch(0, { loss: 1 });
    await appendFile(join(folder, "cut", "journal.jsonl"), '{"type":"epoch","epoch":1,"metr');
    const rows = () => runs.sql("SELECT run, outcome, epochs, unread FROM runs ORDER BY run");
    assert.equal((await rows()).objects(), [
      { run: "bad", outcome: "failed", epochs: 0, unread: 0 },
      { run: "cut", outcome: "unfinished", epochs: 1, unread: 1 },
      { run: "stopped", outcome: "stopped", epochs: 0, unread: 0 },
    ]);
    await recordRun(runs, { name: "cut", resume: "cut" }, async ({ onEpoch }) => {
      await onEpoch(report(1, 0.5));
    });
    assert.equal((await runs.history("cut")).array("loss"), [1, 0.5]);
    assert.equal((await rows()).array("outcome"), ["failed", "finished", "stopped"]);
    assert.match((await errorOf(recordRun(runs, { name: "x", resume: "none" }, async () => 0))).message, /no such run/);
    assert.match((await errorOf(runs.start({ name: "a/b" }))).message, /letters, digits/);
    assert.match((await errorOf(runs.start({ name: ".." }))).message, /letters, digits/);
  });
});

test("four processes that write runs of one name at once lose nothing", async () => {
  await inFolder(async (runs, folder) => {
    const script = join(__dirname, "writer.ts");
    const codes = await Promise.all(
      [1, 2, 3, 4].map(
        () =>
          new Promise((done) => {
            spawn(process.execPath, ["--import", "tsx", script, folder], { stdio: "inherit" }).on("exit", done);
          }),
      ),
    );
    assert.equal(codes, [0, 0, 0, 0]);
    const found = await runs.sql(
      `SELECT count(DISTINCT run) AS runs, count(*) AS epochs, count(DISTINCT value) AS writers,
         max(each) AS largest FROM (SELECT *, count(DISTINCT value) OVER (PARTITION BY run) AS each FROM epochs)`,
    );
    assert.equal(found.objects(), [{ runs: 20, epochs: 400, writers: 4, largest: 1 }]);
    assert.equal((await runs.sql("SELECT DISTINCT outcome, unread FROM runs")).objects(), [
      { outcome: "finished", unread: 0 },
    ]);
  });
});

test("a digest names numbers and their kind", () => {
  const digest = digestArrays(Int32Array.of(1, 2), Float64Array.of(3));
  assert.match(digest, /^sha256:[0-9a-f]{64}$/);
  assert.is(digestArrays(Int32Array.of(1, 2), Float64Array.of(3)), digest);
  assert.is.not(digestArrays(Int32Array.of(1), Int32Array.of(2), Float64Array.of(3)), digest);
  assert.is.not(digestArrays(Uint32Array.of(1, 2), Float64Array.of(3)), digest);
  assert.is(digestArrays(Int32Array.of(0, 1, 2).subarray(1)), digestArrays(Int32Array.of(1, 2)));
});

test.run();
