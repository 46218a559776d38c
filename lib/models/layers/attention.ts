import { tf } from "../../backend/index";
import { InputError } from "../../errors";
import { dropoutMask, type Noise } from "./noise";

/** The shape of {@link attend}'s input, and who may look at whom. */
export interface AttentionOptions {
  batch: number;
  length: number;
  heads: number;
  /** A position looks at none behind it. */
  causal?: boolean;
  /** 0 for a position that may be looked at, a large negative number for padding: [batch × length]. */
  padding?: tf.Tensor2D;
  /** Chance that a weight is dropped in training. */
  dropout?: number;
  noise?: Noise;
}

/** Added to a score that must not count: e to this is 0 in single precision, and it stays finite in sums. */
export const FORBIDDEN = -1e9;

/**
 * Multi-head attention (Vaswani et al. 2017) of queries, keys and values that lie side by side:
 *
 *   softmax(Q Kᵀ / √d + mask) V  in each head, heads side by side in the result.
 *
 * The gradient is written out: it needs the weights alone, and four batched products.
 *
 * @param projected [batch · length × 3 · width]: queries, keys, values, each [heads × width / heads] in a row
 * @returns [batch · length × width]
 */
export function attend(projected: tf.Tensor2D, options: AttentionOptions): tf.Tensor2D {
  const { batch, length, heads } = options;
  const width = projected.shape[1] / 3;
  if (!Number.isInteger(width / heads))
    throw new InputError("the width of a model is a multiple of its heads", { value: [width, heads], place: "heads" });
  const size = width / heads;
  const scale = 1 / Math.sqrt(size);
  const together = (parts: tf.Tensor[], count: number): tf.Tensor2D => {
    const joined = parts.length === 1 ? parts[0] : tf.concat(parts, 0);
    const turned = tf.transpose(tf.reshape(joined, [count, batch, heads, length, size]), [1, 3, 0, 2, 4]);
    return tf.reshape(turned, [batch * length, count * width]);
  };
  const operation = tf.customGrad((...inputs) => {
    const x = inputs[0] as tf.Tensor2D;
    const save = inputs[1] as unknown as tf.GradSaveFunc;
    const [queries, keys, values] = apart(x, options);
    const weights = attentionWeights(queries, keys, scale, options);
    const mask =
      options.noise && options.dropout ? dropoutMask(weights.shape, options.dropout, options.noise) : undefined;
    const kept = mask ? tf.mul(weights, mask) : weights;
    save(mask ? [queries, keys, values, weights, mask] : [queries, keys, values, weights]);
    const gradFunc = (dy: tf.Tensor, [q, k, v, p, m]: tf.Tensor[]) => {
      const turned = tf.transpose(tf.reshape(dy, [batch, length, heads, size]), [0, 2, 1, 3]);
      const upstream = tf.reshape(turned, [batch * heads, length, size]);
      const dropped = m ? tf.mul(p, m) : p;
      const dValues = tf.matMul(dropped as tf.Tensor3D, upstream as tf.Tensor3D, true, false);
      const raw = tf.matMul(upstream as tf.Tensor3D, v as tf.Tensor3D, false, true);
      const product = tf.mul(m ? tf.mul(raw, m) : raw, p);
      const dScores = tf.mul(tf.sub(product, tf.mul(p, tf.sum(product, 2, true))), scale) as tf.Tensor3D;
      const dQueries = tf.matMul(dScores, k as tf.Tensor3D);
      const dKeys = tf.matMul(dScores, q as tf.Tensor3D, true, false);
      return together([dQueries, dKeys, dValues], 3);
    };
    return { value: together([tf.matMul(kept as tf.Tensor3D, values)], 1), gradFunc };
  });
  return operation(projected) as tf.Tensor2D;
}

/**
 * {@link attend} for one query of each sequence: without batched products of matrices, which are slow when small, and
 * without turning keys and values.
 *
 * @param queries [batch × width]
 * @param others keys and values, [batch · length × 2 · width]
 * @returns [batch × width]
 */
export function attendOne(queries: tf.Tensor2D, others: tf.Tensor2D, options: AttentionOptions): tf.Tensor2D {
  const { batch, length, heads, padding, dropout, noise } = options;
  const width = queries.shape[1];
  const size = width / heads;
  const asked = tf.reshape(tf.mul(queries, 1 / Math.sqrt(size)), [batch, 1, heads, size]);
  const parts = tf.split(tf.reshape(others, [batch, length, 2, heads, size]), 2, 2);
  const [keys, values] = parts.map((part) => tf.reshape(part, [batch, length, heads, size]));
  let scores = tf.sum(tf.mul(keys, asked), 3);
  if (padding) scores = tf.add(scores, tf.reshape(padding, [batch, length, 1]));
  const turned = tf.softmax(tf.transpose(scores, [0, 2, 1]));
  const weights = noise && dropout ? tf.mul(turned, dropoutMask(turned.shape, dropout, noise)) : turned;
  const shares = tf.reshape(tf.transpose(weights, [0, 2, 1]), [batch, length, heads, 1]);
  return tf.reshape(tf.sum(tf.mul(values, shares), 1), [batch, width]);
}

/**
 * The weights with which {@link attend} mixes values, for looking at.
 *
 * @param projected as for attend
 * @returns [batch × heads × length × length], from which position and at which; each row sums to 1
 */
export function attentionOf(projected: tf.Tensor2D, options: AttentionOptions): tf.Tensor4D {
  const { batch, length, heads } = options;
  const [queries, keys] = apart(projected, options);
  const weights = attentionWeights(queries, keys, 1 / Math.sqrt(queries.shape[2]), options);
  return tf.reshape(weights, [batch, heads, length, length]);
}

/** Queries, keys and values by head, [batch · heads × length × width / heads] each. */
function apart(x: tf.Tensor, { batch, length, heads }: AttentionOptions): [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D] {
  const size = (x.shape[1] as number) / 3 / heads;
  const turned = tf.transpose(tf.reshape(x, [batch, length, 3, heads, size]), [2, 0, 3, 1, 4]);
  const parts = tf.split(tf.reshape(turned, [3 * batch * heads, length, size]), 3, 0);
  return parts as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];
}

/** softmax(Q Kᵀ · scale + mask): how much each position looks at each other, [batch · heads × length × length]. */
function attentionWeights(
  queries: tf.Tensor3D,
  keys: tf.Tensor3D,
  scale: number,
  { batch, length, heads, causal, padding }: AttentionOptions,
): tf.Tensor3D {
  let scores: tf.Tensor = tf.mul(tf.matMul(queries, keys, false, true), scale);
  if (causal) scores = tf.add(scores, causalMask(length));
  if (padding)
    scores = tf.reshape(
      tf.add(tf.reshape(scores, [batch, heads, length, length]), tf.reshape(padding, [batch, 1, 1, length])),
      [batch * heads, length, length],
    );
  return tf.softmax(scores) as tf.Tensor3D;
}

/** 0 on and below the diagonal, {@link FORBIDDEN} above it: [length × length]. */
function causalMask(length: number): tf.Tensor2D {
  const mask = new Float32Array(length * length);
  for (let row = 0; row < length; row++) mask.fill(FORBIDDEN, row * length + row + 1, (row + 1) * length);
  return tf.tensor2d(mask, [length, length]);
}
