import { performance } from "node:perf_hooks";
import { ready, tf, topK } from "../../lib/backend/index";
import { createNoise } from "../../lib/models/layers/noise";
import { disposeParameters, parameter } from "../../lib/models/parameters";
import { itemEmbeddings } from "../../lib/models/sequences/model";
import { createAdamW } from "../../lib/models/training/adamw";
import { behaviourShape, createBehaviour } from "../../lib/models/transformer/behaviour";
import { createRandom } from "../../lib/random";
import { alternate, type Bench, type BenchContext, type Metric, metric } from "./harness";
import { Peer } from "./peer";

const SHAPE = {
  items: 12_101,
  batch: 256,
  length: 50,
  width: 64,
  heads: 2,
  blocks: 2,
  inner: 256,
  dropout: 0.2,
  top: 10,
};

/**
 * SASRec's step on random events: forward, backward and AdamW, with one sampled negative for each position, no padding;
 * and the ten best items for each of a batch of users.
 */
async function run({ python, runs, log }: BenchContext): Promise<Metric[]> {
  const { name } = await ready();
  const { items, batch, length, width } = SHAPE;
  const random = createRandom(1);
  const model = createBehaviour(behaviourShape(items, SHAPE), 1);
  const names = [...model.parameters.keys()];
  const variables = names.map((key) => parameter(model.parameters, key));
  const optimizer = createAdamW(model.parameters, names, { decay: 0.01 });
  const draw = () => Int32Array.from({ length: batch * length }, () => 1 + random.integer(items));
  const events = { batch, length, fields: [draw()], lengths: new Int32Array(batch).fill(length) };
  const [wanted, others] = [draw(), draw()];
  let steps = 0;
  const loss = (): tf.Scalar => {
    const states = model.states(events, createNoise(random.fork(steps++)));
    const compared = tf.gather(itemEmbeddings(model), tf.tensor1d(Int32Array.of(...wanted, ...others), "int32"));
    const [right, wrong] = tf.split(compared, 2, 0).map((rows) => tf.sum(tf.mul(states, rows), 1));
    return tf.mean(tf.add(tf.softplus(tf.neg(right)), tf.softplus(wrong)));
  };
  const step = () => {
    const start = performance.now();
    const { value, grads } = tf.variableGrads(loss, variables);
    optimizer.step(Object.fromEntries(names.map((key, at) => [key, grads[variables[at].name]])), 1e-3);
    value.dataSync();
    value.dispose();
    return performance.now() - start;
  };
  const infer = () => {
    const start = performance.now();
    tf.tidy(() => {
      const scores = tf.matMul(model.last(events), itemEmbeddings(model), false, true) as tf.Tensor2D;
      return topK(scores, SHAPE.top).indices.dataSync();
    });
    return performance.now() - start;
  };
  const peer = new Peer(python, "transformer_step");
  const ask = async (task: string) => 1000 * (await peer.ask<{ seconds: number }>({ task })).seconds;
  await peer.ask({ task: "load", ...SHAPE });
  const times = 4 * runs;
  const training = await alternate({ ours: step, torch: () => ask("step") }, times);
  const inference = await alternate({ ours: infer, torch: () => ask("infer") }, times);
  peer.close();
  optimizer.dispose();
  disposeParameters(model.parameters);
  log(`on ${name}, medians of ${times}`);
  const shape = `${items} items, batch ${batch} × ${length}, width ${width}, ${SHAPE.blocks} blocks`;
  return [
    metric(`training step, ${shape}`, "ms", "lower", training.ours, { name: "PyTorch", value: training.torch }),
    metric(`ten best items for ${batch} users`, "ms", "lower", inference.ours, {
      name: "PyTorch",
      value: inference.torch,
    }),
  ];
}

export default {
  about: "A behaviour transformer's training step and inference, against PyTorch",
  run,
} satisfies Bench;
