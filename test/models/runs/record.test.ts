import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ready, tf } from "../../../lib/backend/index";
import { addParameter, constant, disposeParameters, type Parameters, parameter } from "../../../lib/models/parameters";
import { openRuns, recorded, recordRun } from "../../../lib/models/runs/index";
import { type Task, train } from "../../../lib/models/training/train";
import { errorOf } from "../../error-of";

test("a training that is stopped and goes on is one run: each epoch once, with the losses that training reports", async () => {
  await ready();
  const folder = await mkdtemp(join(tmpdir(), "flashlab-record-"));
  let ticks = 0;
  const runs = await openRuns(folder, () => new Date(1_700_000_000_000 + 1000 * ticks++));
  const parameters: Parameters = new Map();
  addParameter(parameters, "at", [1], constant(0));
  const task: Task<number> = {
    parameters,
    batchCount: 2,
    batches: () => [0, 1],
    loss: () => tf.sum(tf.square(tf.sub(parameter(parameters, "at"), 3))) as tf.Scalar,
    validate: async () => ({ score: -Math.abs(parameter(parameters, "at").dataSync()[0] - 3) }),
  };
  const settings = { epochs: 5, rate: 0.2 };
  const stop = new AbortController();
  const run = (resume?: string) =>
    recordRun(runs, { name: "point", settings, seed: 1, resume }, (recorder) =>
      train(
        task,
        recorded(recorder, {
          ...settings,
          seed: 1,
          checkpoints: join(recorder.folder, "checkpoints"),
          signal: resume ? undefined : stop.signal,
          onEpoch: ({ epoch }) => (epoch === 2 ? stop.abort() : undefined),
        }),
      ),
    );
  assert.match((await errorOf(run())).message, /training was stopped/);
  const outcomes = () => runs.sql("SELECT outcome, epochs FROM runs");
  assert.equal((await outcomes()).objects(), [{ outcome: "stopped", epochs: 3 }]);
  const { result } = await run("point");
  assert.equal((await outcomes()).objects(), [{ outcome: "finished", epochs: 5 }]);
  const history = await runs.history("point");
  assert.equal(
    history.array("loss"),
    result.epochs.map(({ loss }) => loss),
  );
  assert.equal(
    history.array("score"),
    result.epochs.map(({ metrics }) => metrics.score),
  );
  assert.equal((await runs.best("score")).array("epoch"), [result.bestEpoch]);
  const logs = (await readdir(join(folder, "point"))).filter((name) => name.includes("tfevents"));
  assert.is(logs.length, 2, "TensorBoard reads a run's files one after another");
  await runs.close();
  disposeParameters(parameters);
  await rm(folder, { recursive: true });
});

test.run();
