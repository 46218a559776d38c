import { tf } from "../../backend/index";
import { InputError } from "../../errors";
import { EVENT_TYPES } from "../../events";
import type { EventSequences as ReadSequences } from "../../preprocessing/sequences";
import { encodeIntervals } from "../layers/time-encoding";
import { parameter } from "../parameters";
import type { EventSequences } from "./batches";
import type { Field, SequenceModel } from "./model";

/** What sequence models look at, and what of each event they see. */
export interface EventFields {
  /** For the model's shape. */
  fields: Field[];
  /** For its batches: field f of event e is `events.fields[f][e]`. */
  events: EventSequences;
  /** Seconds since 1970 UTC, [events]. */
  times: Float64Array;
}

const [MINUTE, DAY] = [60, 86400];
/** Gaps are told apart by factors of √2 from a minute on, up to a year. */
const STEPS_A_DOUBLING = 2;
const LONGEST = 365 * DAY;

/** Values of the field "gap": 1 for a user's first event, 2 for less than a minute, then one for each factor of √2. */
export const GAP_COUNT = 3 + Math.floor(STEPS_A_DOUBLING * Math.log2(LONGEST / MINUTE));

/** The value of the field "gap" for so many seconds since the event before. */
export function gapValue(seconds: number): number {
  if (!(seconds >= 0)) throw new InputError("a gap is at least 0 seconds", { value: seconds, place: "gap" });
  if (seconds < MINUTE) return 2;
  // The least bit more, so that a limit computed as MINUTE · 2^(k / 2) lies in the bucket that it begins.
  const step = Math.floor(STEPS_A_DOUBLING * Math.log2(Math.min(seconds, LONGEST) / MINUTE) + 1e-9);
  return Math.min(3 + step, GAP_COUNT);
}

/**
 * The fields of sequences as read by `readSequences` with whichever columns it was asked for: "item", "type" of event,
 * "category", "price" band, and "gap", the time since the user's event before in logarithmic steps. What isn't known of
 * an event (a type that isn't in the schema, no category, no price) is a value of its own, the highest, so that 0 stays
 * padding. No number is copied that needn't change.
 */
export function eventFields(sequences: ReadSequences): EventFields {
  const { offsets, items, times, itemIds, eventTypes, categories, categoryIds, priceBands, priceEdges, gaps } =
    sequences;
  const fields: Field[] = [{ name: "item", count: itemIds.length }];
  const values = [items];
  const add = (name: string, known: number, read: ArrayLike<number> | undefined) => {
    if (!read) return;
    fields.push({ name, count: known + 1 });
    values.push(filled(read.length, (at) => (read[at] === 0 ? known + 1 : read[at])));
  };
  add("type", EVENT_TYPES.length, eventTypes);
  add("category", categoryIds?.length ?? 0, categories);
  add("price", (priceEdges?.length ?? 0) + 1, priceBands);
  if (gaps) {
    const first = new Uint8Array(gaps.length + 1);
    for (const start of offsets) first[start] = 1;
    fields.push({ name: "gap", count: GAP_COUNT });
    values.push(filled(gaps.length, (at) => (first[at] === 1 ? 1 : gapValue(gaps[at]))));
  }
  return { fields, events: { offsets, fields: values }, times };
}

/**
 * What had happened before a moment, to pre-train on what was known then: the users' events before it, of the users who
 * had any. Row r is user `users[r]` of those given.
 */
export function eventsBefore(
  { fields, events, times }: EventFields,
  moment: number,
): EventFields & { users: Int32Array } {
  const { offsets } = events;
  const kept = Int32Array.from(times.keys()).filter((at) => times[at] < moment);
  const users: number[] = [];
  const starts = [0];
  let at = 0;
  for (let user = 0; user + 1 < offsets.length; user++) {
    while (at < kept.length && kept[at] < offsets[user + 1]) at++;
    if (at > starts[starts.length - 1]) {
      users.push(user);
      starts.push(at);
    }
  }
  return {
    fields,
    events: {
      offsets: Int32Array.from(starts),
      fields: events.fields.map((values) => kept.map((from) => values[from])),
    },
    times: Float64Array.from(kept, (from) => times[from]),
    users: Int32Array.from(users),
  };
}

/**
 * Starts the embeddings of a model's field "gap" as waves of real time ({@link encodeIntervals}) of length √width · 0.02,
 * as long as other embeddings start: gaps of like length are then alike from the first step on, and rare ones take part
 * in what is learned of their neighbours. Throws InputError for a model without the field.
 */
export function startGapsAsWaves({ shape, parameters }: SequenceModel): void {
  const { width } = shape;
  const gaps = Float64Array.from({ length: GAP_COUNT - 1 }, (_, at) =>
    at === 0 ? 0 : MINUTE * 2 ** ((at - 0.5) / STEPS_A_DOUBLING),
  );
  const waves = encodeIntervals(gaps, { width, unit: MINUTE, span: LONGEST / MINUTE });
  const embedding = parameter(parameters, "gap.embedding");
  tf.tidy(() => {
    const rows = tf.mul(tf.tensor2d(waves, [GAP_COUNT - 1, width]), 0.02 * Math.sqrt(width));
    const [before, , after] = tf.split(embedding, [2, GAP_COUNT - 1, 1]);
    embedding.assign(tf.concat([before, rows, after]));
  });
}

function filled(length: number, value: (at: number) => number): Int32Array {
  const array = new Int32Array(length);
  for (let at = 0; at < length; at++) array[at] = value(at);
  return array;
}
