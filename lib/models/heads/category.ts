import { tf } from "../../backend/index";
import { requireInteger } from "../../errors";
import { fullSoftmaxLoss } from "../layers/softmax-loss";
import { itemEmbeddings, type SequenceModel } from "../sequences/model";
import type { Head } from "./head";

/** One of `count` things: label 1 … count, 0 where it isn't known. Predicts chances, [examples × count]. */
export type ChoiceHead = Head<Int32Array, Float32Array>;

/**
 * The category of the next purchase (see `nextCategory`): a softmax over `count` categories and its cross-entropy, over
 * the examples whose label is known. Training starts at the categories' shares, each seen once more than it was.
 */
export function categoryHead(count: number, name = "category"): ChoiceHead {
  requireInteger(count, "count", 1);
  return {
    name,
    outputs: count,
    start(labels) {
      const seen = new Float32Array(count).fill(1);
      for (const label of labels) if (label > 0) seen[label - 1]++;
      return seen.map(Math.log);
    },
    loss: (scores, labels, rows) =>
      ofKnown(scores, labels, rows, (known, wanted) => {
        const right = tf.sum(tf.mul(known, tf.oneHot(tf.sub(wanted, tf.scalar(1, "int32")) as tf.Tensor1D, count)), 1);
        return tf.mean(tf.sub(tf.logSumExp(known, 1), right)) as tf.Scalar;
      }),
    predict: (scores) => softmaxRows(scores, count),
  };
}

/**
 * The next item: a layer makes a place among the items' embeddings of what is known of a user, and the score of an item
 * is its product with them, as in `nextItemTask`. Learns with the other heads from examples, where `nextItemTask` learns
 * from every event. Predicts the place, [examples × width]: multiply by `itemEmbeddings(model)` for scores.
 */
export function nextItemHead(model: SequenceModel, name = "item"): Head<Int32Array, Float32Array> {
  const { width } = model.shape;
  return {
    name,
    outputs: width,
    start: () => new Float32Array(width),
    loss: (scores, labels, rows) =>
      ofKnown(scores, labels, rows, (known, wanted) => fullSoftmaxLoss(known, itemEmbeddings(model), wanted)),
    predict: (scores) => scores,
  };
}

/** A loss of the rows whose label isn't 0; 0, with a gradient of 0, where there is none. */
function ofKnown(
  scores: tf.Tensor2D,
  labels: Int32Array,
  rows: Int32Array,
  loss: (known: tf.Tensor2D, labels: tf.Tensor1D) => tf.Scalar,
): tf.Scalar {
  const places = Int32Array.from(rows.keys()).filter((at) => labels[rows[at]] > 0);
  if (places.length === 0) return tf.mul(tf.sum(scores), 0);
  const wanted = Int32Array.from(places, (at) => labels[rows[at]]);
  return loss(tf.gather(scores, tf.tensor1d(places, "int32")) as tf.Tensor2D, tf.tensor1d(wanted, "int32"));
}

/** Each row's softmax. */
function softmaxRows(scores: Float32Array, width: number): Float32Array {
  const chances = new Float32Array(scores.length);
  for (let start = 0; start < scores.length; start += width) {
    let highest = -Infinity;
    for (let at = start; at < start + width; at++) highest = Math.max(highest, scores[at]);
    let total = 0;
    for (let at = start; at < start + width; at++) total += chances[at] = Math.exp(scores[at] - highest);
    for (let at = start; at < start + width; at++) chances[at] /= total;
  }
  return chances;
}
