import { tf } from "../../backend/index";
import { InputError, requireNumber } from "../../errors";
import type { Noise } from "../layers/noise";
import type { Task } from "../training/train";

/**
 * How far a student's chances are from a teacher's, both softened by a temperature (Hinton, Vinyals and Dean 2015):
 *
 *   T² · mean over rows of Σ p (ln p − ln q),   p = softmax(teacher / T), q = softmax(student / T),
 *
 * T² so that its gradient, T (q − p) / rows, written out, is as large at every temperature. Only the student learns.
 *
 * @param student, teacher scores before the softmax, [rows × classes]
 */
export function softTargetLoss(student: tf.Tensor2D, teacher: tf.Tensor2D, temperature: number): tf.Scalar {
  requireNumber(temperature, "temperature", Number.MIN_VALUE);
  if (!tf.util.arraysEqual(student.shape, teacher.shape))
    throw new InputError("teacher and student speak of the same rows and classes", {
      value: student.shape,
      place: `teacher [${teacher.shape}]`,
    });
  const [rows] = student.shape;
  const operation = tf.customGrad((...inputs) => {
    const own = inputs[0] as tf.Tensor2D;
    const save = inputs[1] as unknown as tf.GradSaveFunc;
    const mine = logSoftmax(own, temperature);
    const theirs = logSoftmax(teacher, temperature);
    const wanted = tf.exp(theirs);
    save([tf.sub(tf.exp(mine), wanted)]);
    const value = tf.mul(tf.sum(tf.mul(wanted, tf.sub(theirs, mine))), temperature ** 2 / rows);
    const gradFunc = (dy: tf.Tensor, [difference]: tf.Tensor[]) => tf.mul(difference, tf.mul(dy, temperature / rows));
    return { value, gradFunc };
  });
  return operation(student) as tf.Scalar;
}

function logSoftmax(logits: tf.Tensor2D, temperature: number): tf.Tensor2D {
  const scaled = tf.div(logits, temperature);
  const below = tf.sub(scaled, tf.max(scaled, 1, true));
  return tf.sub(below, tf.log(tf.sum(tf.exp(below), 1, true))) as tf.Tensor2D;
}

/** Options of {@link distil}. */
export interface DistilOptions<Batch> {
  /** The student's scores of a batch, [rows × classes]. Called inside of a tidy. */
  student(batch: Batch, noise: Noise): tf.Tensor2D;
  /** The teacher's of the same rows and classes, without noise. Called inside of a tidy. */
  teacher(batch: Batch): tf.Tensor2D;
  /** Default 2: what is wrong, and how wrong, shows when it is soft. */
  temperature?: number;
  /** The loss by what really happened, from the student's scores; without it the teacher alone is followed. */
  hard?(scores: tf.Tensor2D, batch: Batch): tf.Scalar;
  /** The weight of the teacher's word, in [0, 1]; the rest is of `hard`. Default 0.5, and 1 without `hard`. */
  weight?: number;
}

/** A batch and what the teacher says of it. */
export interface TaughtBatch<Batch> {
  batch: Batch;
  taught: tf.Tensor2D;
}

/**
 * The task of a student that learns from a teacher (Hinton, Vinyals and Dean 2015): batches, weights and validation are those of a
 * task of the student's own; the loss is weight · {@link softTargetLoss} + (1 − weight) · hard. The teacher is asked once a
 * batch, outside of what is differentiated, and keeps its weights.
 */
export function distil<Batch>(task: Task<Batch>, options: DistilOptions<Batch>): Task<TaughtBatch<Batch>> {
  const { student, teacher, hard, temperature = 2 } = options;
  const weight = hard ? requireNumber(options.weight ?? 0.5, "weight", 0, 1) : 1;
  return {
    ...task,
    *batches(epoch) {
      for (const batch of task.batches(epoch)) {
        const taught = tf.tidy(() => teacher(batch));
        try {
          yield { batch, taught };
        } finally {
          taught.dispose();
        }
      }
    },
    loss({ batch, taught }, noise) {
      const scores = student(batch, noise);
      const soft = softTargetLoss(scores, taught, temperature);
      if (!hard || weight === 1) return soft;
      return tf.add(tf.mul(soft, weight), tf.mul(hard(scores, batch), 1 - weight)) as tf.Scalar;
    },
  };
}
