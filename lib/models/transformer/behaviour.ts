import { tf } from "../../backend/index";
import { createRandom } from "../../random";
import { FORBIDDEN } from "../layers/attention";
import { dropout, type Noise } from "../layers/noise";
import { addParameter, type Parameters, parameter, truncatedNormal } from "../parameters";
import type { SequenceBatch } from "../sequences/batches";
import {
  addEventEmbeddings,
  checkEventShape,
  type EventShape,
  embedEvents,
  lastRows,
  type SequenceModel,
} from "../sequences/model";
import { addEncoder, checkEncoderShape, type EncoderShape, encode, encodeAt } from "./encoder";

/** The shape of a behaviour transformer. */
export interface BehaviourShape extends EncoderShape, EventShape {}

/** A transformer over the events of a user: an embedding for each field, summed, with one for the place. */
export interface Behaviour extends SequenceModel {
  readonly shape: BehaviourShape;
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

/** Makes a behaviour transformer with fresh weights (truncated normal, deviation 0.02). */
export function createBehaviour(shape: BehaviourShape, seed: number | string): Behaviour {
  checkEncoderShape(shape);
  checkEventShape(shape);
  const random = createRandom(seed).fork("behaviour");
  const parameters: Parameters = new Map();
  addEventEmbeddings(parameters, shape, random);
  addParameter(parameters, "place.embedding", [shape.length, shape.width], truncatedNormal(random.fork("place"), 0.02));
  addEncoder(parameters, "", shape, random.fork("encoder"));
  return {
    kind: "transformer",
    shape,
    parameters,
    states(events, noise) {
      const { batch, length } = events;
      // Padding comes last: where no event looks forwards, none sees it.
      const padding = shape.causal ? undefined : paddingMask(events);
      return encode(embed(events, noise), parameters, "", shape, { batch, length, padding, noise });
    },
    last(events, noise) {
      const { batch, length } = events;
      const call = { batch, length, padding: paddingMask(events), noise };
      return encodeAt(embed(events, noise), parameters, "", shape, call, lastRows(events));
    },
  };

  function embed(events: SequenceBatch, noise?: Noise): tf.Tensor2D {
    const { batch, length } = events;
    const { width } = shape;
    const embedded = tf.reshape(embedEvents(parameters, shape, events), [batch, length, width]);
    const places = tf.slice(parameter(parameters, "place.embedding"), [0, 0], [length, width]);
    const x = tf.reshape(tf.add(embedded, places), [batch * length, width]) as tf.Tensor2D;
    return dropout(x, shape.dropout, noise);
  }
}

/** 0 at events, {@link FORBIDDEN} at padding, [batch × length]. */
function paddingMask({ batch, length, lengths }: SequenceBatch): tf.Tensor2D {
  const mask = new Float32Array(batch * length);
  for (let row = 0; row < batch; row++) mask.fill(FORBIDDEN, row * length + lengths[row], (row + 1) * length);
  return tf.tensor2d(mask, [batch, length]);
}
