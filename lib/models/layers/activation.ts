import { tf } from "../../backend/index";

/** What a network bends its numbers with. */
export type Activation = "relu" | "gelu";

/** Applies an {@link Activation}. */
export function activate<T extends tf.Tensor>(x: T, activation: Activation): T {
  return activation === "relu" ? tf.relu(x) : gelu(x);
}

/**
 * x Φ(x), Φ the standard normal's distribution function (Hendrycks and Gimpel 2016), exact and not by tanh; its slope is
 * Φ(x) + x φ(x).
 */
export function gelu<T extends tf.Tensor>(x: T): T {
  const operation = tf.customGrad((...inputs) => {
    const input = inputs[0] as tf.Tensor;
    const save = inputs[1] as unknown as tf.GradSaveFunc;
    const below = tf.mul(tf.add(tf.erf(tf.mul(input, Math.SQRT1_2)), 1), 0.5);
    save([input, below]);
    const gradFunc = (dy: tf.Tensor, [at, share]: tf.Tensor[]) => {
      const density = tf.mul(tf.exp(tf.mul(tf.square(at), -0.5)), 1 / Math.sqrt(2 * Math.PI));
      return tf.mul(dy, tf.add(share, tf.mul(at, density)));
    };
    return { value: tf.mul(input, below), gradFunc };
  });
  return operation(x) as T;
}
