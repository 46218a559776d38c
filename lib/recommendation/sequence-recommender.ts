import { tf } from "../backend/index";
import { type EventSequences, sequenceBatch } from "../models/sequences/batches";
import { itemEmbeddings, type SequenceModel } from "../models/sequences/model";
import type { Recommender } from "./recommender";

/** Users of like length that go through the model together. */
const ALIKE = 128;

/** Options of {@link sequenceRecommender}. */
export interface SequenceRecommenderOptions {
  /** A short name for tables. Default: the kind of the model. */
  name?: string;
  /** Events at each user's end that the model isn't shown. Default 0. */
  heldOut?: number;
}

/**
 * Ranks items for a user by the product of their embedding with what a network over events makes of the user's last
 * events. Column j is item j + 1 of the model, whose 0 is padding. A user without events is scored 0 everywhere.
 */
export function sequenceRecommender(
  model: SequenceModel,
  sequences: EventSequences,
  options: SequenceRecommenderOptions = {},
): Recommender {
  const { name = model.kind, heldOut = 0 } = options;
  const itemCount = model.shape.fields[0].count;
  const scoreMany = (users: Int32Array): Float32Array => {
    const { offsets } = sequences;
    const known = (user: number) => Math.min(offsets[user + 1] - offsets[user] - heldOut, model.shape.length);
    // Users of like length go through the model together, so that little is padded; then back in the order asked for.
    const rows = Int32Array.from(users.keys()).sort((a, b) => known(users[a]) - known(users[b]));
    const back = new Int32Array(users.length);
    for (let place = 0; place < rows.length; place++) back[rows[place]] = place;
    // Out of tidy as a tensor: it would look for tensors among the numbers of an array, one by one.
    const product = tf.tidy(() => {
      const parts: tf.Tensor2D[] = [];
      for (let start = 0; start < rows.length; start += ALIKE) {
        const some = rows.subarray(start, start + ALIKE).map((row) => users[row]);
        parts.push(model.last(sequenceBatch(sequences, some, model.shape.length, heldOut)));
      }
      const states = tf.gather(tf.concat(parts, 0), tf.tensor1d(back, "int32"));
      const items = tf.slice(itemEmbeddings(model), [1, 0], [itemCount, model.shape.width]) as tf.Tensor2D;
      return tf.matMul(states, items, false, true);
    });
    const scores = product.dataSync() as Float32Array;
    product.dispose();
    for (let row = 0; row < users.length; row++)
      if (known(users[row]) <= 0) scores.fill(0, row * itemCount, (row + 1) * itemCount);
    return scores;
  };
  return {
    name,
    itemCount,
    scoreMany,
    score: (user, scores) => scores.set(scoreMany(Int32Array.of(user))),
  };
}
