import { tf, uniformNoise } from "../../backend/index";
import type { Random } from "../../random";

/**
 * Where a training step's randomness comes from: each call of `next` gives the seed of another draw. Made anew for each
 * step from the run's seed and the step's number, so that a resumed run draws what an uninterrupted one would have.
 */
export interface Noise {
  next(): [number, number];
}

/** {@link Noise} of a generator. */
export function createNoise(random: Random): Noise {
  const first = random.integer(2 ** 31);
  let second = 0;
  return { next: () => [first, second++] };
}

/**
 * Dropout (Srivastava et al. 2014): each number becomes 0 with chance `rate`, the others grow by 1 / (1 − rate). Without
 * noise, as when a model is used, nothing changes.
 */
export function dropout<T extends tf.Tensor>(x: T, rate: number, noise: Noise | undefined): T {
  if (!noise || rate === 0) return x;
  return tf.mul(x, dropoutMask(x.shape, rate, noise)) as T;
}

/** What {@link dropout} multiplies by: 0 with chance `rate`, else 1 / (1 − rate). */
export function dropoutMask(shape: number[], rate: number, noise: Noise): tf.Tensor {
  return tf.tidy(() => {
    const kept = tf.cast(tf.greaterEqual(uniformNoise(shape, noise.next()), rate), "float32");
    return tf.mul(kept, 1 / (1 - rate));
  });
}
