import { tf } from "../../../lib/backend";
import { type Case, indices, normal, uniform } from "./case";
import { logSoftmax, map, product, rows, sigmoid, softmax, softplus, standardise, sum } from "./oracle";

const LAYERS = [normal("x", 6, 5), normal("w", 5, 4), normal("b", 4)];

/** `[batch × length × channels]` by filters `[width × channels × out]`, padded with `left` and `right` zeros. */
function convolve(
  x: Float64Array,
  w: Float64Array,
  [batch, length, channels, width, out]: number[],
  left: number,
  right: number,
) {
  const steps = length + left + right - width + 1;
  const y = new Float64Array(batch * steps * out);
  for (let b = 0; b < batch; b++)
    for (let t = 0; t < steps; t++)
      for (let k = 0; k < width; k++) {
        const at = t + k - left;
        if (at < 0 || at >= length) continue;
        for (let c = 0; c < channels; c++)
          for (let o = 0; o < out; o++)
            y[(b * steps + t) * out + o] += x[(b * length + at) * channels + c] * w[(k * channels + c) * out + o];
      }
  return y;
}

/** Layers whose numbers go through matrix products or convolutions. */
const products: Case[] = [
  ...[false, true].flatMap((transposeA) =>
    [false, true].map(
      (transposeB): Case => ({
        name: `matMul${transposeA ? ", first transposed" : ""}${transposeB ? ", second transposed" : ""}`,
        inputs: [normal("left", ...(transposeA ? [5, 7] : [7, 5])), normal("right", ...(transposeB ? [6, 5] : [5, 6]))],
        run: (a, b) => tf.matMul(a, b, transposeA, transposeB),
        reference: (a, b) => product(a, b, [7, 5, 6], { transposeA, transposeB }),
        terms: 7,
      }),
    ),
  ),
  {
    name: "matMul, batched, second transposed",
    inputs: [normal("queries", 2, 3, 4, 5), normal("keys", 2, 3, 6, 5)],
    run: (q, k) => tf.matMul(q, k, false, true),
    reference: (q, k) =>
      rows(q, 20, (part, i) => product(part, k.subarray(i * 30, (i + 1) * 30), [4, 5, 6], { transposeB: true })),
    terms: 6,
  },
  {
    name: "matMul of a batch with one matrix",
    inputs: [normal("batch", 3, 4, 5), normal("shared", 1, 5, 2)],
    run: (a, b) => tf.matMul(a, b),
    reference: (a, b) => rows(a, 20, (part) => product(part, b, [4, 5, 2])),
    terms: 12,
  },
  {
    name: "dense layer",
    inputs: LAYERS,
    run: (x, w, b) => tf.relu(tf.add(tf.matMul(x, w), b)),
    reference: (x, w, b) => map(product(x, w, [6, 5, 4]), (value, i) => Math.max(value + b[i % 4], 0)),
    terms: 6,
  },
  ...(["linear", "relu", "sigmoid", "elu"] as const).map(
    (activation): Case => ({
      name: `fused dense layer, ${activation}`,
      inputs: LAYERS,
      run: (x, w, b) => tf.fused.matMul({ a: x, b: w, bias: b, activation }),
      reference: (x, w, b) =>
        map(product(x, w, [6, 5, 4]), (value, i) => {
          const z = value + b[i % 4];
          if (activation === "relu") return Math.max(z, 0);
          if (activation === "elu") return z > 0 ? z : Math.expm1(z);
          return activation === "sigmoid" ? sigmoid(z) : z;
        }),
      terms: 6,
      // TensorFlow.js has derivatives of fused layers for linear and ReLU ones; the library uses no others fused.
      ...(activation === "sigmoid" || activation === "elu" ? { differentiable: false } : {}),
    }),
  ),
  {
    name: "conv1d, same padding",
    inputs: [normal("signal", 2, 8, 3), normal("filters", 3, 3, 4)],
    run: (x, w) => tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, 1, "same"),
    reference: (x, w) => convolve(x, w, [2, 8, 3, 3, 4], 1, 1),
    terms: 16,
  },
  {
    name: "conv1d, causal",
    inputs: [normal("signal", 2, 8, 3), normal("filters", 3, 3, 4)],
    run: (x, w) =>
      tf.conv1d(
        tf.pad(x, [
          [0, 0],
          [2, 0],
          [0, 0],
        ]) as tf.Tensor3D,
        w as tf.Tensor3D,
        1,
        "valid",
      ),
    reference: (x, w) => convolve(x, w, [2, 8, 3, 3, 4], 2, 0),
    terms: 16,
  },
  {
    name: "GRU cell",
    inputs: [normal("step", 3, 4), normal("state", 3, 5), normal("input kernel", 4, 15), normal("state kernel", 5, 15)],
    run(x, h, w, u) {
      const [xz, xr, xn] = tf.split(tf.matMul(x, w), 3, 1);
      const [hz, hr, hn] = tf.split(tf.matMul(h, u), 3, 1);
      const z = tf.sigmoid(tf.add(xz, hz));
      const n = tf.tanh(tf.add(xn, tf.mul(tf.sigmoid(tf.add(xr, hr)), hn)));
      return tf.add(tf.mul(z, h), tf.mul(tf.sub(1, z), n));
    },
    reference(x, h, w, u) {
      const a = product(x, w, [3, 4, 15]);
      const b = product(h, u, [3, 5, 15]);
      return map(h, (state, i) => {
        const at = Math.floor(i / 5) * 15 + (i % 5);
        const z = sigmoid(a[at] + b[at]);
        return z * state + (1 - z) * Math.tanh(a[at + 10] + sigmoid(a[at + 5] + b[at + 5]) * b[at + 10]);
      });
    },
    terms: 30,
  },
  {
    name: "attention with a causal mask",
    inputs: [normal("q", 2, 4, 3), normal("k", 2, 4, 3), normal("v", 2, 4, 3)],
    run(q, k, v) {
      const scores = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(3));
      const future = tf.tensor2d(
        Array.from({ length: 16 }, (_, i) => (i % 4 > Math.floor(i / 4) ? -1e9 : 0)),
        [4, 4],
      );
      return tf.matMul(tf.softmax(tf.add(scores, future)), v);
    },
    reference: (q, k, v) =>
      rows(q, 12, (part, i) => {
        const [keys, values] = [k, v].map((x) => x.subarray(i * 12, (i + 1) * 12));
        const scores = product(part, keys, [4, 3, 4], { transposeB: true });
        const masked = map(scores, (score, at) => (at % 4 > Math.floor(at / 4) ? -1e9 : score / Math.sqrt(3)));
        return product(rows(masked, 4, softmax), values, [4, 4, 3]);
      }),
    terms: 24,
  },
];

/** Losses, norms and an optimiser's step. */
const others: Case[] = [
  {
    name: "softmax",
    inputs: [normal("logits", 4, 7)],
    run: (x) => tf.softmax(x),
    reference: (x) => rows(x, 7, softmax),
    terms: 14,
  },
  {
    name: "logSoftmax",
    inputs: [normal("logits", 4, 7)],
    run: (x) => tf.logSoftmax(x),
    reference: (x) => rows(x, 7, logSoftmax),
    terms: 14,
  },
  {
    name: "layer norm",
    inputs: [normal("activations", 3, 4, 8), uniform("gain", 0.5, 1.5, 8), normal("offset", 8)],
    run(x, gain, offset) {
      const { mean, variance } = tf.moments(x, -1, true);
      return tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5))), gain), offset);
    },
    reference: (x, gain, offset) =>
      rows(x, 8, (row) => standardise(row, 1e-5).map((value, i) => value * gain[i] + offset[i])),
    terms: 24,
  },
  {
    name: "sparse categorical cross entropy",
    inputs: [normal("scores", 5, 7), indices("labels", 7, 5)],
    run: (x, labels) => tf.neg(tf.sum(tf.mul(tf.oneHot(labels as tf.Tensor1D, 7), tf.logSoftmax(x)), 1)),
    reference: (x, labels) => rows(x, 7, (row, i) => [-logSoftmax(row)[labels[i]]]),
    terms: 14,
  },
  {
    name: "binary cross entropy from logits",
    inputs: [normal("log odds", 12), uniform("targets", 0, 1, 12)],
    run: (x, y) => tf.sub(tf.softplus(x), tf.mul(x, y)),
    reference: (x, y) => map(x, (value, i) => softplus(value) - value * y[i]),
    terms: 2,
  },
  {
    name: "clip by global norm",
    inputs: [normal("first", 4, 3), normal("second", 5)],
    run(a, b) {
      const norm = tf.sqrt(tf.add(tf.sum(tf.square(a)), tf.sum(tf.square(b))));
      const scale = tf.div(1, tf.maximum(norm, 1));
      return tf.concat([tf.reshape(tf.mul(a, scale), [-1]), tf.mul(b, scale)]);
    },
    reference(a, b) {
      const scale = 1 / Math.max(Math.sqrt(sum(a.map((x) => x * x)) + sum(b.map((x) => x * x))), 1);
      return [...a, ...b].map((value) => value * scale);
    },
    terms: 34,
  },
  {
    name: "three steps of Adam",
    inputs: [normal("weights", 4, 3), normal("gradients", 3, 4, 3)],
    run(w, gradients) {
      const optimizer = tf.train.adam(0.01, 0.9, 0.999, 1e-7);
      const variable = tf.variable(w, true, undefined);
      for (const gradient of tf.unstack(gradients))
        optimizer.applyGradients([{ name: variable.name, tensor: gradient }]);
      const moved = variable.clone();
      optimizer.dispose();
      variable.dispose();
      return moved;
    },
    reference(w, gradients) {
      const [m, v, moved] = [new Float64Array(12), new Float64Array(12), w.slice()];
      for (let step = 1; step <= 3; step++)
        for (let i = 0; i < 12; i++) {
          const g = gradients[(step - 1) * 12 + i];
          m[i] = 0.9 * m[i] + 0.1 * g;
          v[i] = 0.999 * v[i] + 0.001 * g * g;
          moved[i] -= (0.01 * (m[i] / (1 - 0.9 ** step))) / (Math.sqrt(v[i] / (1 - 0.999 ** step)) + 1e-7);
        }
      return moved;
    },
    terms: 12,
    differentiable: false,
  },
];

/** The products and layers that models are made of. */
export const networks: Case[] = [...products.map((one): Case => ({ ...one, rests: "matrix products" })), ...others];
