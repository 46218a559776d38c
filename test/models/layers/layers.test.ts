import { test } from "uvu";
import * as assert from "uvu/assert";
import { availableBackends, tf, uniformNoise, withBackend } from "../../../lib/backend/index";
import { gelu } from "../../../lib/models/layers/activation";
import { attend, FORBIDDEN } from "../../../lib/models/layers/attention";
import { addAdapter, addDense, affine, dense, mergeAdapters } from "../../../lib/models/layers/dense";
import { feedForward } from "../../../lib/models/layers/feed-forward";
import { layerNorm } from "../../../lib/models/layers/layer-norm";
import { createNoise, dropout, dropoutMask } from "../../../lib/models/layers/noise";
import { fullSoftmaxLoss } from "../../../lib/models/layers/softmax-loss";
import { disposeParameters, glorot, type Parameters, parameter } from "../../../lib/models/parameters";
import { createRandom } from "../../../lib/random";
import { assertNumericalGradient, assertSameGradients, draw, near } from "../gradients";
import { noLeaks } from "../no-leaks";

noLeaks(test);

/** Runs with tensors that are freed afterwards. */
const inTidy = (work: () => void) => () => {
  tf.tidy(() => {
    work();
  });
};

test(
  "a layer norm is its formula, and so are its gradients",
  inTidy(() => {
    const plain = (x: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor) => {
      const { mean, variance } = tf.moments(x, 1, true);
      return tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5))), scale), shift);
    };
    const ours = (x: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor) =>
      layerNorm(x as tf.Tensor2D, scale as tf.Tensor1D, shift as tf.Tensor1D);
    assertSameGradients(ours, plain, [draw([7, 12], 1, 3), draw([12], 2), draw([12], 3)], 2e-5);
  }),
);

test(
  "a dense layer is its formula, and so are its gradients",
  inTidy(() => {
    const ours = (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor) =>
      affine(x as tf.Tensor2D, w as tf.Tensor2D, b as tf.Tensor1D);
    const plain = (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor) =>
      tf.add(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), b);
    assertSameGradients(ours, plain, [draw([9, 5], 1), draw([5, 4], 2), draw([4], 3)]);
  }),
);

test(
  "gelu is x Φ(x): its values at 1 and −2 are the table's, its slope the differences'",
  inTidy(() => {
    const [one, two] = gelu(tf.tensor1d([1, -2])).dataSync();
    assert.ok(Math.abs(one - 0.8413447) < 1e-6 && Math.abs(two - -2 * 0.0227501) < 1e-6);
    assertNumericalGradient(gelu, draw([30], 1, 2));
  }),
);

test(
  "a feed-forward layer, adapted or not, is dense, gelu or relu, dense: same values, same gradients",
  inTidy(() => {
    for (const activation of ["gelu", "relu"] as const)
      for (const adapted of [false, true]) {
        const parameters: Parameters = new Map();
        addDense(parameters, "feed.input", [4, 6], glorot(createRandom(1)));
        addDense(parameters, "feed.output", [6, 4], glorot(createRandom(2)));
        if (adapted)
          for (const layer of ["feed.input", "feed.output"]) addAdapter(parameters, layer, 2, createRandom(3));
        const names = [...parameters.keys()];
        // Biases and adapters begin as zeros, which would hide a factor that is missing on them.
        const weights = names.map((name, at) => draw(parameter(parameters, name).shape, at + 5));
        const put = (given: tf.Tensor[]) =>
          new Map(names.map((name, at) => [name, given[at]])) as unknown as Parameters;
        const bend = activation === "gelu" ? gelu : tf.relu;
        const ours = (x: tf.Tensor, ...given: tf.Tensor[]) =>
          feedForward(x as tf.Tensor2D, put(given), "feed", activation);
        const plain = (x: tf.Tensor, ...given: tf.Tensor[]) =>
          dense(bend(dense(x as tf.Tensor2D, put(given), "feed.input")), put(given), "feed.output");
        assertSameGradients(ours, plain, [draw([7, 4], 4), ...weights]);
        disposeParameters(parameters);
      }
  }),
);

/** Attention head by head and row by row, from elementary operations. */
function plainAttention(x: tf.Tensor, batch: number, length: number, heads: number, mask: tf.Tensor, drop?: tf.Tensor) {
  const width = x.shape[1]! / 3;
  const size = width / heads;
  const rows: tf.Tensor[] = [];
  for (let b = 0; b < batch; b++) {
    const parts: tf.Tensor[] = [];
    for (let h = 0; h < heads; h++) {
      const take = (part: number) =>
        tf.slice(x as tf.Tensor2D, [b * length, part * width + h * size], [length, size]) as tf.Tensor2D;
      const scores = tf.div(tf.matMul(take(0), take(1), false, true), Math.sqrt(size));
      const allowed = tf.add(scores, tf.reshape(tf.slice(mask, [b, 0, 0], [1, length, length]), [length, length]));
      let weights = tf.softmax(allowed) as tf.Tensor2D;
      if (drop)
        weights = tf.mul(
          weights,
          tf.reshape(tf.slice(drop, [b * heads + h, 0, 0], [1, length, length]), [length, length]),
        );
      parts.push(tf.matMul(weights, take(2)));
    }
    rows.push(tf.concat(parts, 1));
  }
  return tf.concat(rows, 0);
}

test(
  "attention is its formula in each head, causal or with padding, with and without dropout; so are its gradients",
  inTidy(() => {
    const [batch, length, heads, width] = [3, 5, 2, 8];
    const x = draw([batch * length, 3 * width], 4);
    const causal = tf.tile(
      tf.tensor3d(
        Array.from({ length: 25 }, (_, i) => (i % 5 > Math.floor(i / 5) ? FORBIDDEN : 0)),
        [1, 5, 5],
      ),
      [batch, 1, 1],
    );
    const padded = Float32Array.from({ length: batch * length }, (_, i) =>
      i % length > 2 + (i > 9 ? 1 : 0) ? FORBIDDEN : 0,
    );
    const padding = tf.tensor2d(padded, [batch, length]);
    const everywhere = tf.tile(tf.reshape(padding, [batch, 1, length]), [1, length, 1]);
    const cases = [
      { options: { causal: true }, mask: causal, drop: 0 },
      { options: { padding }, mask: everywhere, drop: 0 },
      { options: { causal: true }, mask: causal, drop: 0.4 },
    ];
    for (const { options, mask, drop } of cases) {
      const noise = () => (drop > 0 ? createNoise(createRandom(5)) : undefined);
      const kept =
        drop > 0 ? dropoutMask([batch * heads, length, length], drop, createNoise(createRandom(5))) : undefined;
      assertSameGradients(
        (y) => attend(y as tf.Tensor2D, { batch, length, heads, ...options, dropout: drop, noise: noise() }),
        (y) => plainAttention(y, batch, length, heads, mask, kept),
        [x],
      );
    }
    assert.throws(() => attend(x as tf.Tensor2D, { batch, length, heads: 3 }), /multiple of its heads/);
  }),
);

test(
  "the full softmax's loss is the cross-entropy with one-hot targets, and so are its gradients",
  inTidy(() => {
    const targets = tf.tensor1d([3, 0, 3, 6, 1], "int32");
    const plain = (h: tf.Tensor, e: tf.Tensor) =>
      tf.losses.softmaxCrossEntropy(tf.oneHot(targets, 7), tf.matMul(h as tf.Tensor2D, e as tf.Tensor2D, false, true));
    const ours = (h: tf.Tensor, e: tf.Tensor) => fullSoftmaxLoss(h as tf.Tensor2D, e as tf.Tensor2D, targets);
    assertSameGradients(ours, plain, [draw([5, 4], 1, 2), draw([7, 4], 2, 2)]);
    // Scores in the thousands overflow no exponential.
    const [loss] = fullSoftmaxLoss(
      draw([5, 4], 1, 100) as tf.Tensor2D,
      draw([7, 4], 2, 100) as tf.Tensor2D,
      targets,
    ).dataSync();
    assert.ok(Number.isFinite(loss));
  }),
);

test("an adapter changes nothing at first; merged, it gives what it gave apart", () => {
  const parameters: Parameters = new Map();
  const random = createRandom(1);
  addDense(parameters, "layer", [6, 4], glorot(random));
  tf.tidy(() => {
    const x = draw([5, 6], 2) as tf.Tensor2D;
    const before = dense(x, parameters, "layer");
    addAdapter(parameters, "layer", 2, random);
    near(dense(x, parameters, "layer"), before, 1e-7, "at first");
    parameter(parameters, "layer.adapter.up").assign(draw([2, 4], 3));
    const adapted = dense(x, parameters, "layer");
    assert.ok(tf.max(tf.abs(tf.sub(adapted, before))).dataSync()[0] > 0.1);
    mergeAdapters(parameters);
    assert.equal([...parameters.keys()], ["layer.weight", "layer.bias"]);
    near(dense(x, parameters, "layer"), adapted, 1e-5, "merged");
  });
  disposeParameters(parameters);
});

test(
  "dropout keeps the mean, drops its share, and does nothing without noise",
  inTidy(() => {
    const x = tf.ones([200, 100]);
    const y = dropout(x, 0.3, createNoise(createRandom(1))).dataSync();
    const dropped = y.filter((value) => value === 0).length / y.length;
    // Five standard errors of a share of 0.3 among 20,000.
    assert.ok(Math.abs(dropped - 0.3) < 5 * Math.sqrt(0.21 / 20000), `${dropped}`);
    assert.ok(y.every((value) => value === 0 || Math.abs(value - 1 / 0.7) < 1e-6));
    assert.is(dropout(x, 0.3, undefined), x);
  }),
);

test("noise is in [0, 1), uniform, the same for the same seed and another for another, on every backend", async () => {
  for (const { name, available } of await availableBackends()) {
    if (!available) continue;
    await withBackend(name, async () => {
      tf.tidy(() => {
        const values = Array.from(uniformNoise([100, 100], [1, 2]).dataSync());
        const again = uniformNoise([100, 100], [1, 2]).dataSync();
        const other = uniformNoise([100, 100], [1, 3]).dataSync();
        assert.equal(values, Array.from(again));
        assert.not.equal(values.slice(0, 9), Array.from(other.slice(0, 9)));
        assert.ok(values.every((value) => value >= 0 && value < 1));
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        assert.ok(Math.abs(mean - 0.5) < 5 * Math.sqrt(1 / 12 / values.length), `${name}: ${mean}`);
      });
    });
  }
  assert.throws(() => uniformNoise([2], [-1, 0]), /two whole numbers/);
});

test.run();
