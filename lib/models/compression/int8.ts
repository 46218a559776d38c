import { InputError } from "../../errors";

/** A matrix in whole numbers of a byte, each channel with a scale of its own: weight = value × scale of its channel. */
export interface Int8Weights {
  values: Int8Array;
  /** [channels] */
  scales: Float32Array;
}

/** Which numbers of a matrix share a scale: a row, as an item's embedding; or a column, as an output of a dense layer. */
export type Channel = "row" | "column";

/**
 * Symmetric quantisation to eight bits for each channel (Krishnamoorthi 2018, section 2.2):
 *
 *   scale = max |w| / 127 over the channel,  q = round(w / scale) in [−127, 127], of two equally near the even.
 *
 * No weight is off by more than half its channel's scale. Rows are those of the first dimension, columns those of the last.
 * Throws InputError for a weight that isn't finite.
 */
export function quantiseInt8(weights: Float32Array, shape: readonly number[], channel: Channel): Int8Weights {
  const { count, run } = channels(weights.length, shape, channel);
  const scales = new Float32Array(count);
  for (let at = 0; at < weights.length; at++) {
    const size = Math.abs(weights[at]);
    if (!Number.isFinite(size))
      throw new InputError("a weight that is quantised is finite", { value: weights[at], place: `number ${at}` });
    const own = Math.floor(at / run) % count;
    if (size > scales[own]) scales[own] = size;
  }
  // A channel of zeros, or of numbers too small for a scale in full precision, has any scale.
  for (let own = 0; own < count; own++) scales[own] = scales[own] / 127 < 2 ** -126 ? 1 : scales[own] / 127;
  const values = new Int8Array(weights.length);
  for (let at = 0; at < weights.length; at++)
    values[at] = Math.max(-127, Math.min(127, evenRound(weights[at] / scales[Math.floor(at / run) % count])));
  return { values, scales };
}

/** The weights that {@link quantiseInt8} made whole. */
export function dequantiseInt8(
  values: ArrayLike<number>,
  scales: ArrayLike<number>,
  shape: readonly number[],
  channel: Channel,
): Float32Array {
  const { count, run } = channels(values.length, shape, channel);
  const weights = new Float32Array(values.length);
  for (let at = 0; at < weights.length; at++) weights[at] = values[at] * scales[Math.floor(at / run) % count];
  return weights;
}

/** How many channels there are, and how many numbers lie beside each other in one: number `at` is of channel ⌊at / run⌋ mod count. */
function channels(size: number, shape: readonly number[], channel: Channel): { count: number; run: number } {
  if (channel === "column") return { count: shape[shape.length - 1], run: 1 };
  return { count: shape[0], run: size / shape[0] };
}

function evenRound(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
}
