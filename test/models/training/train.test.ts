import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ready, tf } from "../../../lib/backend/index";
import {
  addParameter,
  constant,
  disposeParameters,
  type NamedArrays,
  type Parameters,
  parameter,
  readParameters,
} from "../../../lib/models/parameters";
import { createAdamW } from "../../../lib/models/training/adamw";
import { schedule } from "../../../lib/models/training/schedule";
import { type Task, type TrainOptions, train } from "../../../lib/models/training/train";
import { createRandom } from "../../../lib/random";

test.before(async () => {
  await ready();
});

/** A linear model of four batches a epoch, with noise in its loss as dropout would be. */
function linearTask(changes: Partial<Task<[tf.Tensor2D, tf.Tensor1D]>> = {}): Task<[tf.Tensor2D, tf.Tensor1D]> {
  const parameters: Parameters = new Map();
  addParameter(parameters, "slope", [3, 1], constant(0));
  addParameter(parameters, "level", [1], constant(0));
  return {
    parameters,
    batchCount: 4,
    *batches(epoch) {
      const random = createRandom("data").fork(epoch);
      for (let batch = 0; batch < 4; batch++) {
        const x = tf.tensor2d(
          Float32Array.from({ length: 24 }, () => random.normal()),
          [8, 3],
        );
        const y = tf.tidy(() =>
          tf.add(tf.reshape(tf.matMul(x, tf.tensor2d([1, -2, 3], [3, 1])), [8]), 0.5),
        ) as tf.Tensor1D;
        yield [x, y];
        tf.dispose([x, y]);
      }
    },
    loss([x, y], noise) {
      const slope = parameter(parameters, "slope") as tf.Tensor as tf.Tensor2D;
      const guess = tf.add(tf.reshape(tf.matMul(x, slope), [8]), parameter(parameters, "level"));
      const weight = noise.next()[0] / 2 ** 31;
      return tf.mul(tf.mean(tf.square(tf.sub(guess, y))), 0.5 + weight) as tf.Scalar;
    },
    ...changes,
  };
}

const OPTIONS: TrainOptions = { epochs: 6, seed: 1, rate: 0.3, warmUp: 0.1 };

async function bits(parameters: Parameters): Promise<Record<string, number[]>> {
  const arrays: NamedArrays = await readParameters(parameters);
  return Object.fromEntries([...arrays].map(([name, { values }]) => [name, Array.from(values)]));
}

test("AdamW's first steps are the paper's formula", () => {
  const parameters: Parameters = new Map();
  addParameter(parameters, "w", [1, 2], () => Float32Array.of(1, -1));
  const optimizer = createAdamW(parameters, ["w"], { decay: 0.1 });
  let [weights, mean, square] = [
    [1, -1],
    [0, 0],
    [0, 0],
  ];
  for (let step = 1; step <= 3; step++) {
    const gradient = [0.5 * step, -0.25];
    optimizer.step({ w: tf.tensor2d(gradient, [1, 2]) }, 0.01);
    mean = mean.map((m, i) => 0.9 * m + 0.1 * gradient[i]);
    square = square.map((v, i) => 0.999 * v + 0.001 * gradient[i] ** 2);
    weights = weights.map(
      (w, i) =>
        w - 0.01 * (mean[i] / (1 - 0.9 ** step) / (Math.sqrt(square[i] / (1 - 0.999 ** step)) + 1e-8) + 0.1 * w),
    );
    const ours = parameter(parameters, "w").dataSync();
    for (const [i, w] of weights.entries())
      assert.ok(Math.abs(ours[i] - w) < 1e-6, `step ${step}: ${ours[i]} against ${w}`);
  }
  optimizer.dispose();
  disposeParameters(parameters);
});

test("gradients longer than the clip are shortened to it", () => {
  const parameters: Parameters = new Map();
  addParameter(parameters, "a", [1], constant(0));
  addParameter(parameters, "b", [1], constant(0));
  const optimizer = createAdamW(parameters, ["a", "b"], { clip: 1, beta1: 0, beta2: 0, epsilon: 1 });
  optimizer.step({ a: tf.tensor1d([30]), b: tf.tensor1d([40]) }, 1);
  // With no memory and ε 1 a step is g / (|g| + 1), of the shortened gradient (0.6, 0.8).
  assert.ok(Math.abs(parameter(parameters, "a").dataSync()[0] + 0.6 / 1.6) < 1e-6);
  assert.ok(Math.abs(parameter(parameters, "b").dataSync()[0] + 0.8 / 1.8) < 1e-6);
  optimizer.dispose();
  disposeParameters(parameters);
});

test("the rate rises to its highest, then falls along half a cosine to its last share", () => {
  const rate = schedule({ rate: 2, steps: 110, warmUp: 10, last: 0.1 });
  assert.is(rate(0), 0.2);
  assert.is(rate(9), 2);
  assert.is(rate(10), 2);
  assert.ok(Math.abs(rate(60) - 2 * 0.55) < 1e-12);
  assert.ok(Math.abs(rate(110) - 0.2) < 1e-12);
  assert.ok(Math.abs(rate(500) - 0.2) < 1e-12);
});

test("a run that was stopped and goes on ends with the weights of one that wasn't", async () => {
  const whole = linearTask();
  const result = await train(whole, OPTIONS);
  assert.is(result.epochs.length, 6);
  assert.ok(result.epochs[5].loss < 0.3 * result.epochs[0].loss, `${result.epochs.map((e) => e.loss)}`);
  const folder = await mkdtemp(join(tmpdir(), "flashlab-train-"));
  const first = linearTask();
  const stop = new AbortController();
  const options = { ...OPTIONS, checkpoints: folder };
  await train(first, {
    ...options,
    signal: stop.signal,
    onEpoch: ({ epoch }) => (epoch === 2 ? stop.abort() : undefined),
  }).then(
    () => assert.unreachable("it was stopped"),
    (error) => assert.match(error.message, "training was stopped"),
  );
  const second = linearTask();
  const rest = await train(second, options);
  assert.equal(await bits(second.parameters), await bits(whole.parameters));
  assert.equal(
    rest.epochs.map(({ loss }) => loss),
    result.epochs.map(({ loss }) => loss),
  );
  // One checkpoint is kept, and nothing half-written.
  assert.is((await readdir(folder)).length, 3);
  const other = linearTask();
  await train(other, { ...options, seed: 2 }).then(
    () => assert.unreachable("the checkpoint is of another run"),
    (error) => assert.match(error.message, /checkpoint is of another run/),
  );
  for (const task of [whole, first, second, other]) disposeParameters(task.parameters);
  await rm(folder, { recursive: true });
});

test("the best epoch's weights are kept, and patience ends a run", async () => {
  const scores = [1, 3, 2, 2.5, 2, 9];
  const seen: number[] = [];
  let kept: Record<string, number[]> = {};
  const task = linearTask({
    async validate(epoch) {
      seen.push(epoch);
      if (epoch === 1) kept = await bits(task.parameters);
      return { score: scores[epoch] };
    },
  });
  const result = await train(task, { ...OPTIONS, patience: 3 });
  assert.equal([result.bestEpoch, result.stoppedEarly, seen], [1, true, [0, 1, 2, 3, 4]]);
  assert.equal(await bits(task.parameters), kept);
  disposeParameters(task.parameters);
});

test("weights that don't take part stay as they are, and no tensor is left behind", async () => {
  const before = tf.memory().numTensors;
  const task = linearTask({ trainable: (name) => name === "slope" });
  await train(task, { ...OPTIONS, clip: 1, decay: 0.01 });
  assert.is(parameter(task.parameters, "level").dataSync()[0], 0);
  disposeParameters(task.parameters);
  assert.is(tf.memory().numTensors, before);
});

test("a loss that is no number any more ends the run in words", async () => {
  const task = linearTask({ loss: () => tf.scalar(Number.NaN) });
  task.loss = ([x]) => tf.mul(tf.sum(x), tf.mul(parameter(task.parameters, "level"), Number.NaN)).asScalar();
  await train(task, OPTIONS).then(
    () => assert.unreachable("the loss is NaN"),
    (error) => assert.match(error.message, /loss is no number any more.*Lower the rate/),
  );
  disposeParameters(task.parameters);
});

test.run();
