import { tf } from "../../backend/index";
import type { SequenceBatch } from "./batches";

/** 1 at events, 0 at padding, [batch · length × 1]: multiplies rows. */
export function eventMask({ batch, length, lengths }: SequenceBatch): tf.Tensor2D {
  const mask = new Float32Array(batch * length);
  for (let row = 0; row < batch; row++) mask.fill(1, row * length, row * length + lengths[row]);
  return tf.tensor2d(mask, [batch * length, 1]);
}
