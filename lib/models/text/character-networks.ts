import { tf } from "../../backend/index";
import { requireInteger } from "../../errors";
import { createRandom, type Random } from "../../random";
import { addConv1d, conv1d } from "../layers/conv1d";
import { addDense, dense } from "../layers/dense";
import { dropout, type Noise } from "../layers/noise";
import { paddingMask } from "../layers/padding";
import { addParameter, glorot, type Parameters, parameter, truncatedNormal } from "../parameters";
import type { SequenceBatch } from "../sequences/batches";
import { addEncoder, type EncoderShape, encode } from "../transformer/encoder";
import { pairBuckets } from "./characters";
import type { TextNetwork } from "./network";

/** What the networks of characters have in common. */
export interface CharacterShape {
  /** Characters it knows, padding and unknown included. */
  characters: number;
  /** Buckets that pairs of neighbours are hashed into; 0: pairs have no embedding. */
  pairs: number;
  width: number;
  /** Values of further fields that say something of each place, such as `readEvidence` gives. Default none. */
  fields?: readonly number[];
  /** Chance of dropout of embeddings, and of what goes into the last layer. */
  dropout: { embedding: number; output: number };
}

/** The shape of {@link createCharacterCnn}. */
export interface CharacterCnnShape extends CharacterShape {
  /** Characters in each convolution's window. */
  kernels: readonly number[];
  /** Outputs of each convolution. */
  filters: number;
}

/**
 * A convolutional network for sentences (Kim 2014) over characters: windows of several widths, the greatest value of each
 * filter over the text, one layer. Differs from the paper: each place also has the embedding of the pair that begins there,
 * so that a window of k sees k + 1 characters' pairs; embeddings are learned from nothing.
 */
export function createCharacterCnn(shape: CharacterCnnShape, seed: number | string): TextNetwork {
  const random = createRandom(seed).fork("character cnn");
  const parameters: Parameters = new Map();
  addEmbeddings(parameters, shape, random);
  const { width, kernels, filters } = shape;
  for (const kernel of kernels)
    addConv1d(parameters, `window.${kernel}`, { inputs: width, outputs: filters, kernel }, glorot(random.fork(kernel)));
  addDense(parameters, "output", [filters * kernels.length, 1], glorot(random.fork("output")));
  return {
    parameters,
    score(texts, noise) {
      const { batch, length } = texts;
      const x = embed(parameters, shape, texts, noise);
      const padding = tf.reshape(paddingMask(texts), [batch, length, 1]);
      const greatest = kernels.map((kernel) => {
        const found = conv1d(x, parameters, `window.${kernel}`, { batch, length, kernel });
        // The greatest comes before the bend, which it commutes with, so that the bend touches one place a text.
        return tf.relu(tf.max(tf.add(tf.reshape(found, [batch, length, filters]), padding), 1));
      });
      return verdict(tf.concat(greatest, 1) as tf.Tensor2D, parameters, shape, noise);
    },
  };
}

/** The shape of {@link createCharacterTransformer}. */
export interface CharacterTransformerShape extends CharacterShape {
  encoder: EncoderShape;
  /** Characters that it reads. */
  longest: number;
}

/** A transformer over characters and pairs; the mean and the greatest of its states go through one layer. */
export function createCharacterTransformer(shape: CharacterTransformerShape, seed: number | string): TextNetwork {
  const random = createRandom(seed).fork("character transformer");
  const parameters: Parameters = new Map();
  const { width, longest, encoder } = shape;
  addEmbeddings(parameters, shape, random);
  addParameter(parameters, "place.embedding", [longest, width], truncatedNormal(random.fork("place"), 0.02));
  addEncoder(parameters, "", encoder, random.fork("encoder"));
  addDense(parameters, "output", [2 * width, 1], glorot(random.fork("output")));
  return {
    parameters,
    score(texts, noise) {
      const { batch, length, lengths } = texts;
      requireInteger(length, "length of the longest text", 1, longest);
      const places = tf.slice(parameter(parameters, "place.embedding"), [0, 0], [length, width]);
      const embedded = tf.reshape(embed(parameters, shape, texts, noise), [batch, length, width]);
      const x = tf.reshape(tf.add(embedded, places), [batch * length, width]) as tf.Tensor2D;
      const padding = paddingMask(texts);
      const states = tf.reshape(encode(x, parameters, "", encoder, { batch, length, padding, noise }), [
        ...[batch, length, width],
      ]);
      const outside = tf.reshape(padding, [batch, length, 1]);
      const inside = tf.cast(tf.equal(outside, 0), "float32");
      const mean = tf.div(tf.sum(tf.mul(states, inside), 1), tf.tensor2d(Float32Array.from(lengths), [batch, 1]));
      const greatest = tf.max(tf.add(states, outside), 1);
      return verdict(tf.concat([mean, greatest], 1) as tf.Tensor2D, parameters, shape, noise);
    },
  };
}

function addEmbeddings(
  parameters: Parameters,
  { characters, pairs, width, fields = [] }: CharacterShape,
  random: Random,
): void {
  for (const [at, count] of fields.entries())
    addParameter(parameters, `field.${at}.embedding`, [count, width], truncatedNormal(random.fork(`field ${at}`), 0.1));
  addParameter(parameters, "character.embedding", [characters, width], truncatedNormal(random.fork("characters"), 0.1));
  if (pairs > 0)
    addParameter(parameters, "pair.embedding", [pairs, width], truncatedNormal(random.fork("pairs"), 0.02));
}

/** Each place's character and the pair that begins there, [batch · length × width]; padding is zero. */
function embed(
  parameters: Parameters,
  { pairs, width, fields = [], dropout: rates }: CharacterShape,
  { batch, length, lengths, fields: [ids, ...others] }: SequenceBatch,
  noise?: Noise,
): tf.Tensor2D {
  const look = (table: string, values: Int32Array) =>
    tf.gather(parameter(parameters, `${table}.embedding`), tf.tensor1d(values, "int32"));
  const parts = [look("character", ids), ...fields.map((_, at) => look(`field.${at}`, others[at]))];
  if (pairs > 0) parts.push(look("pair", pairBuckets(ids, length, pairs)));
  const both = parts.length === 1 ? parts[0] : tf.addN(parts);
  const dropped = dropout(both, rates.embedding, noise);
  if (lengths.every((one) => one === length)) return tf.reshape(dropped, [batch * length, width]);
  const inside = Float32Array.from(ids, (id) => (id > 0 ? 1 : 0));
  return tf.mul(dropped, tf.tensor2d(inside, [batch * length, 1]));
}

/** Log-odds of what a text came to, [batch]. */
function verdict(x: tf.Tensor2D, parameters: Parameters, shape: CharacterShape, noise?: Noise): tf.Tensor1D {
  return tf.reshape(dense(dropout(x, shape.dropout.output, noise), parameters, "output"), [-1]);
}
