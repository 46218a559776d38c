import { test } from "uvu";
import * as assert from "uvu/assert";
import { ready, tf } from "../../../lib/backend/index";
import { fullSoftmaxLoss } from "../../../lib/models/layers/softmax-loss";
import { drawCandidates, sampledSoftmaxLoss } from "../../../lib/models/sequences/sampled-softmax";
import { createRandom } from "../../../lib/random";
import { assertNumericalGradient, draw, near } from "../gradients";

test.before(async () => {
  await ready();
});

const TARGETS = Int32Array.of(3, 7, 3, 1);

test("candidates are the batch's own items and as many others, each once, and stand for the whole catalogue", () => {
  for (const drawn of [1, 5, 16, 17, 40]) {
    const { items, targets, own, standsFor } = drawCandidates(TARGETS, 20, drawn, createRandom(drawn));
    assert.equal([...items.subarray(0, own)], [3, 7, 1]);
    assert.is(items.length, 3 + Math.min(drawn, 17));
    assert.is(new Set(items).size, items.length);
    assert.ok(items.every((item) => item >= 1 && item <= 20));
    assert.equal(
      Array.from(targets, (place) => items[place]),
      [...TARGETS],
    );
    assert.ok(Math.abs(own + (items.length - own) * standsFor - 20) < 1e-9);
  }
  assert.throws(() => drawCandidates(TARGETS, 20, 0, createRandom(1)), /negatives/);
});

test("over all items it is the full softmax without padding and mask, gradients too", () => {
  const candidates = drawCandidates(TARGETS, 20, 100, createRandom(1));
  const [hidden, embeddings] = [draw([4, 6], "hidden"), draw([22, 6], "embeddings")] as [tf.Tensor2D, tf.Tensor2D];
  const ours = (h: tf.Tensor, e: tf.Tensor) => sampledSoftmaxLoss(h as tf.Tensor2D, e as tf.Tensor2D, candidates);
  const full = (h: tf.Tensor, e: tf.Tensor) =>
    fullSoftmaxLoss(
      h as tf.Tensor2D,
      tf.slice(e, [1, 0], [20, 6]) as tf.Tensor2D,
      tf.tensor1d(
        [...TARGETS].map((item) => item - 1),
        "int32",
      ),
    );
  tf.tidy(() => {
    near(ours(hidden, embeddings), full(hidden, embeddings), 1e-5, "loss");
    const [mine, theirs] = [ours, full].map((loss) =>
      tf.grads((...x: tf.Tensor[]) => loss(x[0], x[1]))([hidden, embeddings]),
    );
    for (const at of [0, 1]) near(mine[at], theirs[at], 1e-5, `gradient ${at}`);
  });
  tf.dispose([hidden, embeddings]);
});

test("the estimated sum over the catalogue is right on average", () => {
  const [hidden, embeddings] = [draw([4, 6], "hidden"), draw([202, 6], "embeddings", 0.5)] as [
    tf.Tensor2D,
    tf.Tensor2D,
  ];
  // e to (loss + the target's score) is the sum; one row at a time, since the loss is a mean of logarithms.
  const one = tf.slice(hidden, [0, 0], [1, 6]) as tf.Tensor2D;
  const target = Int32Array.of(3);
  const score = tf.tidy(() => tf.sum(tf.mul(one, tf.slice(embeddings, [3, 0], [1, 6]))).dataSync()[0]);
  const whole = tf.tidy(() => {
    const items = tf.slice(embeddings, [1, 0], [200, 6]) as tf.Tensor2D;
    return tf.sum(tf.exp(tf.matMul(one, items, false, true))).dataSync()[0];
  });
  const sums = Array.from({ length: 400 }, (_, seed) => {
    const candidates = drawCandidates(target, 200, 20, createRandom(seed));
    return Math.exp(tf.tidy(() => sampledSoftmaxLoss(one, embeddings, candidates).dataSync()[0]) + score);
  });
  const mean = sums.reduce((sum, value) => sum + value, 0) / sums.length;
  const error = Math.sqrt(sums.reduce((sum, value) => sum + (value - mean) ** 2, 0)) / sums.length;
  assert.ok(error < 0.05 * whole, "enough draws");
  assert.ok(Math.abs(mean - whole) < 4 * error, `${mean} ± ${error} against ${whole}`);
  tf.dispose([hidden, embeddings, one]);
});

test("its gradient is what central differences say", () => {
  const candidates = drawCandidates(TARGETS, 20, 5, createRandom(1));
  const [hidden, embeddings] = [draw([4, 6], "hidden"), draw([22, 6], "embeddings")] as [tf.Tensor2D, tf.Tensor2D];
  assertNumericalGradient((h) => sampledSoftmaxLoss(h as tf.Tensor2D, embeddings, candidates), hidden);
  assertNumericalGradient((e) => sampledSoftmaxLoss(hidden, e as tf.Tensor2D, candidates), embeddings);
  tf.dispose([hidden, embeddings]);
});

test.run();
