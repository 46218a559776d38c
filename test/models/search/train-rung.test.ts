import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ready, tf } from "../../../lib/backend/index";
import { addParameter, constant, disposeParameters, type Parameters, parameter } from "../../../lib/models/parameters";
import { logUniform, successiveHalving, trainRung } from "../../../lib/models/search/index";
import { type Task, train } from "../../../lib/models/training/train";
import { errorOf } from "../../error-of";

test.before(async () => {
  await ready();
});

/** Finds the number 3 by squared error, three steps an epoch; the score is minus the distance. */
function pointTask(): Task<number> & { value(): number } {
  const parameters: Parameters = new Map();
  addParameter(parameters, "at", [1], constant(0));
  const value = () => parameter(parameters, "at").dataSync()[0];
  return {
    parameters,
    batchCount: 3,
    batches: () => [0, 1, 2],
    loss: () => tf.sum(tf.square(tf.sub(parameter(parameters, "at"), 3))) as tf.Scalar,
    validate: async () => ({ score: -Math.abs(value() - 3) }),
    value,
  };
}

test("a trial that is stopped at each rung ends with the weights of one trained in one go", async () => {
  const folder = await mkdtemp(join(tmpdir(), "flashlab-rung-"));
  const options = { epochs: 9, seed: 1, rate: 0.4 };
  const whole = pointTask();
  const { epochs } = await train(whole, options);
  const counts: number[] = [];
  let trial = pointTask();
  for (const until of [1, 3, 3, 9, 9]) {
    // Each rung in a fresh model, as after a restart; asked again, a rung that is done trains nothing.
    disposeParameters(trial.parameters);
    trial = pointTask();
    let fresh = 0;
    const rung = await trainRung(trial, { ...options, checkpoints: folder, onEpoch: () => void fresh++ }, until);
    counts.push(fresh);
    assert.is(rung.epochs.length, until);
    assert.equal(
      rung.epochs.map(({ loss, rate }) => [loss, rate]),
      epochs.slice(0, until).map(({ loss, rate }) => [loss, rate]),
    );
    assert.is(rung.score, Math.max(...rung.epochs.map(({ metrics }) => metrics.score)));
  }
  assert.equal(counts, [1, 2, 0, 6, 0]);
  await train(trial, { ...options, checkpoints: folder });
  assert.is(trial.value(), whole.value());
  for (const task of [whole, trial]) disposeParameters(task.parameters);
  await rm(folder, { recursive: true });
});

test("the caller's stop goes through, a diverged trial scores lowest, a task without validation is refused", async () => {
  const folder = await mkdtemp(join(tmpdir(), "flashlab-rung-"));
  const options = { epochs: 9, seed: 1, checkpoints: join(folder, "a") };
  const task = pointTask();
  const stop = new AbortController();
  const stopped = trainRung(task, { ...options, signal: stop.signal, onEpoch: () => stop.abort() }, 3);
  assert.match((await errorOf(stopped)).message, /training was stopped/);
  const broken = { ...task, loss: () => tf.mul(tf.sum(parameter(task.parameters, "at")), Number.NaN) as tf.Scalar };
  assert.is((await trainRung(broken, { ...options, checkpoints: join(folder, "b") }, 3)).score, -Infinity);
  const blind = { ...task, validate: undefined };
  assert.match((await errorOf(trainRung(blind, options, 3))).message, /validation's score/);
  disposeParameters(task.parameters);
  await rm(folder, { recursive: true });
});

test("a search over the rate trains by checkpoints and leaves the winner to be picked up", async () => {
  const folder = await mkdtemp(join(tmpdir(), "flashlab-rung-"));
  const before = tf.memory().numTensors;
  const optionsOf = (rate: number, checkpoints: string) => ({ epochs: 9, seed: 1, rate, checkpoints });
  const found = await successiveHalving({
    space: { rate: logUniform(1e-4, 10) },
    seed: 2,
    trials: 9,
    most: 9,
    folder,
    async evaluate({ settings, to, folder: own, signal }) {
      const task = pointTask();
      const { score } = await trainRung(task, { ...optionsOf(settings.rate, own!), signal }, to);
      disposeParameters(task.parameters);
      return score;
    },
  });
  const winner = pointTask();
  let fresh = 0;
  await train(winner, { ...optionsOf(found.best.settings.rate, found.best.folder!), onEpoch: () => void fresh++ });
  assert.is(fresh, 0);
  assert.is(-Math.abs(winner.value() - 3), found.best.score);
  assert.ok(found.best.score > -0.5, `${found.best.score}`);
  disposeParameters(winner.parameters);
  assert.is(tf.memory().numTensors, before);
  await rm(folder, { recursive: true });
});

test.run();
