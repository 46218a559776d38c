import { InputError, requireNumber } from "../../errors";
import { type SequenceBatch, windowBatch } from "../sequences/batches";

/**
 * Questions of the kind "what will this user do from that moment on?": example e is a user at a moment, who had done the
 * events `starts[e]` to before `ends[e]`, and then did those to before `stops[e]`.
 */
export interface Examples {
  /** Rows of users in the sequences, [examples]. */
  users: Int32Array;
  /** Seconds since 1970 UTC, [examples]. Events at the moment are in its future. */
  moments: Float64Array;
  starts: Int32Array;
  ends: Int32Array;
  stops: Int32Array;
}

const DAY = 86400;

/**
 * Every user at each of some moments, by moment and then by user: those with an event before it, and within
 * `activeWithin` days before it where that is given. Throws InputError where that is nobody.
 *
 * @param sequences each user's events in time order
 */
export function examplesAt(
  { offsets, times }: { offsets: Int32Array; times: Float64Array },
  moments: readonly number[],
  { activeWithin = Infinity }: { activeWithin?: number } = {},
): Examples {
  const users: number[] = [];
  const ends: number[] = [];
  const when: number[] = [];
  for (const moment of moments) {
    requireNumber(moment, "moments");
    for (let user = 0; user + 1 < offsets.length; user++) {
      const end = firstFrom(times, offsets[user], offsets[user + 1], moment);
      if (end === offsets[user] || times[end - 1] < moment - activeWithin * DAY) continue;
      users.push(user);
      ends.push(end);
      when.push(moment);
    }
  }
  if (users.length === 0)
    throw new InputError("no user has an event before a moment", {
      value: moments.map((moment) => new Date(1000 * moment).toISOString()),
      place: "moments",
      remedy: "Choose later moments, or widen activeWithin.",
    });
  return {
    users: Int32Array.from(users),
    moments: Float64Array.from(when),
    starts: Int32Array.from(users, (user) => offsets[user]),
    ends: Int32Array.from(ends),
    stops: Int32Array.from(users, (user) => offsets[user + 1]),
  };
}

/** Some of the examples. */
export function pickExamples(examples: Examples, rows: ArrayLike<number>): Examples {
  const pick = (values: Int32Array) => Int32Array.from(rows, (row) => values[row]);
  return {
    users: pick(examples.users),
    moments: Float64Array.from(rows, (row) => examples.moments[row]),
    starts: pick(examples.starts),
    ends: pick(examples.ends),
    stops: pick(examples.stops),
  };
}

/** Seconds from each example's last event to its moment, [examples]. */
export function elapsed({ times }: { times: Float64Array }, { moments, ends }: Examples): Float64Array {
  return moments.map((moment, row) => moment - times[ends[row] - 1]);
}

/** What was known at the moments of some examples, each one's last `most` events. */
export function exampleBatch(
  fields: readonly Int32Array[],
  { starts, ends }: Examples,
  rows: ArrayLike<number>,
  most: number,
): SequenceBatch {
  const pick = (values: Int32Array) => Int32Array.from(rows, (row) => values[row]);
  return windowBatch(fields, pick(starts), pick(ends), most);
}

/** The first place in [from, to) whose time isn't before the moment; `to` where all are. */
function firstFrom(times: Float64Array, from: number, to: number, moment: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < moment) low = middle + 1;
    else high = middle;
  }
  return low;
}
