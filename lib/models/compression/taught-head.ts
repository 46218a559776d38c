import { tf } from "../../backend/index";
import { InputError, requireNumber } from "../../errors";
import type { Head } from "../heads/head";
import { softTargetLoss } from "./distil";

/** What came, and what a teacher said of it. */
export interface Taught<Labels> {
  truth: Labels;
  /** The teacher's scores on the log-odds scale or before the softmax, [examples × outputs]. */
  scores: ArrayLike<number>;
}

/** Options of {@link taughtHead}. */
export interface TaughtHeadOptions {
  /** Default 2. */
  temperature?: number;
  /** The weight of the teacher's word, in [0, 1]; the rest is of what came. Default 0.5. */
  weight?: number;
}

/**
 * A head of a small network that learns from a teacher's scores beside what came (Hinton, Vinyals and Dean 2015), with
 * {@link softTargetLoss}; a head with one score is taken as two classes, scores 0 and s. The teacher can be anything that gives
 * scores, an ensemble too, and needn't be there. Its scores should be of examples that it hadn't learned from, such as out of
 * fold, lest the student learn how sure the teacher is of what it knows by heart. Predicts as the head itself.
 */
export function taughtHead<Labels, Prediction>(
  head: Head<Labels, Prediction>,
  { temperature = 2, weight = 0.5 }: TaughtHeadOptions = {},
): Head<Taught<Labels>, Prediction> {
  requireNumber(weight, "weight", 0, 1);
  const { outputs } = head;
  const classes = (scores: tf.Tensor2D) =>
    outputs > 1 ? scores : (tf.concat([tf.zerosLike(scores), scores], 1) as tf.Tensor2D);
  return {
    ...head,
    start: ({ truth }) => head.start(truth),
    loss(scores, { truth, scores: taught }, rows) {
      const said = Float32Array.from({ length: rows.length * outputs }, (_, at) => {
        const place = rows[Math.floor(at / outputs)] * outputs + (at % outputs);
        if (Number.isFinite(taught[place])) return taught[place];
        throw new InputError("a teacher's score is finite", { value: taught[place], place: `scores, number ${place}` });
      });
      const soft = softTargetLoss(classes(scores), classes(tf.tensor2d(said, [rows.length, outputs])), temperature);
      return tf.add(tf.mul(soft, weight), tf.mul(head.loss(scores, truth, rows), 1 - weight)) as tf.Scalar;
    },
  };
}
