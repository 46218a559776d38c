import { test } from "uvu";
import * as assert from "uvu/assert";
import { ready, tf } from "../../../../lib/backend/index";
import { createRandom } from "../../../../lib/random";
import { type Activation, Network, orthogonal } from "../../../../lib/strategy/agents/network/network";

const random = createRandom(1);
const draws = (count: number) => Float64Array.from({ length: count }, () => random.normal());
const largest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])));

for (const activation of ["relu", "tanh"] as Activation[])
  test(`outputs and gradients of a ${activation} network are TensorFlow's`, async () => {
    await ready();
    const sizes = [3, 7, 6, 2];
    const batch = 5;
    const network = new Network({ sizes, activation, random, outputGain: 0.7 });
    network.parameters.forEach((value, i) => {
      network.parameters[i] = value + 0.1 * random.normal();
    });
    const inputs = draws(batch * 3);
    const weights = draws(batch * 2);
    const before = tf.memory().numTensors;
    const [outputs, gradient] = tf.tidy(() => {
      const loss = (flat: import("@tensorflow/tfjs").Tensor) => {
        let at = 0;
        let layer = tf.tensor2d(Float32Array.from(inputs), [batch, 3]);
        for (let i = 1; i < sizes.length; i++) {
          const matrix = flat.slice(at, sizes[i - 1] * sizes[i]).reshape([sizes[i - 1], sizes[i]]);
          at += sizes[i - 1] * sizes[i];
          layer = tf.add(tf.matMul(layer, matrix as typeof layer), flat.slice(at, sizes[i]));
          at += sizes[i];
          if (i < sizes.length - 1) layer = activation === "relu" ? tf.relu(layer) : tf.tanh(layer);
        }
        return layer;
      };
      const flat = tf.tensor1d(Float32Array.from(network.parameters));
      const slope = tf.tensor2d(Float32Array.from(weights), [batch, 2]);
      return [
        loss(flat).dataSync(),
        tf
          .grad((p) => loss(p).mul(slope).sum())(flat)
          .dataSync(),
      ];
    });
    assert.is(tf.memory().numTensors, before);
    assert.ok(largest(outputs, network.forward(inputs, batch)) < 1e-5);
    network.backward(weights, batch);
    assert.ok(largest(gradient, network.gradient) < 2e-5, `${largest(gradient, network.gradient)}`);
  });

test("gradients agree with differences of the loss in double precision", () => {
  const network = new Network({ sizes: [4, 5, 3], activation: "tanh", random });
  const inputs = draws(6 * 4);
  const slopes = draws(6 * 3);
  const loss = () => network.forward(inputs, 6).reduce((sum, value, i) => sum + value * (i < 18 ? slopes[i] : 0), 0);
  loss();
  network.backward(slopes, 6);
  for (let i = 0; i < network.parameters.length; i++) {
    const kept = network.parameters[i];
    network.parameters[i] = kept + 1e-5;
    const above = loss();
    network.parameters[i] = kept - 1e-5;
    const slope = (above - loss()) / 2e-5;
    network.parameters[i] = kept;
    assert.ok(Math.abs(slope - network.gradient[i]) < 1e-8, `parameter ${i}`);
  }
});

test("a batch gives what its rows give alone, also after a larger one", () => {
  const network = new Network({ sizes: [3, 8, 2], activation: "relu", random });
  const inputs = draws(9 * 3);
  const together = network.forward(inputs, 9).slice(0, 18);
  for (let row = 0; row < 9; row++) {
    const alone = network.forward(inputs.slice(3 * row, 3 * row + 3), 1);
    assert.ok(largest(alone.slice(0, 2), together.slice(2 * row, 2 * row + 2)) < 1e-14);
  }
});

test("weights start orthogonal", () => {
  for (const [rows, columns] of [
    [3, 5],
    [6, 4],
  ]) {
    const matrix = orthogonal(rows, columns, random);
    const at = (i: number, k: number) => (rows <= columns ? matrix[i * columns + k] : matrix[k * columns + i]);
    for (let i = 0; i < Math.min(rows, columns); i++)
      for (let j = 0; j <= i; j++) {
        let dot = 0;
        for (let k = 0; k < Math.max(rows, columns); k++) dot += at(i, k) * at(j, k);
        assert.ok(Math.abs(dot - (i === j ? 1 : 0)) < 1e-12);
      }
  }
});

test("saved and loaded through JSON it is the same; another shape is refused", () => {
  const make = (sizes: number[]) => new Network({ sizes, activation: "relu", random });
  const one = make([2, 4, 3]);
  const other = make([2, 4, 3]);
  const inputs = draws(2);
  assert.not.equal(one.forward(inputs, 1), other.forward(inputs, 1));
  other.load(JSON.parse(JSON.stringify(one.save())));
  assert.equal(one.forward(inputs, 1), other.forward(inputs, 1));
  assert.throws(() => make([2, 5, 3]).load(one.save()), /not a relu network of 2 × 5 × 3/);
  assert.throws(() => new Network({ sizes: [2], activation: "relu", random }), /number of sizes/);
});

test.run();
