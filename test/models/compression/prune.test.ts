import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ready, tf } from "../../../lib/backend/index";
import { gradualShare, prune, pruneGradually, sparsity } from "../../../lib/models/compression/index";
import { addParameter, constant, disposeParameters, type Parameters, parameter } from "../../../lib/models/parameters";
import { type Task, train } from "../../../lib/models/training/train";
import { createRandom } from "../../../lib/random";
import { errorOf } from "../../error-of";
import oracle from "./oracles/compression.json";

test.before(async () => {
  await ready();
});

function twoLayers(): Parameters {
  const parameters: Parameters = new Map();
  addParameter(parameters, "one.weight", [6, 4], () => Float32Array.from(oracle.weights[0]));
  addParameter(parameters, "two.weight", [3, 6], () => Float32Array.from(oracle.weights[1]));
  addParameter(parameters, "two.bias", [3], constant(1e-9));
  return parameters;
}

const zeros = (parameters: Parameters, name: string): number[] =>
  Array.from(parameter(parameters, name).dataSync(), (value) => (value === 0 ? 0 : 1));

for (const scope of ["all", "matrix"] as const)
  test(`the weights that go are those of torch.nn.utils.prune, compared over ${scope === "all" ? "all matrices" : "each matrix"}`, async () => {
    const before = tf.memory().numTensors;
    const parameters = twoLayers();
    prune(parameters, { share: 0.4, scope });
    assert.equal(zeros(parameters, "one.weight"), oracle.masks[scope][0]);
    assert.equal(zeros(parameters, "two.weight"), oracle.masks[scope][1]);
    assert.equal(zeros(parameters, "two.bias"), [1, 1, 1]);
    assert.ok(Math.abs((await sparsity(parameters)) - 0.4) < 0.02);
    // More later: what is out stays out.
    prune(parameters, { share: 0.2, scope });
    assert.equal(zeros(parameters, "one.weight"), oracle.masks[scope][0]);
    prune(parameters, { share: 1, scope, select: (name) => name.startsWith("two") });
    assert.is(
      zeros(parameters, "two.weight").reduce((a, b) => a + b),
      0,
    );
    assert.equal(zeros(parameters, "one.weight"), oracle.masks[scope][0]);
    disposeParameters(parameters);
    assert.is(tf.memory().numTensors, before);
  });

test("nothing to prune, or a share that isn't one, is refused", () => {
  const parameters = twoLayers();
  assert.throws(() => prune(parameters, { share: 0.5, select: () => false }), /no matrix takes part/);
  assert.throws(() => prune(parameters, { share: 1.5 }), /from 0 to 1: 1\.5 at share/);
  prune(parameters, { share: 0 });
  assert.is(
    zeros(parameters, "one.weight").reduce((a, b) => a + b),
    24,
  );
  disposeParameters(parameters);
});

/** y = x · w with two of twenty weights that matter, learned by least squares. */
function sparseTask(): Task<tf.Tensor2D> {
  const parameters: Parameters = new Map();
  const random = createRandom("w");
  addParameter(parameters, "w", [20, 1], (count) => Float32Array.from({ length: count }, () => random.normal()));
  const truth = Float32Array.from({ length: 20 }, (_, at) => (at === 3 ? 2 : at === 11 ? -1 : 0));
  return {
    parameters,
    batchCount: 8,
    *batches(epoch) {
      for (let batch = 0; batch < 8; batch++) {
        const draw = createRandom("x").fork(`${epoch}/${batch}`);
        const x = tf.tensor2d(
          Float32Array.from({ length: 640 }, () => draw.normal()),
          [32, 20],
        );
        yield x;
        x.dispose();
      }
    },
    loss(x) {
      const weight = parameter(parameters, "w") as tf.Tensor as tf.Tensor2D;
      return tf.mean(tf.square(tf.sub(tf.matMul(x, weight), tf.matMul(x, tf.tensor2d(truth, [20, 1]))))) as tf.Scalar;
    },
  };
}

test("pruned step by step while it learns, a model keeps the weights that matter and gets them right", async () => {
  const before = tf.memory().numTensors;
  const task = sparseTask();
  const counts: number[] = [];
  const pruned = pruneGradually(task, { share: 0.9, epochs: 10 });
  const options = { epochs: 20, seed: 1, rate: 0.05, warmUp: 0 };
  await train(task, { ...options, epochs: 30 });
  await train(pruned, {
    ...options,
    onEpoch: async () => void counts.push(Math.round(20 * (await sparsity(task.parameters)))),
  });
  assert.equal(
    counts,
    Array.from({ length: 20 }, (_, epoch) => Math.round(20 * gradualShare(0.9, (epoch + 1) / 10))),
  );
  const weights = parameter(task.parameters, "w").dataSync();
  for (const [at, weight] of weights.entries())
    assert.ok(Math.abs(weight - (at === 3 ? 2 : at === 11 ? -1 : 0)) < 0.01, `${at}: ${weight}`);
  disposeParameters(task.parameters);
  assert.is(tf.memory().numTensors, before);
});

test("the best epoch is one in which all is pruned", async () => {
  const task = sparseTask();
  const validate = async (epoch: number) => ({ score: -epoch });
  const pruned = pruneGradually({ ...task, validate }, { share: 0.5, epochs: 3 });
  const { bestEpoch } = await train(pruned, { epochs: 6, seed: 1 });
  assert.is(bestEpoch, 2);
  assert.is(await sparsity(task.parameters), 0.5);
  disposeParameters(task.parameters);
});

test("a run that was stopped while pruning ends with the weights of one that wasn't", async () => {
  const folder = await mkdtemp(join(tmpdir(), "flashlab-prune-"));
  const options = { epochs: 6, seed: 1, rate: 0.05 };
  const [whole, first, second] = [sparseTask(), sparseTask(), sparseTask()];
  const gradual = { share: 0.7, epochs: 4, every: 3 };
  await train(pruneGradually(whole, gradual), options);
  const stop = new AbortController();
  const stopped = train(pruneGradually(first, gradual), {
    ...options,
    checkpoints: folder,
    signal: stop.signal,
    onEpoch: ({ epoch }) => (epoch === 2 ? stop.abort() : undefined),
  });
  assert.match((await errorOf(stopped)).message, /training was stopped/);
  await train(pruneGradually(second, gradual), { ...options, checkpoints: folder });
  assert.equal(parameter(second.parameters, "w").dataSync(), parameter(whole.parameters, "w").dataSync());
  for (const task of [whole, first, second]) disposeParameters(task.parameters);
  await rm(folder, { recursive: true });
});

test.run();
