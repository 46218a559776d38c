import { tf } from "../../backend/index";
import { requireInteger } from "../../errors";
import { createRandom } from "../../random";
import { dropout, type Noise } from "../layers/noise";
import { paddingMask } from "../layers/padding";
import { addParameter, type Parameters, parameter, truncatedNormal } from "../parameters";
import type { SequenceBatch } from "../sequences/batches";
import {
  addEventEmbeddings,
  checkEventShape,
  type EventShape,
  embedEvents,
  eventShape,
  lastRows,
  type SequenceModel,
} from "../sequences/model";
import { addEncoder, attentionAt, checkEncoderShape, type EncoderShape, encode, encodeAt } from "./encoder";

/** The shape of a behaviour transformer. */
export interface BehaviourShape extends EncoderShape, EventShape {}

/** A transformer over the events of a user: an embedding for each field, summed, with one for the place. */
export interface Behaviour extends SequenceModel {
  readonly shape: BehaviourShape;
}

/** A sensible shape for some items: SASRec's with attention before norm; change what you like. */
export function behaviourShape(itemCount: number, changes: Partial<BehaviourShape> = {}): BehaviourShape {
  const events = eventShape(itemCount);
  return {
    ...events,
    heads: 2,
    blocks: 2,
    inner: 4 * (changes.width ?? events.width),
    activation: "gelu",
    norm: "before",
    dropout: 0.2,
    causal: true,
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
  return over(shape, parameters);
}

/**
 * The same weights, not copied, in a transformer whose events see those behind them too: for pre-training on hidden
 * events, after which the first looks backwards again (as S3-Rec does, Zhou et al. 2020, section 4.3).
 */
export function lookingBothWays({ shape, parameters }: Behaviour): Behaviour {
  return over({ ...shape, causal: false }, parameters);
}

/**
 * How much each event looks at each other in a block, after the softmax: row by row a distribution over the events that
 * it may look at. Throws InputError for a block that there isn't.
 *
 * @returns [batch × heads × length × length]: from which event, at which event
 */
export function attentionMaps(model: Behaviour, events: SequenceBatch, block: number): tf.Tensor4D {
  const { batch, length } = events;
  requireInteger(block, "block", 0, model.shape.blocks - 1);
  return tf.tidy(() => {
    const x = embed(model, events);
    const call = { batch, length, padding: paddingMask(events) };
    return attentionAt(x, model.parameters, "", model.shape, call, block);
  });
}

function over(shape: BehaviourShape, parameters: Parameters): Behaviour {
  const model: Behaviour = {
    kind: "transformer",
    shape,
    parameters,
    states(events, noise) {
      const { batch, length } = events;
      // Padding comes last: where no event looks forwards, none sees it.
      const padding = shape.causal ? undefined : paddingMask(events);
      return encode(embed(model, events, noise), parameters, "", shape, { batch, length, padding, noise });
    },
    last(events, noise) {
      const { batch, length } = events;
      const call = { batch, length, padding: paddingMask(events), noise };
      return encodeAt(embed(model, events, noise), parameters, "", shape, call, lastRows(events));
    },
  };
  return model;
}

function embed({ shape, parameters }: Behaviour, events: SequenceBatch, noise?: Noise): tf.Tensor2D {
  const { batch, length } = events;
  const { width } = shape;
  const embedded = tf.reshape(embedEvents(parameters, shape, events), [batch, length, width]);
  const places = tf.slice(parameter(parameters, "place.embedding"), [0, 0], [length, width]);
  const x = tf.reshape(tf.add(embedded, places), [batch * length, width]) as tf.Tensor2D;
  return dropout(x, shape.dropout, noise);
}
