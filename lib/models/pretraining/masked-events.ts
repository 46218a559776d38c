import { tf } from "../../backend/index";
import { InputError, requireNumber } from "../../errors";
import { createRandom, type Random } from "../../random";
import type { Noise } from "../layers/noise";
import { fullSoftmaxLoss } from "../layers/softmax-loss";
import { parameter } from "../parameters";
import { bucket, type EventSequences, knownLengths, type SequenceBatch, sequenceBatch } from "../sequences/batches";
import type { SequenceModel } from "../sequences/model";
import { type Candidates, drawCandidates, sampledSoftmaxLoss } from "../sequences/sampled-softmax";
import type { Task } from "../training/train";
import { type AttributeHead, attributeLoss } from "./item-attributes";

/** A batch of which some events are hidden, and what they were. */
export interface MaskedBatch extends SequenceBatch {
  /** Rows of [batch · length] that are hidden. */
  rows: Int32Array;
  /** What each field was there; 0 where that isn't known, and nothing is to be learned. */
  targets: Int32Array[];
  /** The items that the softmax is over; all of them without. */
  candidates?: Candidates;
}

/** Settings of {@link maskedEventTask}. */
export interface MaskedEventOptions {
  seed: number | string;
  /** Users in a batch. Default 256. */
  batch?: number;
  /** Events at each user's end that training doesn't see. Default 0. */
  heldOut?: number;
  /** Chance that an event is hidden, in (0, 1]. One of each user always is. Default 0.2. */
  share?: number;
  /** Weight of each field's loss, by name. Default 1. */
  weights?: Readonly<Record<string, number>>;
  /** Items drawn for each batch beside its own targets, over which alone the items' softmax is. Default: all items. */
  negatives?: number;
  /** Predicts the attributes of hidden items (S3-Rec's MAP) and of all items shown (its AAP), too. */
  attributes?: { head: AttributeHead; hidden?: number; shown?: number };
  /** Users who take part. Default: all with an event left. */
  users?: Int32Array;
  validate?: Task<MaskedBatch>["validate"];
}

/**
 * Pre-training by hidden events, the Cloze task (BERT4Rec, Sun et al. 2019; S3-Rec's MIP, Zhou et al. 2020, section 4.2): an
 * event is hidden with all its fields, and each field is predicted from what lies before it and behind it,
 *
 *   Σ_fields weight · mean over hidden events of −log softmax(h · E_field)[value],
 *
 * with the fields' embeddings as output layers; with attributes, + hidden · L(h, item's attributes) + shown · L(e_item, its
 * attributes), L the loss of {@link attributeLoss}. Made for a network that looks both ways, e.g. `lookingBothWays(model)`.
 *
 * Differs from S3-Rec in that items are predicted by a softmax, not by telling one sampled negative apart, and that
 * attributes have a bias. Throws InputError for a share out of (0, 1], and where no user has an event.
 */
export function maskedEventTask(
  model: SequenceModel,
  sequences: EventSequences,
  options: MaskedEventOptions,
): Task<MaskedBatch> {
  const { batch = 256, heldOut = 0, share = 0.2, negatives, attributes } = options;
  requireNumber(share, "share", 0, 1);
  const lengths = knownLengths(sequences, heldOut, model.shape.length);
  const all = options.users ?? Int32Array.from(lengths.keys());
  const users = all.filter((user) => lengths[user] > 0);
  if (users.length === 0) throw new InputError("no user has an event to hide", { place: "sequences" });
  const random = createRandom(options.seed).fork("masked events");
  const counts = model.shape.fields.map(({ count }) => count);
  return {
    parameters: new Map([...model.parameters, ...(attributes?.head.parameters ?? [])]),
    batchCount: bucket(lengths, users, batch, random.fork("count")).length,
    *batches(epoch) {
      const draws = random.fork(epoch);
      for (const [at, part] of bucket(lengths, users, batch, draws).entries()) {
        const own = draws.fork(at);
        const events = hideEvents(sequenceBatch(sequences, part, model.shape.length, heldOut), counts, share, own);
        if (negatives === undefined) yield events;
        else yield { ...events, candidates: drawCandidates(events.targets[0], counts[0], negatives, own) };
      }
    },
    loss: (events, noise) => maskedEventLoss(model, events, options, noise),
    validate: options.validate,
  };
}

/**
 * Hides each event of a batch with chance `share`, and one of each sequence at the least: each field takes its mask,
 * `counts[field] + 1`.
 */
export function hideEvents(
  events: SequenceBatch,
  counts: readonly number[],
  share: number,
  random: Random,
): MaskedBatch {
  const { length, lengths } = events;
  const rows: number[] = [];
  for (const [row, known] of lengths.entries()) {
    const before = rows.length;
    for (let place = 0; place < known; place++) if (random.uniform() < share) rows.push(row * length + place);
    if (rows.length === before && known > 0) rows.push(row * length + random.integer(known));
  }
  const targets = events.fields.map((values) => Int32Array.from(rows, (row) => values[row]));
  const fields = events.fields.map((values, field) => {
    const shown = values.slice();
    for (const row of rows) shown[row] = counts[field] + 1;
    return shown;
  });
  return { ...events, fields, rows: Int32Array.from(rows), targets };
}

function maskedEventLoss(
  model: SequenceModel,
  events: MaskedBatch,
  { weights = {}, attributes }: MaskedEventOptions,
  noise: Noise,
): tf.Scalar {
  const hidden = tf.gather(model.states(events, noise), tf.tensor1d(events.rows, "int32")) as tf.Tensor2D;
  const losses: tf.Tensor[] = [];
  for (const [field, { name }] of model.shape.fields.entries()) {
    const weight = weights[name] ?? 1;
    const targets = events.targets[field];
    const known = Int32Array.from(targets.keys()).filter((at) => targets[at] > 0);
    if (weight === 0 || known.length === 0) continue;
    const embeddings = parameter(model.parameters, `${name}.embedding`) as tf.Tensor as tf.Tensor2D;
    const rows =
      known.length === targets.length ? hidden : (tf.gather(hidden, tf.tensor1d(known, "int32")) as tf.Tensor2D);
    const loss =
      field === 0 && events.candidates
        ? sampledSoftmaxLoss(rows, embeddings, events.candidates)
        : fullSoftmaxLoss(
            rows,
            embeddings,
            tf.tensor1d(
              known.map((at) => targets[at]),
              "int32",
            ),
          );
    losses.push(tf.mul(loss, weight));
  }
  if (attributes) {
    const { head, hidden: mapped = 1, shown = 1 } = attributes;
    const [items, count] = [events.targets[0], model.shape.fields[0].count];
    losses.push(tf.mul(attributeLoss(head, hidden, items), mapped));
    const seen = Int32Array.from(new Set([...events.fields[0], ...items])).filter((item) => item > 0 && item <= count);
    const embeddings = tf.gather(
      parameter(model.parameters, `${model.shape.fields[0].name}.embedding`),
      tf.tensor1d(seen, "int32"),
    );
    losses.push(tf.mul(attributeLoss(head, embeddings as tf.Tensor2D, seen), shown));
  }
  return tf.addN(losses) as tf.Scalar;
}
