import { tf } from "../../backend/index";
import { InputError, requireNumber } from "../../errors";
import { createRandom, type Random } from "../../random";
import type { Noise } from "../layers/noise";
import { fullSoftmaxLoss } from "../layers/softmax-loss";
import { type Augmentation, type Events, joinEvents, usersEvents } from "../sequences/augment";
import { bucket, type EventSequences, knownLengths, type SequenceBatch, sequenceBatch } from "../sequences/batches";
import type { SequenceModel } from "../sequences/model";
import type { Task } from "../training/train";

/** Makes two pictures of one user's events, which are to be told to be of the same user. */
export type Views = (events: Events, random: Random) => [Int32Array[], Int32Array[]];

/** Two pictures of each of some users. */
export interface ViewBatch {
  one: SequenceBatch;
  other: SequenceBatch;
}

/** Settings of {@link contrastiveTask}. */
export interface ContrastiveOptions {
  seed: number | string;
  views: Views;
  /** Users in a batch; each has all others as negatives. Default 256. */
  batch?: number;
  /** Events at each user's end that training doesn't see. Default 0. */
  heldOut?: number;
  /** What products are divided by before the softmax. Default 1. */
  temperature?: number;
  /** Users who take part. Default: all with two events left. */
  users?: Int32Array;
}

/** Each picture by an augmentation of its own draw (CL4SRec, Xie et al. 2022). */
export function augmentedTwice(augment: Augmentation): Views {
  return (events, random) => [augment(events, random), augment(events, random)];
}

/**
 * A stretch of half of the events at most, and all the events with that stretch hidden (S3-Rec's segment prediction, Zhou
 * et al. 2020, section 4.2). Needs two events.
 *
 * @param masks value of each field that hides it: its count + 1
 */
export function segmentAndRest(masks: readonly number[]): Views {
  return (events, random) => {
    const count = events[0].length;
    const length = 1 + random.integer(Math.max(Math.floor(count / 2), 1));
    const first = random.integer(count - length + 1);
    const rest = events.map((values, field) => values.slice().fill(masks[field], first, first + length));
    return [events.map((values) => values.slice(first, first + length)), rest];
  };
}

/**
 * Tells which pictures are of one user, among those of the batch's other users (InfoNCE):
 *
 *   ½ mean over i of −log softmax_j(aᵢ · bⱼ / τ)[i] − log softmax_j(bᵢ · aⱼ / τ)[i],
 *
 * a and b what the network makes of each picture's last event.
 *
 * Differs from CL4SRec in that a picture's negatives are the other users' other pictures, not both of theirs; from S3-Rec in
 * that there are as many as the batch has, where it has one. Throws InputError where no user has two events, and for a
 * temperature that isn't positive.
 */
export function contrastiveTask(
  model: SequenceModel,
  sequences: EventSequences,
  { seed, views, batch = 256, heldOut = 0, temperature = 1, users: chosen }: ContrastiveOptions,
): Task<ViewBatch> {
  requireNumber(temperature, "temperature", 1e-6);
  const most = model.shape.length;
  const lengths = knownLengths(sequences, heldOut, most);
  const users = (chosen ?? Int32Array.from(lengths.keys())).filter((user) => lengths[user] > 1);
  if (users.length === 0) throw new InputError("no user has two events to tell them by", { place: "sequences" });
  const random = createRandom(seed).fork("contrastive");
  return {
    parameters: model.parameters,
    batchCount: bucket(lengths, users, batch, random.fork("count")).length,
    *batches(epoch) {
      const draws = random.fork(epoch);
      for (const [at, part] of bucket(lengths, users, batch, draws).entries()) {
        const own = draws.fork(at);
        const pairs = usersEvents(sequences, part, most, heldOut).map((events) => views(events, own));
        const [one, other] = ([0, 1] as const).map((side) => {
          const joined = joinEvents(pairs.map((pair) => pair[side]));
          return sequenceBatch(joined, Int32Array.from(pairs.keys()), most, 0);
        });
        yield { one, other };
      }
    },
    loss: (pair, noise) => contrastiveLoss(model, pair, temperature, noise),
  };
}

/** The loss of {@link contrastiveTask}. */
export function contrastiveLoss(
  model: SequenceModel,
  { one, other }: ViewBatch,
  temperature: number,
  noise?: Noise,
): tf.Scalar {
  const [a, b] = [one, other].map((events) => tf.mul(model.last(events, noise), 1 / Math.sqrt(temperature)));
  const same = tf.range(0, one.batch, 1, "int32");
  const [there, back] = [
    fullSoftmaxLoss(a as tf.Tensor2D, b as tf.Tensor2D, same),
    fullSoftmaxLoss(b as tf.Tensor2D, a as tf.Tensor2D, same),
  ];
  return tf.mul(tf.add(there, back), 0.5) as tf.Scalar;
}
