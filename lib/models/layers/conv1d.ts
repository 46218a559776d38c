import { tf } from "../../backend/index";
import { InputError, requireInteger } from "../../errors";
import { type Initialiser, type Parameters, parameter } from "../parameters";
import { addDense, dense } from "./dense";

/** How the rows of a {@link conv1d}'s input lie, and what its window sees. */
export interface Conv1dOptions {
  batch: number;
  length: number;
  /** Places in the window. */
  kernel: number;
  /** Places from one in the window to the next. Default 1. */
  dilation?: number;
  /** The window ends at its place, so that none sees those behind it; else the place is in its middle. Default false. */
  causal?: boolean;
}

/** Adds the weights of a {@link conv1d}: `${name}.weight` [kernel · inputs × outputs] and `${name}.bias` [outputs] (zero). */
export function addConv1d(
  parameters: Parameters,
  name: string,
  { inputs, outputs, kernel }: { inputs: number; outputs: number; kernel: number },
  start: Initialiser,
): void {
  addDense(parameters, name, [requireInteger(kernel, "kernel", 1) * inputs, outputs], start);
}

/**
 * A convolution along sequences side by side, as long as they were, with zeros beyond their ends:
 *
 *   y[t] = b + Σₖ W[k] x[t + (k − k₀) · dilation],  k₀ = kernel − 1 where causal, else ⌊kernel / 2⌋.
 *
 * The places in each window are laid side by side and go through one dense layer, which may have an adapter.
 * Where it isn't causal, rows of padding must be zero: they are inside of the windows of the last events.
 *
 * @param x [batch · length × inputs]
 * @returns [batch · length × outputs]
 */
export function conv1d(x: tf.Tensor2D, parameters: Parameters, name: string, options: Conv1dOptions): tf.Tensor2D {
  const inputs = x.shape[1];
  const [rows] = parameter(parameters, `${name}.weight`).shape;
  if (rows !== options.kernel * inputs)
    throw new InputError("a convolution's weights are those of its window", {
      value: rows,
      place: `${name}.weight, kernel ${options.kernel} × ${inputs} inputs`,
    });
  return dense(windows(x, options), parameters, name);
}

/** The rows in each place's window side by side, [batch · length × kernel · inputs]. */
function windows(x: tf.Tensor2D, { batch, length, kernel, dilation = 1, causal }: Conv1dOptions): tf.Tensor2D {
  if (kernel === 1) return x;
  const inputs = x.shape[1];
  const before = (causal ? kernel - 1 : kernel >> 1) * dilation;
  const after = (kernel - 1) * dilation - before;
  const wide = tf.pad(tf.reshape(x, [batch, length, inputs]), [
    [0, 0],
    [before, after],
    [0, 0],
  ]);
  const taps = Array.from({ length: kernel }, (_, tap) =>
    tf.slice(wide, [0, tap * dilation, 0], [batch, length, inputs]),
  );
  return tf.reshape(tf.concat(taps, 2), [batch * length, kernel * inputs]);
}
