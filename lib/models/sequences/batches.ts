import { requireInteger } from "../../errors";
import type { Random } from "../../random";

/** Users' events in typed arrays, each user's in time order; fields count from 1. */
export interface EventSequences {
  /** users + 1 starts. */
  offsets: Int32Array;
  /** Values of each field, [events]. */
  fields: Int32Array[];
}

/** Sequences of events side by side, each from its start, padded with 0 at its end. */
export interface SequenceBatch {
  batch: number;
  length: number;
  /** Values of each field, [batch × length]. */
  fields: Int32Array[];
  /** Events of each sequence, [batch]. */
  lengths: Int32Array;
}

/** How many events of each user a model is shown, at most `most`, where the last `heldOut` are kept from it: [users]. */
export function knownLengths({ offsets }: EventSequences, heldOut: number, most: number): Int32Array {
  return Int32Array.from({ length: offsets.length - 1 }, (_, user) =>
    Math.min(Math.max(offsets[user + 1] - offsets[user] - heldOut, 0), most),
  );
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
  const starts = Int32Array.from(users, (user) => offsets[user]);
  const ends = Int32Array.from(users, (user) => Math.max(offsets[user + 1] - skip, offsets[user]));
  return windowBatch(fields, starts, ends, most);
}

/**
 * Stretches of events as a batch: from `starts[row]` to before `ends[row]`, of a longer one the `most` last.
 *
 * @param fields values of each field, [events]
 */
export function windowBatch(
  fields: readonly Int32Array[],
  starts: ArrayLike<number>,
  ends: ArrayLike<number>,
  most: number,
): SequenceBatch {
  const batch = starts.length;
  const lengths = Int32Array.from({ length: batch }, (_, row) => Math.min(ends[row] - starts[row], most));
  const length = Math.max(
    1,
    lengths.reduce((longest, one) => Math.max(longest, one), 0),
  );
  const padded = fields.map((values) => {
    const filled = new Int32Array(batch * length);
    for (let row = 0; row < batch; row++)
      filled.set(values.subarray(ends[row] - lengths[row], ends[row]), row * length);
    return filled;
  });
  return { batch, length, fields: padded, lengths };
}
