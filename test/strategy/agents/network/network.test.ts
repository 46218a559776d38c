import { test } from "uvu";
import * as assert from "uvu/assert";
import { ready, tf } from "../../../../lib/backend/index";
import { createRandom } from "../../../../lib/random";
import { type Activation, Network } from "../../../../lib/strategy/agents/network/network";
import { orthogonal } from "../../../../lib/strategy/agents/network/orthogonal";

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

/** The same network in double precision, written down anew. */
function plainly({ sizes, activation }: Network, parameters: Float64Array, inputs: Float64Array, batch: number) {
  let layer = inputs;
  let at = 0;
  for (let l = 1; l < sizes.length; l++) {
    const [from, to] = [sizes[l - 1], sizes[l]];
    const next = new Float64Array(batch * to);
    for (let row = 0; row < batch; row++)
      for (let j = 0; j < to; j++) {
        let sum = parameters[at + from * to + j];
        for (let k = 0; k < from; k++) sum += layer[row * from + k] * parameters[at + k * to + j];
        const bent = activation === "relu" ? Math.max(0, sum) : Math.tanh(sum);
        next[row * to + j] = l === sizes.length - 1 ? sum : bent;
      }
    at += (from + 1) * to;
    layer = next;
  }
  return layer;
}

for (const { sizes, rows } of [
  { sizes: [4, 5, 3], rows: 6 },
  { sizes: [2, 16, 24, 1], rows: 1 },
  { sizes: [9, 8, 8, 8], rows: 67 },
])
  test(`outputs and gradients of ${sizes.join(" × ")} by ${rows} are those of double precision, the slopes by differences`, () => {
    const network = new Network({ sizes, activation: "tanh", random });
    const inputs = draws(rows * network.sizes[0]);
    const slopes = draws(rows * network.sizes[network.sizes.length - 1]);
    const parameters = Float64Array.from(network.parameters);
    const expected = plainly(network, parameters, inputs, rows);
    assert.ok(largest(expected, network.forward(inputs, rows)) < 1e-5);
    network.backward(slopes, rows);
    const loss = () => plainly(network, parameters, inputs, rows).reduce((sum, y, i) => sum + y * slopes[i], 0);
    for (let i = 0; i < parameters.length; i += 1 + (i % 7)) {
      const kept = parameters[i];
      parameters[i] = kept + 1e-5;
      const above = loss();
      parameters[i] = kept - 1e-5;
      const slope = (above - loss()) / 2e-5;
      parameters[i] = kept;
      assert.ok(Math.abs(slope - network.gradient[i]) < 1e-5 * Math.sqrt(rows), `parameter ${i}: ${slope}`);
    }
  });

test("it follows another by a share of the way, and wholly at 1", () => {
  const [one, other] = [0, 0].map(() => new Network({ sizes: [3, 5, 2], activation: "relu", random }));
  const start = one.parameters.slice();
  one.follow(other, 0.25);
  one.parameters.forEach((value, i) => {
    assert.ok(Math.abs(value - (0.75 * start[i] + 0.25 * other.parameters[i])) < 1e-6);
  });
  one.follow(other, 1);
  assert.equal(one.parameters, other.parameters);
});

test("a batch gives what its rows give alone, also after a larger one", () => {
  const network = new Network({ sizes: [3, 8, 2], activation: "relu", random });
  const inputs = draws(9 * 3);
  const together = network.forward(inputs, 9).slice(0, 18);
  for (let row = 0; row < 9; row++) {
    const alone = network.forward(inputs.slice(3 * row, 3 * row + 3), 1);
    assert.ok(largest(alone.slice(0, 2), together.slice(2 * row, 2 * row + 2)) === 0);
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
  assert.equal(Network.from(one.save()).forward(inputs, 1), one.forward(inputs, 1));
  assert.throws(() => make([2, 5, 3]).load(one.save()), /not a relu network of 2 × 5 × 3/);
  for (const broken of [
    { ...one.save(), sizes: [2, 4] },
    { ...one.save(), sizes: [2, 1e9, 3] },
    { ...one.save(), activation: "sine" as Activation },
    { ...one.save(), parameters: one.save().parameters.map((value, i) => (i === 3 ? Number.NaN : value)) },
    null as never,
  ])
    assert.throws(() => Network.from(broken), /saved network/);
  assert.throws(() => new Network({ sizes: [2], activation: "relu", random }), /number of sizes/);
});

test.run();
