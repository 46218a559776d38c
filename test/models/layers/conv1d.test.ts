import { test } from "uvu";
import * as assert from "uvu/assert";
import { ready, tf } from "../../../lib/backend/index";
import { addConv1d, type Conv1dOptions, conv1d } from "../../../lib/models/layers/conv1d";
import { disposeParameters, glorot, type Parameters, parameter } from "../../../lib/models/parameters";
import { createRandom } from "../../../lib/random";
import { assertNumericalGradient, draw, near } from "../gradients";

test.before(async () => {
  await ready();
});

const [BATCH, LENGTH, INPUTS, OUTPUTS] = [2, 7, 3, 4];

/** The same by TensorFlow's convolution, of sequences with as many zeros as the window reaches beyond them. */
function plain(x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor, options: Conv1dOptions): tf.Tensor {
  const { batch, length, kernel, dilation = 1, causal } = options;
  const span = (kernel - 1) * dilation;
  const before = causal ? span : (kernel >> 1) * dilation;
  const wide = tf.pad(tf.reshape(x, [batch, length, INPUTS]), [
    [0, 0],
    [before, span - before],
    [0, 0],
  ]) as tf.Tensor3D;
  const shaped = tf.reshape(filter, [kernel, INPUTS, OUTPUTS]) as tf.Tensor3D;
  const y = tf.conv1d(wide, shaped, 1, "valid", "NWC", dilation);
  return tf.reshape(tf.add(y, bias), [batch * length, OUTPUTS]);
}

test("a convolution is TensorFlow's, causal or not, dilated or not; its gradients are the differences'", () => {
  const tensors = tf.memory().numTensors;
  for (const [kernel, dilation, causal] of [
    [3, 1, false],
    [3, 1, true],
    [2, 3, true],
    [5, 1, false],
    [4, 1, false],
    [1, 1, true],
  ] as const) {
    const parameters: Parameters = new Map();
    addConv1d(parameters, "conv", { inputs: INPUTS, outputs: OUTPUTS, kernel }, glorot(createRandom(1)));
    const options = { batch: BATCH, length: LENGTH, kernel, dilation, causal };
    tf.tidy(() => {
      const bias = parameter(parameters, "conv.bias");
      bias.assign(draw([OUTPUTS], 2));
      const weight = parameter(parameters, "conv.weight");
      const x = draw([BATCH * LENGTH, INPUTS], 3) as tf.Tensor2D;
      const run = (input: tf.Tensor) => conv1d(input as tf.Tensor2D, parameters, "conv", options);
      near(run(x), plain(x, weight, bias, options), 1e-5, `kernel ${kernel}, dilation ${dilation}`);
      assertNumericalGradient(run, x);
      // The weights' gradient of a squared sum, against the same by differences.
      const loss = () => tf.sum(tf.square(run(x))) as tf.Scalar;
      const gradient = tf.variableGrads(loss, [weight]).grads[weight.name].dataSync() as Float32Array;
      const values = weight.dataSync().slice();
      const at = (by: number) => {
        weight.assign(
          tf.tensor(
            values.map((value, i) => value + by * Math.sign(gradient[i])),
            weight.shape,
          ),
        );
        return loss().dataSync()[0];
      };
      const slope = (at(1e-2) - at(-1e-2)) / 2e-2;
      const length = gradient.reduce((sum, value) => sum + Math.abs(value), 0);
      assert.ok(Math.abs(slope - length) < 0.01 * length, `${slope} against ${length}`);
    });
    disposeParameters(parameters);
  }
  assert.is(tf.memory().numTensors, tensors, "no tensor is left behind");
});

test("a causal convolution's row doesn't see what comes after it", () => {
  const parameters: Parameters = new Map();
  addConv1d(parameters, "conv", { inputs: INPUTS, outputs: OUTPUTS, kernel: 3 }, glorot(createRandom(1)));
  for (const causal of [true, false]) {
    const one = draw([LENGTH, INPUTS], 1);
    const rows = (x: tf.Tensor) =>
      conv1d(x as tf.Tensor2D, parameters, "conv", { batch: 1, length: LENGTH, kernel: 3, causal }).arraySync();
    tf.tidy(() => {
      const other = tf.concat([tf.slice(one, [0, 0], [4, INPUTS]), draw([LENGTH - 4, INPUTS], 2)], 0);
      const [before, after] = [rows(one), rows(other)];
      assert.equal(before.slice(0, 3), after.slice(0, 3));
      assert.is(JSON.stringify(before[3]) === JSON.stringify(after[3]), causal);
    });
    one.dispose();
  }
  assert.throws(
    () => conv1d(tf.zeros([LENGTH, 2]), parameters, "conv", { batch: 1, length: LENGTH, kernel: 3 }),
    /weights are those of its window/,
  );
  disposeParameters(parameters);
});

test.run();
