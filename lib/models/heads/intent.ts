import { tf } from "../../backend/index";
import { chanceOf, type Head, logit } from "./head";

/**
 * Whether something comes within a horizon, such as a purchase next week (see `purchaseWithin`): a logistic score, the mean
 * cross-entropy softplus(s) − y s as its loss; predicts chances.
 *
 * @param name so that a model can have several, such as "intent.7" and "intent.28"
 */
export function intentHead(name = "intent"): Head<Float32Array, Float64Array> {
  return {
    name,
    outputs: 1,
    start: (labels) => Float32Array.of(logit(labels.reduce((sum, label) => sum + label, 0) / labels.length)),
    loss(scores, labels, rows) {
      const wanted = tf.tensor2d(
        Float32Array.from(rows, (row) => labels[row]),
        [rows.length, 1],
      );
      return tf.mean(tf.sub(tf.softplus(scores), tf.mul(scores, wanted))) as tf.Scalar;
    },
    predict: (scores) => Float64Array.from(scores, chanceOf),
  };
}
