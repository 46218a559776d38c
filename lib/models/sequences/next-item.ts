import { tf } from "../../backend/index";
import { InputError } from "../../errors";
import { createRandom, type Random } from "../../random";
import type { Noise } from "../layers/noise";
import { fullSoftmaxLoss } from "../layers/softmax-loss";
import type { Task } from "../training/train";
import { type Augmentation, joinEvents, usersEvents } from "./augment";
import { bucket, type EventSequences, knownLengths, type SequenceBatch, sequenceBatch } from "./batches";
import { itemEmbeddings, type SequenceModel } from "./model";
import { type Candidates, drawCandidates, sampledSoftmaxLoss } from "./sampled-softmax";

/** A batch and what is to be predicted. */
export interface NextItemBatch extends SequenceBatch {
  /** Rows of [batch · length] that have a target, and their targets: items. */
  rows: Int32Array;
  targets: Int32Array;
  /** The items that the softmax is over; all of them without. */
  candidates?: Candidates;
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
  /**
   * Items drawn for each batch beside its own targets, over which alone the softmax is (see {@link sampledSoftmaxLoss}).
   * Default: all items, the full softmax.
   */
  negatives?: number;
  /** Changes each user's events anew in each epoch. What it hides is no target. Default: they stay as they are. */
  augment?: Augmentation;
  validate?: Task<NextItemBatch>["validate"];
}

/**
 * Next-item prediction with a network that looks backwards only: after each event of a user, the next one's item, by the
 * cross-entropy of the softmax over the catalogue. SASRec (Kang and McAuley 2018) has one sampled negative and a
 * sigmoid for each position in its place, which makes it overconfident (Petrov and Macdonald 2023) and costs it a third
 * of its accuracy.
 */
export function nextItemTask(
  model: SequenceModel,
  sequences: EventSequences,
  options: NextItemOptions,
): Task<NextItemBatch> {
  const { batch = 256, heldOut = 0, negatives, augment } = options;
  const { shape, parameters } = model;
  const itemCount = shape.fields[0].count;
  const lengths = knownLengths(sequences, heldOut + 1, shape.length);
  const all = options.users ?? Int32Array.from(lengths.keys());
  const users = all.filter((user) => lengths[user] > 0);
  if (users.length === 0) throw new InputError("no user has two events to learn from", { place: "sequences" });
  const random = createRandom(options.seed).fork("next item");
  return {
    parameters,
    batchCount: bucket(lengths, users, batch, random.fork("count")).length,
    *batches(epoch) {
      const draws = random.fork(epoch);
      for (const [at, part] of bucket(lengths, users, batch, draws).entries()) {
        const own = draws.fork(at);
        const events = augment ? augmented(part, own) : withTargets(sequences, part, shape, heldOut);
        if (negatives === undefined) yield events;
        else yield { ...events, candidates: drawCandidates(events.targets, itemCount, negatives, own) };
      }
    },
    loss: (events, noise) => nextItemLoss(model, events, noise),
    validate: options.validate,
  };

  /** Augmented events; as they are where the augmentation leaves a batch nothing to predict. */
  function augmented(part: Int32Array, own: Random): NextItemBatch {
    const histories = usersEvents(sequences, part, shape.length + 1, heldOut);
    const changed = joinEvents(histories.map((events) => (augment as Augmentation)(events, own)));
    const events = withTargets(changed, Int32Array.from(part.keys()), shape, 0);
    return events.targets.length > 0 ? events : withTargets(sequences, part, shape, heldOut);
  }
}

/** Mean cross-entropy of a batch's targets. */
export function nextItemLoss(model: SequenceModel, events: NextItemBatch, noise?: Noise): tf.Scalar {
  const states = tf.gather(model.states(events, noise), tf.tensor1d(events.rows, "int32")) as tf.Tensor2D;
  const embeddings = itemEmbeddings(model);
  if (events.candidates) return sampledSoftmaxLoss(states, embeddings, events.candidates);
  return fullSoftmaxLoss(states, embeddings, tf.tensor1d(events.targets, "int32"));
}

/** The events of some users without their last, and after each the item of the next, where that is an item. */
function withTargets(
  { offsets, fields }: EventSequences,
  users: Int32Array,
  shape: SequenceModel["shape"],
  heldOut: number,
): NextItemBatch {
  const events = sequenceBatch({ offsets, fields }, users, shape.length, heldOut + 1);
  const rows: number[] = [];
  const targets: number[] = [];
  for (let row = 0; row < events.batch; row++) {
    const last = offsets[users[row] + 1] - heldOut - 1;
    const first = last - events.lengths[row];
    for (let step = 0; step < events.lengths[row]; step++) {
      const item = fields[0][first + step + 1];
      if (item < 1 || item > shape.fields[0].count) continue;
      rows.push(row * events.length + step);
      targets.push(item);
    }
  }
  return { ...events, rows: Int32Array.from(rows), targets: Int32Array.from(targets) };
}
