import * as assert from "uvu/assert";
import { tf } from "../../lib/backend/index";
import { createRandom } from "../../lib/random";

/** Normal numbers in a tensor of some shape. */
export function draw(shape: number[], seed: number | string, scale = 1): tf.Tensor {
  const random = createRandom(seed);
  return tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => scale * random.normal()),
    shape,
  );
}

type Operation = (...inputs: tf.Tensor[]) => tf.Tensor;

/** A number that depends on every element of a result, each in its own way. */
function weigh(y: tf.Tensor): tf.Scalar {
  return tf.sum(tf.mul(y, draw(y.shape, "weights"))) as tf.Scalar;
}

/**
 * Asserts that an operation with a hand-made gradient gives the values and the gradients that TensorFlow.js derives of
 * the same formula from its own operations, within `tolerance` of the largest.
 */
export function assertSameGradients(ours: Operation, plain: Operation, inputs: tf.Tensor[], tolerance = 1e-5): void {
  tf.tidy(() => {
    near(ours(...inputs), plain(...inputs), tolerance, "value");
    const mine = tf.grads((...x: tf.Tensor[]) => weigh(ours(...x)))(inputs);
    const theirs = tf.grads((...x: tf.Tensor[]) => weigh(plain(...x)))(inputs);
    for (const [at, gradient] of mine.entries()) near(gradient, theirs[at], tolerance, `gradient ${at}`);
  });
}

/** Asserts that an operation's gradient is what its values' central differences say, within 1 % of the largest. */
export function assertNumericalGradient(operation: Operation, input: tf.Tensor, step = 1e-2, tolerance = 0.01): void {
  tf.tidy(() => {
    const gradient = tf
      .grad((x: tf.Tensor) => weigh(operation(x)))(input)
      .dataSync();
    const values = Float32Array.from(input.dataSync());
    const at = (i: number, by: number) => {
      const moved = values.slice();
      moved[i] += by;
      return weigh(operation(tf.tensor(moved, input.shape))).dataSync()[0];
    };
    const largest = Math.max(...gradient.map(Math.abs));
    for (let i = 0; i < values.length; i++) {
      const slope = (at(i, step) - at(i, -step)) / (2 * step);
      assert.ok(Math.abs(slope - gradient[i]) <= tolerance * largest, `element ${i}: ${slope} against ${gradient[i]}`);
    }
  });
}

/** Asserts equal shapes, and values that differ by at most `tolerance` of the largest. */
export function near(a: tf.Tensor, b: tf.Tensor, tolerance: number, what: string): void {
  assert.equal(a.shape, b.shape, `${what}: shapes`);
  const [x, y] = [a.dataSync(), b.dataSync()];
  let [largest, furthest] = [1e-3, 0];
  for (let i = 0; i < x.length; i++) {
    largest = Math.max(largest, Math.abs(y[i]));
    furthest = Math.max(furthest, Number.isNaN(x[i]) ? Infinity : Math.abs(x[i] - y[i]));
  }
  assert.ok(furthest <= tolerance * largest, `${what}: off by ${furthest} where the largest is ${largest}`);
}
