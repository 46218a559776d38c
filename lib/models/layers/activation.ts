import { tf } from "../../backend/index";

/** What a network bends its numbers with. */
export type Activation = "relu" | "gelu";

/**
 * x Φ(x), Φ the standard normal's distribution function (Hendrycks and Gimpel 2016), exact and not by tanh; see
 * {@link erfGate}.
 */
export function gelu<T extends tf.Tensor>(x: T): T {
  return tf.mul(erfGate(tf.mul(x, Math.SQRT1_2)), Math.SQRT1_2) as T;
}

/**
 * y (1 + erf y), which is gelu but for its units: gelu(x) = erfGate(x / √2) / √2. Between two layers, whose weights can
 * take the factors, this is all that has to be done to each number. Its slope is 1 + erf y + 2 / √π · y e^(−y²).
 */
export function erfGate<T extends tf.Tensor>(y: T): T {
  const operation = tf.customGrad((...inputs) => {
    const input = inputs[0] as tf.Tensor;
    const save = inputs[1] as unknown as tf.GradSaveFunc;
    const gate = tf.add(tf.erf(input), 1);
    save([input, gate]);
    const gradFunc = (dy: tf.Tensor, [at, share]: tf.Tensor[]) => {
      const density = tf.exp(tf.sub(Math.log(2 / Math.sqrt(Math.PI)), tf.square(at)));
      return tf.mul(dy, tf.add(share, tf.mul(at, density)));
    };
    return { value: tf.mul(input, gate), gradFunc };
  });
  return operation(y) as T;
}
