import { tf } from "../../backend/index";
import { InputError, requireInteger } from "../../errors";
import { createRandom } from "../../random";
import { FORBIDDEN } from "../layers/attention";
import { dropout, type Noise } from "../layers/noise";
import { addParameter, type Parameters, parameter, truncatedNormal } from "../parameters";
import { addEncoder, checkEncoderShape, type EncoderShape, encode } from "./encoder";

/** One of the things that are known of an event: its item, type, category, price band, or the time since the last. */
export interface Field {
  name: string;
  /** Values 1 … count; 0 is padding. */
  count: number;
}

/** The shape of a behaviour transformer. */
export interface BehaviourShape extends EncoderShape {
  /** Events looked at, at most. */
  length: number;
  /** What an event is made of; the first is the item. */
  fields: Field[];
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

/** A transformer over the events of a user: an embedding for each field, summed, with one for the place. */
export interface Behaviour {
  shape: BehaviourShape;
  parameters: Parameters;
}

/** A sensible shape for some items: SASRec's with attention before norm; change what you like. */
export function behaviourShape(itemCount: number, changes: Partial<BehaviourShape> = {}): BehaviourShape {
  const width = changes.width ?? 64;
  return {
    width,
    heads: 2,
    blocks: 2,
    inner: 4 * width,
    activation: "gelu",
    norm: "before",
    dropout: 0.2,
    causal: true,
    length: 50,
    fields: [{ name: "item", count: itemCount }],
    ...changes,
  };
}

/**
 * Makes a behaviour transformer with fresh weights (truncated normal, deviation 0.02). Every field has two values more
 * than it counts: 0, padding, and count + 1, a mask for what a pre-training task hides.
 */
export function createBehaviour(shape: BehaviourShape, seed: number | string): Behaviour {
  checkEncoderShape(shape);
  requireInteger(shape.length, "length", 1);
  if (shape.fields.length === 0) throw new InputError("an event has at least an item", { place: "fields" });
  const random = createRandom(seed).fork("behaviour");
  const parameters: Parameters = new Map();
  for (const { name, count } of shape.fields)
    addParameter(parameters, `${name}.embedding`, [count + 2, shape.width], truncatedNormal(random.fork(name), 0.02));
  addParameter(parameters, "place.embedding", [shape.length, shape.width], truncatedNormal(random.fork("place"), 0.02));
  addEncoder(parameters, "", shape, random.fork("encoder"));
  return { shape, parameters };
}

/** The items' embeddings, [items + 2 × width]: row i is item i, 0 is padding and the last is the mask. */
export function itemEmbeddings({ shape, parameters }: Behaviour): tf.Tensor2D {
  return parameter(parameters, `${shape.fields[0].name}.embedding`) as tf.Tensor as tf.Tensor2D;
}

/**
 * What the transformer makes of each event, [batch · length × width]. Where it is causal, an event's row depends on it
 * and those before alone, so padding behind needs no mask; where it isn't, padding is masked. `noise` is for training.
 */
export function contextualise(model: Behaviour, events: SequenceBatch, noise?: Noise): tf.Tensor2D {
  const { shape, parameters } = model;
  const { batch, length, fields } = events;
  if (length > shape.length)
    throw new InputError("a sequence is longer than the model looks", {
      value: length,
      place: `length ${shape.length}`,
    });
  const parts: tf.Tensor[] = shape.fields.map(({ name }, at) =>
    tf.gather(parameter(parameters, `${name}.embedding`), tf.tensor1d(fields[at], "int32")),
  );
  const embedded = tf.reshape(parts.length === 1 ? parts[0] : tf.addN(parts), [batch, length, shape.width]);
  const places = tf.slice(parameter(parameters, "place.embedding"), [0, 0], [length, shape.width]);
  const x = tf.reshape(tf.add(embedded, places), [batch * length, shape.width]) as tf.Tensor2D;
  const padding = shape.causal ? undefined : paddingMask(events);
  return encode(dropout(x, shape.dropout, noise), parameters, "", shape, { batch, length, padding, noise });
}

/** 0 at events, {@link FORBIDDEN} at padding, [batch × length]. */
function paddingMask({ batch, length, lengths }: SequenceBatch): tf.Tensor2D {
  const mask = new Float32Array(batch * length);
  for (let row = 0; row < batch; row++) mask.fill(FORBIDDEN, row * length + lengths[row], (row + 1) * length);
  return tf.tensor2d(mask, [batch, length]);
}

/** The last event's row of each sequence, [batch × width]: what is known of the user now; padding's without events. */
export function lastStates(model: Behaviour, events: SequenceBatch, noise?: Noise): tf.Tensor2D {
  const { batch, length, lengths } = events;
  const rows = Int32Array.from({ length: batch }, (_, row) => row * length + Math.max(lengths[row] - 1, 0));
  return tf.gather(contextualise(model, events, noise), tf.tensor1d(rows, "int32")) as tf.Tensor2D;
}
