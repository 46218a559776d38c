import { requireInteger } from "../../errors";
import type { Random } from "../../random";
import type { SequenceBatch } from "./behaviour";

/** Users' events in typed arrays, each user's in time order; fields count from 1. */
export interface EventSequences {
  /** users + 1 starts. */
  offsets: Int32Array;
  /** Values of each field, [events]. */
  fields: Int32Array[];
}

/**
 * Which users make a batch: users of like length together, so that little is padded. The order of users, and of batches,
 * is drawn; within `pool` batches users are put in order of length.
 *
 * @param lengths events of each user, [users]
 * @returns users by batch
 */
export function bucket(
  lengths: ArrayLike<number>,
  users: Int32Array,
  size: number,
  random: Random,
  pool = 16,
): Int32Array[] {
  requireInteger(size, "batch", 1);
  const order = random.shuffle(users.slice());
  const batches: Int32Array[] = [];
  for (let start = 0; start < order.length; start += size * pool) {
    const part = order.slice(start, start + size * pool).sort((a, b) => lengths[a] - lengths[b]);
    for (let at = 0; at < part.length; at += size) batches.push(part.slice(at, at + size));
  }
  return random.shuffle(batches);
}

/**
 * The events of some users as a batch: of each its `most` last, leaving out the very last `skip` (for targets and for
 * what is held out).
 */
export function sequenceBatch(
  { offsets, fields }: EventSequences,
  users: ArrayLike<number>,
  most: number,
  skip: number,
): SequenceBatch {
  const batch = users.length;
  const lengths = new Int32Array(batch);
  let length = 1;
  for (let row = 0; row < batch; row++) {
    lengths[row] = Math.max(0, Math.min(offsets[users[row] + 1] - skip - offsets[users[row]], most));
    if (lengths[row] > length) length = lengths[row];
  }
  const padded = fields.map((values) => {
    const filled = new Int32Array(batch * length);
    for (let row = 0; row < batch; row++) {
      const end = offsets[users[row] + 1] - skip;
      filled.set(values.subarray(end - lengths[row], end), row * length);
    }
    return filled;
  });
  return { batch, length, fields: padded, lengths };
}
