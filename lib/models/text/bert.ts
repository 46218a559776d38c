import { tf } from "../../backend/index";
import { InputError } from "../../errors";
import { dropout, type Noise } from "../layers/noise";
import { paddingMask } from "../layers/padding";
import { type Parameters, parameter } from "../parameters";
import type { SequenceBatch } from "../sequences/batches";
import { encode, normalise } from "../transformer/encoder";
import { type BertShape, longestText, readBertShape } from "./config";
import { openTokenizer, type TextTokenizer } from "./tokenizer";
import { bertParameters, readWeights } from "./weights";

/** An encoder of BERT's family with its tokenizer. */
export interface Bert {
  shape: BertShape;
  parameters: Parameters;
  tokenizer: TextTokenizer;
}

/**
 * Loads a model of BERT's family from a folder as the transformers library saves it: `config.json`, `model.safetensors`
 * (or its parts) and `tokenizer.json`. Nothing is fetched. Throws EnvironmentError for a file that is missing, DataError
 * for another architecture, or weights that don't belong to the configuration.
 */
export async function loadBert(folder: string): Promise<Bert> {
  const shape = await readBertShape(folder);
  const tokenizer = await openTokenizer(folder);
  return { shape, parameters: bertParameters(await readWeights(folder), shape, folder), tokenizer };
}

/**
 * What the model makes of each token, [batch · length × width]: the last layer's hidden states. Rows of padding mean
 * nothing. `noise` is for training.
 *
 * Throws {@link InputError} for texts longer than the model reads.
 */
export function tokenStates({ shape, parameters }: Omit<Bert, "tokenizer">, texts: SequenceBatch, noise?: Noise) {
  const { batch, length } = texts;
  const { width, firstPosition, types } = shape;
  if (length > longestText(shape))
    throw new InputError("a text is longer than the model reads", {
      value: length,
      place: `longest ${longestText(shape)}`,
      remedy: "Cut texts when they are encoded.",
    });
  const words = tf.gather(parameter(parameters, "word.embedding"), tf.tensor1d(texts.fields[0], "int32"));
  let places = tf.slice(parameter(parameters, "place.embedding"), [firstPosition, 0], [length, width]);
  // Every token is of the first segment, so that its embedding is the same everywhere.
  if (types > 0) places = tf.add(places, tf.slice(parameter(parameters, "type.embedding"), [0, 0], [1, width]));
  const sum = tf.add(tf.reshape(words, [batch, length, width]), places);
  const x = normalise(tf.reshape(sum, [batch * length, width]), parameters, "embedding.norm", shape.epsilon);
  const padding = texts.lengths.every((one) => one === length) ? undefined : paddingMask(texts);
  return encode(dropout(x, shape.dropout, noise), parameters, "", shape, { batch, length, padding, noise });
}

/** The mean of each text's tokens' states, padding left out: [batch × width]. */
export function meanState(states: tf.Tensor2D, { batch, length, lengths }: SequenceBatch): tf.Tensor2D {
  const weights = new Float32Array(batch * length);
  for (let row = 0; row < batch; row++) weights.fill(1 / lengths[row], row * length, row * length + lengths[row]);
  const rows = tf.reshape(states, [batch, length, states.shape[1]]);
  return tf.sum(tf.mul(rows, tf.tensor3d(weights, [batch, length, 1])), 1);
}
