import { tf } from "../../backend/index";
import { InputError, requireInteger, requireNumber, throwIfAborted } from "../../errors";
import { createRandom } from "../../random";
import type { Noise } from "../layers/noise";
import type { Parameters } from "../parameters";
import { bucket, type EventSequences, type SequenceBatch, sequenceBatch } from "../sequences/batches";
import type { Task } from "../training/train";
import { UNKNOWN } from "./characters";
import { batchesByLength } from "./sentences";

/** A network that reads texts and says how they are labelled: of characters, or of a pre-trained model's tokens. */
export interface TextNetwork {
  parameters: Parameters;
  /** Questions answered of each text, each with 0 or 1: whether it praises, whether it names a need. 1 unless given. */
  labels?: number;
  /** Log-odds of 1, [batch · labels] row by row. `noise` is for training. */
  score(texts: SequenceBatch, noise?: Noise): tf.Tensor1D;
}

/** Texts with their labels. */
export interface LabelledBatch extends SequenceBatch {
  /** 0 or 1, [batch · labels]. */
  labels: Float32Array;
  /** How much each of them counts, [batch · labels]. */
  weights: Float32Array;
}

/** Settings of {@link labelTask}. */
export interface LabelOptions {
  seed: number | string;
  /** Texts in a batch. Default 64. */
  batch?: number;
  /** Texts to learn from. Default: all. */
  rows?: Int32Array;
  /** How much each text counts, [texts]; 1 unless said. */
  weights?: ArrayLike<number>;
  /** Chance that a token is read as unknown in training (word dropout, Iyyer et al. 2015). Default 0. */
  hidden?: number;
  /** Which weights learn; all unless given. */
  trainable?(name: string): boolean;
  validate?: Task<LabelledBatch>["validate"];
}

/**
 * Learning labels from texts: the mean of each label's cross-entropy ln(1 + exp(−y z)), y = ±1, z the log-odds, times its
 * text's weight.
 *
 * @param texts tokens, as `encodeTexts` gives them
 * @param labels 0 or 1, [texts × the network's labels] row by row
 * Throws {@link InputError} for another number of labels and for one of another value.
 */
export function labelTask(
  network: TextNetwork,
  texts: EventSequences,
  labels: ArrayLike<number>,
  options: LabelOptions,
): Task<LabelledBatch> {
  const { weights } = options;
  const size = requireInteger(options.batch ?? 64, "batch", 1);
  const hidden = requireNumber(options.hidden ?? 0, "hidden", 0, 1);
  const count = texts.offsets.length - 1;
  const each = network.labels ?? 1;
  if (labels.length !== count * each)
    throw new InputError(`each of ${count} texts has ${each === 1 ? "a label" : `${each} labels`}`, {
      value: labels.length,
      place: "labels",
    });
  const rows = options.rows ?? Int32Array.from({ length: count }, (_, row) => row);
  for (const row of rows)
    for (let at = row * each; at < (row + 1) * each; at++)
      if (labels[at] !== 0 && labels[at] !== 1)
        throw new InputError("a label is 0 or 1", { value: labels[at], place: `labels, text ${row}` });
  const lengths = textLengths(texts);
  const random = createRandom(options.seed).fork("labels");
  return {
    parameters: network.parameters,
    trainable: options.trainable,
    batchCount: bucket(lengths, rows, size, random.fork("count")).length,
    *batches(epoch) {
      const draw = random.fork(`hidden ${epoch}`);
      for (const part of bucket(lengths, rows, size, random.fork(epoch))) {
        const read = sequenceBatch(texts, part, Infinity, 0);
        const [ids] = read.fields;
        if (hidden > 0)
          for (let at = 0; at < ids.length; at++) if (ids[at] > 0 && draw.uniform() < hidden) ids[at] = UNKNOWN;
        yield {
          ...read,
          labels: perLabel(part, each, (row, label) => labels[row * each + label]),
          weights: perLabel(part, each, (row) => weights?.[row] ?? 1),
        };
      }
    },
    loss(read, noise) {
      const odds = network.score(read, noise);
      const signs = tf.tensor1d(read.labels.map((label) => 1 - 2 * label));
      return tf.mean(tf.mul(tf.softplus(tf.mul(signs, odds)), tf.tensor1d(read.weights)));
    },
    validate: options.validate,
  };
}

/** A number for each label of each of some rows. */
function perLabel(rows: Int32Array, each: number, value: (row: number, label: number) => number): Float32Array {
  return Float32Array.from({ length: rows.length * each }, (_, at) => value(rows[Math.floor(at / each)], at % each));
}

/** Log-odds of 1 of each text's labels, [texts × labels] row by row. Throws AbortedError once `signal` is aborted. */
export async function textScores(
  network: TextNetwork,
  texts: EventSequences,
  options: { batchTokens?: number; signal?: AbortSignal } = {},
): Promise<Float32Array> {
  const each = network.labels ?? 1;
  const scores = new Float32Array((texts.offsets.length - 1) * each);
  for (const rows of batchesByLength(textLengths(texts), options.batchTokens ?? 2048)) {
    throwIfAborted(options.signal, "reading texts");
    const odds = tf.tidy(() => network.score(sequenceBatch(texts, rows, Infinity, 0)));
    const found = await odds.data();
    odds.dispose();
    for (const [at, row] of rows.entries()) scores.set(found.subarray(at * each, (at + 1) * each), row * each);
  }
  return scores;
}

/** Share of scores on the right side of 0. */
export function accuracy(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  let right = 0;
  for (let row = 0; row < labels.length; row++) if (scores[row] > 0 === (labels[row] === 1)) right++;
  return right / labels.length;
}

/** Tokens of each text. */
export function textLengths({ offsets }: EventSequences): Int32Array {
  return Int32Array.from({ length: offsets.length - 1 }, (_, row) => offsets[row + 1] - offsets[row]);
}
