import { tf } from "../../backend/index";
import { FORBIDDEN } from "./attention";

/** How many places of each sequence are filled, from its start: what a padded batch says of itself. */
export interface Filled {
  batch: number;
  length: number;
  /** [batch] */
  lengths: ArrayLike<number>;
}

/** 0 where a sequence is, {@link FORBIDDEN} at its padding, [batch × length]: to be added to scores. */
export function paddingMask({ batch, length, lengths }: Filled): tf.Tensor2D {
  const mask = new Float32Array(batch * length);
  for (let row = 0; row < batch; row++) mask.fill(FORBIDDEN, row * length + lengths[row], (row + 1) * length);
  return tf.tensor2d(mask, [batch, length]);
}

/** 1 at events, 0 at padding, [batch · length × 1]: multiplies rows. */
export function eventMask({ batch, length, lengths }: Filled): tf.Tensor2D {
  const mask = new Float32Array(batch * length);
  for (let row = 0; row < batch; row++) mask.fill(1, row * length, row * length + lengths[row]);
  return tf.tensor2d(mask, [batch * length, 1]);
}
