import type { tf } from "../../backend/index";

/**
 * What is foretold of a user, from the scores that a layer gives for it.
 *
 * @typeParam Labels what came, in typed arrays with an entry for each example
 * @typeParam Prediction what the scores mean, in typed arrays likewise
 */
export interface Head<Labels, Prediction> {
  /** Its weights are `head.${name}.…`. */
  readonly name: string;
  /** Scores for each example. */
  readonly outputs: number;
  /** The scores that suit everybody alike best, [outputs]: where training starts. */
  start(labels: Labels): Float32Array;
  /**
   * Mean loss of some examples; 0 where none of them has a label.
   *
   * @param scores [rows × outputs]
   * @param rows which examples they are
   */
  loss(scores: tf.Tensor2D, labels: Labels, rows: Int32Array): tf.Scalar;
  /** @param scores [examples × outputs] */
  predict(scores: Float32Array): Prediction;
}

/** A {@link Head} with the labels that it learns from: what {@link fineTuneTask} takes, of any mixture of heads. */
export interface Target {
  readonly name: string;
  readonly outputs: number;
  /** Share in the loss of all heads together. */
  readonly weight: number;
  start(): Float32Array;
  loss(scores: tf.Tensor2D, rows: Int32Array): tf.Scalar;
}

/** Joins a head and its labels. `weight` is its factor in the sum of the heads' losses; 1 unless said. */
export function target<Labels>(head: Head<Labels, unknown>, labels: Labels, weight = 1): Target {
  return {
    name: head.name,
    outputs: head.outputs,
    weight,
    start: () => head.start(labels),
    loss: (scores, rows) => head.loss(scores, labels, rows),
  };
}

/** ln(p / (1 − p)) of a share, kept within what single precision tells from certainty. */
export function logit(share: number): number {
  const kept = Math.min(Math.max(share, 1e-6), 1 - 1e-6);
  return Math.log(kept / (1 - kept));
}

/** 1 / (1 + exp(−score)). */
export function chanceOf(score: number): number {
  return 1 / (1 + Math.exp(-score));
}
