import { InputError, requireNumber } from "../../errors";
import type { Random } from "../../random";
import type { EventSequences } from "./batches";
import type { SimilarItems } from "./similar-items";

/** One user's events: values of each field in time order, all arrays of one length. */
export type Events = readonly Int32Array[];

/** Makes another history that the same user might have had. What it is given stays as it is. */
export type Augmentation = (events: Events, random: Random) => Int32Array[];

/** A stretch of events, ⌈share · count⌉ long, from anywhere (CL4SRec's crop, Xie et al. 2022, section 3.3). */
export function crop(share: number): Augmentation {
  requireNumber(share, "share", 0, 1);
  return (events, random) => {
    const [first, length] = stretch(events, share, random);
    return events.map((values) => values.slice(first, first + length));
  };
}

/**
 * Hides ⌊share · count⌋ events: each field of theirs takes its mask (CL4SRec's mask). Such an event is no target.
 *
 * @param masks value of each field that hides it: its count + 1
 */
export function mask(share: number, masks: readonly number[]): Augmentation {
  requireNumber(share, "share", 0, 1);
  return (events, random) => {
    requireFields(events, masks.length);
    const hidden = some(events, share, random);
    return events.map((values, field) => {
      const changed = values.slice();
      for (const place of hidden) changed[place] = masks[field];
      return changed;
    });
  };
}

/** Puts a stretch of ⌈share · count⌉ events in an order of chance (CL4SRec's reorder). */
export function reorder(share: number): Augmentation {
  requireNumber(share, "share", 0, 1);
  return (events, random) => {
    const [first, length] = stretch(events, share, random);
    const order = random.shuffle(Int32Array.from({ length }, (_, at) => first + at));
    return events.map((values) => {
      const changed = values.slice();
      for (let at = 0; at < length; at++) changed[first + at] = values[order[at]];
      return changed;
    });
  };
}

/**
 * Puts in the place of ⌊share · count⌋ events' items one of the items most like each (CoSeRec's substitute, Liu et al.
 * 2021); the other fields stay. An item that nothing is like stays.
 *
 * @param similar items most like each item, row i from `offsets[i]` to `offsets[i + 1]`, rows 0 … items; see {@link boughtTogether}
 */
export function substitute(share: number, similar: SimilarItems): Augmentation {
  requireNumber(share, "share", 0, 1);
  return (events, random) => {
    const items = events[0].slice();
    for (const place of some(events, share, random)) {
      const start = similar.offsets[items[place]];
      const count = similar.offsets[items[place] + 1] - start;
      if (count > 0) items[place] = similar.items[start + random.integer(count)];
    }
    return [items, ...events.slice(1).map((values) => values.slice())];
  };
}

/** One of several, each as likely as the others. */
export function oneOf(...ways: readonly Augmentation[]): Augmentation {
  if (ways.length === 0) throw new InputError("there is at least one augmentation to choose from", { place: "oneOf" });
  return (events, random) => ways[random.integer(ways.length)](events, random);
}

/** With some chance an augmentation, else the events as they are. */
export function sometimes(chance: number, way: Augmentation): Augmentation {
  requireNumber(chance, "chance", 0, 1);
  return (events, random) => (random.uniform() < chance ? way(events, random) : events.map((values) => values.slice()));
}

/** Each of some users' events apart: of those before the last `heldOut` the `most` last. */
export function usersEvents(
  { offsets, fields }: EventSequences,
  users: Int32Array,
  most: number,
  heldOut: number,
): Events[] {
  return Array.from(users, (user) => {
    const end = Math.max(offsets[user + 1] - heldOut, offsets[user]);
    const start = Math.max(offsets[user], end - most);
    return fields.map((values) => values.subarray(start, end));
  });
}

/** Users' events side by side again. */
export function joinEvents(users: readonly Events[]): EventSequences {
  const offsets = new Int32Array(users.length + 1);
  for (const [row, events] of users.entries()) offsets[row + 1] = offsets[row] + events[0].length;
  const fields = (users[0] ?? []).map((_, field) => {
    const values = new Int32Array(offsets[users.length]);
    for (const [row, events] of users.entries()) values.set(events[field], offsets[row]);
    return values;
  });
  return { offsets, fields };
}

/** Start and length of a stretch of ⌈share · count⌉ events. */
function stretch(events: Events, share: number, random: Random): [number, number] {
  const whole = events[0].length;
  const length = Math.min(whole, Math.ceil(share * whole));
  return [random.integer(whole - length + 1), length];
}

/** ⌊share · count⌋ places, each at most once. */
function some(events: Events, share: number, random: Random): Int32Array {
  const places = random.shuffle(Int32Array.from(events[0].keys()));
  return places.subarray(0, Math.floor(share * places.length));
}

function requireFields(events: Events, count: number): void {
  if (events.length !== count)
    throw new InputError("there is a mask for each field of an event", {
      value: count,
      place: `${events.length} fields`,
    });
}
