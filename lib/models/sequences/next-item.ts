import { tf } from "../../backend/index";
import { InputError } from "../../errors";
import { createRandom } from "../../random";
import type { Noise } from "../layers/noise";
import { fullSoftmaxLoss } from "../layers/softmax-loss";
import type { Task } from "../training/train";
import { bucket, type EventSequences, type SequenceBatch, sequenceBatch } from "./batches";
import { itemEmbeddings, type SequenceModel } from "./model";

/** A batch and what is to be predicted. */
export interface NextItemBatch extends SequenceBatch {
  /** Rows of [batch · length] that have a target, and their targets: items. */
  rows: Int32Array;
  targets: Int32Array;
}

/** Settings of {@link nextItemTask}. */
export interface NextItemOptions {
  seed: number | string;
  /** Users in a batch. Default 256. */
  batch?: number;
  /** Events at each user's end that training doesn't see. Default 0. */
  heldOut?: number;
  /** Users who take part. Default: all with two events left. */
  users?: Int32Array;
  validate?: Task<NextItemBatch>["validate"];
}

/**
 * Next-item prediction with a network that looks backwards only: after each event of a user, the next one's item among all, by the cross-entropy of the full
 * softmax over the catalogue. SASRec (Kang and McAuley 2018) has one sampled negative and a sigmoid for each position
 * in its place, which makes it overconfident (Petrov and Macdonald 2023) and costs it a third of its accuracy.
 */
export function nextItemTask(
  model: SequenceModel,
  sequences: EventSequences,
  options: NextItemOptions,
): Task<NextItemBatch> {
  const { batch = 256, heldOut = 0 } = options;
  const { shape, parameters } = model;
  const userCount = sequences.offsets.length - 1;
  const lengths = Int32Array.from({ length: userCount }, (_, user) =>
    Math.min(sequences.offsets[user + 1] - sequences.offsets[user] - heldOut - 1, shape.length),
  );
  const all = options.users ?? Int32Array.from({ length: userCount }, (_, user) => user);
  const users = all.filter((user) => lengths[user] > 0);
  if (users.length === 0) throw new InputError("no user has two events to learn from", { place: "sequences" });
  const random = createRandom(options.seed).fork("next item");
  return {
    parameters,
    batchCount: bucket(lengths, users, batch, random.fork("count")).length,
    *batches(epoch) {
      for (const part of bucket(lengths, users, batch, random.fork(epoch)))
        yield withTargets(sequences, part, shape.length, heldOut);
    },
    loss: (events, noise) => nextItemLoss(model, events, noise),
    validate: options.validate,
  };
}

/** Mean cross-entropy of a batch's targets. */
export function nextItemLoss(model: SequenceModel, events: NextItemBatch, noise?: Noise): tf.Scalar {
  const states = tf.gather(model.states(events, noise), tf.tensor1d(events.rows, "int32")) as tf.Tensor2D;
  return fullSoftmaxLoss(states, itemEmbeddings(model), tf.tensor1d(events.targets, "int32"));
}

/** The events of some users without their last, and after each the item of the next. */
function withTargets(sequences: EventSequences, users: Int32Array, most: number, heldOut: number): NextItemBatch {
  const events = sequenceBatch(sequences, users, most, heldOut + 1);
  const count = events.lengths.reduce((sum, length) => sum + length, 0);
  const rows = new Int32Array(count);
  const targets = new Int32Array(count);
  let at = 0;
  for (let row = 0; row < events.batch; row++) {
    const last = sequences.offsets[users[row] + 1] - heldOut - 1;
    const first = last - events.lengths[row];
    for (let step = 0; step < events.lengths[row]; step++) {
      rows[at] = row * events.length + step;
      targets[at++] = sequences.fields[0][first + step + 1];
    }
  }
  return { ...events, rows, targets };
}
