import { tf } from "../../backend/index";
import { InputError, requireInteger } from "../../errors";
import type { Random } from "../../random";
import type { Noise } from "../layers/noise";
import { addParameter, type Parameters, parameter, truncatedNormal } from "../parameters";
import type { SequenceBatch } from "./batches";

/** One of the things that are known of an event: its item, type, category, price band, or the time since the last. */
export interface Field {
  name: string;
  /** Values 1 … count; 0 is padding. */
  count: number;
}

/** What a network over events looks at. */
export interface EventShape {
  /** Numbers in what the network makes of an event. */
  width: number;
  /** Events looked at, at most. */
  length: number;
  /** What an event is made of; the first is the item. */
  fields: Field[];
}

/** A network over the events of a user, of whatever kind: what tasks, heads and recommenders need to know of it. */
export interface SequenceModel {
  /** A short name for tables: "transformer", "GRU", "CNN". */
  readonly kind: string;
  readonly shape: EventShape;
  readonly parameters: Parameters;
  /**
   * What the network makes of each event, [batch · length × width]. Where it looks backwards only, an event's row depends
   * on it and those before alone; rows of padding mean nothing. `noise` is for training.
   */
  states(events: SequenceBatch, noise?: Noise): tf.Tensor2D;
  /** The last event's row of each sequence, [batch × width]: what is known of the user now; padding's without events. */
  last(events: SequenceBatch, noise?: Noise): tf.Tensor2D;
}

/** What a sensible network looks at: the items of the last 50 events, in 64 numbers each. */
export function eventShape(itemCount: number): EventShape {
  return { width: 64, length: 50, fields: [{ name: "item", count: itemCount }] };
}

/** Throws InputError for a shape that can't be built. */
export function checkEventShape({ width, length, fields }: EventShape): void {
  requireInteger(width, "width", 1);
  requireInteger(length, "length", 1);
  if (fields.length === 0) throw new InputError("an event has at least an item", { place: "fields" });
  for (const { name, count } of fields) requireInteger(count, `count of ${name}`, 1);
}

/**
 * Adds `${field}.embedding` for each field (truncated normal, deviation 0.02). Every field has two values more than it
 * counts: 0, padding, and count + 1, a mask for what a pre-training task hides.
 */
export function addEventEmbeddings(parameters: Parameters, { width, fields }: EventShape, random: Random): void {
  for (const { name, count } of fields)
    addParameter(parameters, `${name}.embedding`, [count + 2, width], truncatedNormal(random.fork(name), 0.02));
}

/**
 * The sum of the embeddings of each event's fields, [batch · length × width].
 * Throws InputError for a batch longer than the model looks, or with other fields.
 */
export function embedEvents(parameters: Parameters, shape: EventShape, events: SequenceBatch): tf.Tensor2D {
  if (events.length > shape.length)
    throw new InputError("a sequence is longer than the model looks", {
      value: events.length,
      place: `length ${shape.length}`,
    });
  if (events.fields.length !== shape.fields.length)
    throw new InputError("events have other fields than the model", {
      value: events.fields.length,
      place: `fields ${shape.fields.map(({ name }) => name).join(", ")}`,
    });
  const parts = shape.fields.map(({ name }, at) =>
    tf.gather(parameter(parameters, `${name}.embedding`), tf.tensor1d(events.fields[at], "int32")),
  );
  return (parts.length === 1 ? parts[0] : tf.addN(parts)) as tf.Tensor2D;
}

/** The items' embeddings, [items + 2 × width]: row i is item i, 0 is padding and the last is the mask. */
export function itemEmbeddings({ shape, parameters }: Pick<SequenceModel, "shape" | "parameters">): tf.Tensor2D {
  return parameter(parameters, `${shape.fields[0].name}.embedding`) as tf.Tensor as tf.Tensor2D;
}

/** The row of each sequence's last event in [batch · length]; its first row where it has none. */
export function lastRows({ batch, length, lengths }: SequenceBatch): Int32Array {
  return Int32Array.from({ length: batch }, (_, row) => row * length + Math.max(lengths[row] - 1, 0));
}

/** {@link SequenceModel.last} for a network that has to compute every row anyway. */
export function pickLast(states: tf.Tensor2D, events: SequenceBatch): tf.Tensor2D {
  return tf.gather(states, tf.tensor1d(lastRows(events), "int32")) as tf.Tensor2D;
}
