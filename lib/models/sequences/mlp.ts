import { tf } from "../../backend/index";
import { requireInteger, requireNumber } from "../../errors";
import { createRandom } from "../../random";
import { gelu } from "../layers/activation";
import { addDense, dense } from "../layers/dense";
import { dropout, type Noise } from "../layers/noise";
import { eventMask } from "../layers/padding";
import { glorot, type Parameters } from "../parameters";
import type { SequenceBatch } from "./batches";
import {
  addEventEmbeddings,
  checkEventShape,
  type EventShape,
  embedEvents,
  eventShape,
  type SequenceModel,
} from "./model";

/** The shape of a {@link createMlpModel}. */
export interface MlpShape extends EventShape {
  /** Numbers in the hidden layer. */
  hidden: number;
  /** Chance of dropout on the mean and in the hidden layer, in [0, 1). */
  dropout: number;
}

/** A multilayer perceptron over the mean of a user's events. */
export interface MlpModel extends SequenceModel {
  readonly shape: MlpShape;
}

/** A sensible shape for some items; change what you like. */
export function mlpShape(itemCount: number, changes: Partial<MlpShape> = {}): MlpShape {
  return { ...eventShape(itemCount), hidden: 128, dropout: 0.2, ...changes };
}

/**
 * The network that knows no order: the mean of the embeddings of the events so far, and the log of how many they are, through
 * one hidden layer (the deep averaging network of Iyyer et al. 2015). What another network gains over it, it gains by order.
 */
export function createMlpModel(shape: MlpShape, seed: number | string): MlpModel {
  checkEventShape(shape);
  requireInteger(shape.hidden, "hidden", 1);
  requireNumber(shape.dropout, "dropout", 0, 0.999);
  const { width, hidden } = shape;
  const random = createRandom(seed).fork("MLP");
  const parameters: Parameters = new Map();
  addEventEmbeddings(parameters, shape, random);
  addDense(parameters, "hidden", [width + 1, hidden], glorot(random.fork("hidden")));
  addDense(parameters, "output", [hidden, width], glorot(random.fork("output")));
  return {
    kind: "MLP",
    shape,
    parameters,
    states(events, noise) {
      const { batch, length } = events;
      // Along the last dimension: along another TensorFlow.js gets the gradient's shape wrong.
      const turned = tf.transpose(
        tf.reshape(embedEvents(parameters, shape, events), [batch, length, width]),
        [0, 2, 1],
      );
      const sums = tf.transpose(tf.cumsum(turned, 2), [0, 2, 1]);
      const counts = Float32Array.from({ length: batch * length }, (_, row) => 1 + (row % length));
      return bend(tf.reshape(sums, [batch * length, width]) as tf.Tensor2D, counts, noise);
    },
    last(events, noise) {
      const { batch, length } = events;
      const masked = tf.mul(embedEvents(parameters, shape, events), eventMask(events));
      const sums = tf.sum(tf.reshape(masked, [batch, length, width]), 1) as tf.Tensor2D;
      return bend(sums, countsOf(events), noise);
    },
  };

  /** @param sums of the embeddings of `counts` events, [rows × width] */
  function bend(sums: tf.Tensor2D, counts: Float32Array, noise?: Noise): tf.Tensor2D {
    const column = (values: Float32Array) => tf.tensor2d(values, [values.length, 1]);
    const means = tf.mul(sums, column(counts.map((count) => 1 / count))) as tf.Tensor2D;
    const rows = tf.concat([dropout(means, shape.dropout, noise), column(counts.map(Math.log))], 1) as tf.Tensor2D;
    const middle = dropout(gelu(dense(rows, parameters, "hidden")), shape.dropout, noise);
    return dense(middle, parameters, "output");
  }
}

/** How many events each sequence has, 1 at least, [batch]. */
function countsOf({ lengths }: SequenceBatch): Float32Array {
  return Float32Array.from(lengths, (length) => Math.max(length, 1));
}
