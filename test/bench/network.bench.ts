import { performance } from "node:perf_hooks";
import { ready, tf } from "../../lib/backend/index";
import { createRandom } from "../../lib/random";
import { createAdam } from "../../lib/strategy/agents/network/adam";
import { Network } from "../../lib/strategy/agents/network/network";
import { alternate, type Bench, type BenchContext, type Metric, metric } from "./harness";

/** One update of a network of two layers of 64 by 64 rows: forward, backward, Adam. */
async function update({ runs }: BenchContext): Promise<Metric> {
  const { name } = await ready();
  const sizes = [2, 64, 64, 9];
  const rows = 64;
  const updates = 200;
  const random = createRandom(1);
  const network = new Network({ sizes, activation: "relu", random });
  const adam = createAdam(network.parameters.length);
  const inputs = Float64Array.from({ length: rows * 2 }, () => random.normal());
  const goals = Float64Array.from({ length: rows * 9 }, () => random.normal());
  const slopes = new Float64Array(rows * 9);
  const ours = () => {
    const start = performance.now();
    for (let i = 0; i < updates; i++) {
      const outputs = network.forward(inputs, rows);
      for (let j = 0; j < slopes.length; j++) slopes[j] = (2 * (outputs[j] - goals[j])) / slopes.length;
      network.backward(slopes, rows);
      adam.step(network.parameters, network.gradient, 1e-3);
    }
    return (performance.now() - start) / updates;
  };

  const layers = sizes.slice(1).map((width, i) => ({
    weights: tf.variable(tf.randomNormal([sizes[i], width], 0, 0.2, "float32", i) as ReturnType<typeof tf.tensor2d>),
    biases: tf.variable(tf.zeros([width])),
  }));
  const x = tf.tensor2d(Float32Array.from(inputs), [rows, 2]);
  const y = tf.tensor2d(Float32Array.from(goals), [rows, 9]);
  const optimiser = tf.train.adam(1e-3);
  const theirs = () => {
    const start = performance.now();
    for (let i = 0; i < updates; i++)
      optimiser.minimize(() => {
        let layer = x;
        layers.forEach(({ weights, biases }, at) => {
          layer = tf.add(tf.matMul(layer, weights), biases);
          if (at < layers.length - 1) layer = tf.relu(layer);
        });
        return tf.losses.meanSquaredError(y, layer).asScalar();
      });
    layers[0].weights.dataSync();
    return (performance.now() - start) / updates;
  };
  const times = await alternate({ ours, theirs }, runs);
  return metric("update of 2 × 64 × 64 × 9 by 64 rows", "ms", "lower", times.ours, {
    name: `TensorFlow.js, ${name}`,
    value: times.theirs,
  });
}

/** One observation through the same network. */
async function action({ runs }: BenchContext): Promise<Metric> {
  const network = new Network({ sizes: [2, 64, 64, 9], activation: "relu", random: createRandom(1) });
  const input = Float64Array.of(0.1, -0.4);
  const act = () => {
    const start = performance.now();
    for (let i = 0; i < 10_000; i++) network.forward(input, 1);
    return (performance.now() - start) / 10_000;
  };
  const times = await alternate({ act }, runs);
  return metric("action of 2 × 64 × 64 × 9", "ms", "lower", times.act, null);
}

export default {
  about: "The networks of agents: an update beside TensorFlow.js on the machine's backend, and an action",
  async run(context) {
    return [await update(context), await action(context)];
  },
} satisfies Bench;
