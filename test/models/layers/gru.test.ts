import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ready, tf } from "../../../lib/backend/index";
import { addGru, gru, recur } from "../../../lib/models/layers/gru";
import { disposeParameters, type Parameters, parameter } from "../../../lib/models/parameters";
import { createRandom } from "../../../lib/random";
import { assertNumericalGradient, assertSameGradients, draw, near } from "../gradients";

test.before(async () => {
  await ready();
});

/** The recurrence place by place from elementary operations, its gradient TensorFlow.js's own. */
function plain(projected: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor, batch: number, length: number): tf.Tensor {
  const hidden = weight.shape[0];
  const gate = (x: tf.Tensor, at: number) => tf.slice(x, [0, at * hidden], [x.shape[0], hidden]);
  const places = tf.reshape(projected, [batch, length, 3 * hidden]);
  let state: tf.Tensor = tf.zeros([batch, hidden]);
  const states: tf.Tensor[] = [];
  for (let place = 0; place < length; place++) {
    const x = tf.reshape(tf.slice(places, [0, place, 0], [batch, 1, 3 * hidden]), [batch, 3 * hidden]);
    const h = tf.add(tf.matMul(state as tf.Tensor2D, weight as tf.Tensor2D), bias);
    const reset = tf.sigmoid(tf.add(gate(x, 0), gate(h, 0)));
    const update = tf.sigmoid(tf.add(gate(x, 1), gate(h, 1)));
    const candidate = tf.tanh(tf.add(gate(x, 2), tf.mul(reset, gate(h, 2))));
    state = tf.add(tf.mul(tf.sub(1, update), candidate), tf.mul(update, state));
    states.push(state);
  }
  return tf.reshape(tf.stack(states, 1), [batch * length, hidden]);
}

/** sin(1 + i) by place, as the oracle has it. */
const wave = (shape: number[], scale = 1) =>
  tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => scale * Math.sin(1 + i)),
    shape,
  );

test("the recurrence is its formula, and its gradient through time TensorFlow.js's own and the differences'", () => {
  const tensors = tf.memory().numTensors;
  tf.tidy(() => {
    for (const [batch, length] of [
      [3, 6],
      [1, 1],
    ]) {
      const ours = (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor) =>
        recur(x as tf.Tensor2D, w as tf.Tensor2D, b as tf.Tensor1D, { batch, length });
      const theirs = (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor) => plain(x, w, b, batch, length);
      assertSameGradients(ours, theirs, [draw([batch * length, 12], 1), draw([4, 12], 2, 0.7), draw([12], 3)], 2e-5);
    }
    const [w, b] = [draw([2, 6], 2) as tf.Tensor2D, draw([6], 3) as tf.Tensor1D];
    assertNumericalGradient((x) => recur(x as tf.Tensor2D, w, b, { batch: 2, length: 3 }), draw([6, 6], 4));
  });
  assert.is(tf.memory().numTensors, tensors, "no tensor is left behind");
});

test("states and gradients are PyTorch's", () => {
  const oracle = JSON.parse(readFileSync(join(__dirname, "../oracles/gru.json"), "utf8")) as Record<string, number[]>;
  const parameters: Parameters = new Map();
  addGru(parameters, "gru", [3, 2], createRandom(1));
  tf.tidy(() => {
    for (const [name, variable] of parameters)
      variable.assign(wave(variable.shape, name === "gru.state.bias" ? 0.5 : 1));
    const x = wave([8, 3]) as tf.Tensor2D;
    const run = (input: tf.Tensor) => gru(input as tf.Tensor2D, parameters, "gru", { batch: 2, length: 4 });
    near(run(x), tf.tensor(oracle.states, [8, 2]), 1e-6, "states");
    const loss = () => tf.sum(tf.mul(run(x), wave([8, 2]))) as tf.Scalar;
    near(
      tf.grad((input: tf.Tensor) => tf.sum(tf.mul(run(input), wave([8, 2]))))(x),
      tf.tensor(oracle.x, [8, 3]),
      2e-6,
      "x",
    );
    const { grads } = tf.variableGrads(loss);
    for (const [name, variable] of parameters)
      near(grads[variable.name], tf.tensor(oracle[name.slice(4)], variable.shape), 2e-6, name);
  });
  assert.throws(() => gru(tf.zeros([6, 3]), parameters, "gru", { batch: 2, length: 4 }), /rows are its places/);
  assert.is(parameter(parameters, "gru.state.weight").size, 12);
  disposeParameters(parameters);
});

test.run();
