import { InputError, requireInteger, requireNumber } from "../../errors";
import type { Recommender } from "../recommender";
import type { InteractionLog } from "./log";

/** Hours or days that are told apart: none, the hour of the day, the day of the week, or both. */
export type TimeSlots = "none" | "hour" | "weekday" | "hour-of-week";

/** How many slots there are of each kind. */
const SLOTS: Readonly<Record<TimeSlots, number>> = { none: 1, hour: 24, weekday: 7, "hour-of-week": 168 };

/** Settings of {@link timePopularity}. */
export interface TimePopularityOptions {
  /** Days after which an event counts half; `Infinity`, the default, counts all alike. */
  halfLife?: number;
  /** Default "none". */
  slots?: TimeSlots;
  /** Hours that the shop's clock is ahead of UTC: hours and days are those of the shop. Default 0. */
  utcOffset?: number;
  /**
   * Weight of what sells at all times against what sold in a slot, in events (of full weight). Default 1,000: a slot with
   * as many events speaks half for itself.
   */
  smoothing?: number;
  /** The moment that age counts from, in seconds since 1970 UTC; later events are left out. Default: the last event's. */
  asOf?: number;
}

/** What sells when: plain numbers, to be saved as they are. */
export interface TimePopularity {
  itemCount: number;
  slots: TimeSlots;
  utcOffset: number;
  smoothing: number;
  /** Decayed events of each item at all times, [items]. */
  totals: Float64Array;
  /** Decayed events in each slot, [slots × items]. */
  counts: Float64Array;
}

/**
 * Popularity that fades and knows what time it is. An event at time t weighs 2^(−(asOf − t) / halfLife); with nᵢ an item's
 * weights, nᵢₛ those in slot s, and N, Nₛ their sums,
 *
 *   score(i, s) = (nᵢₛ + m nᵢ / N) / (Nₛ + m):
 *
 * the chance that an event in slot s is of item i, drawn towards the item's share at all times with the strength of m events
 * (a Dirichlet prior's mean). Fading goes on alike for all items after `asOf`, so ranks don't change with it.
 */
export function timePopularity(
  { items, times }: InteractionLog,
  itemCount: number,
  options: TimePopularityOptions = {},
): TimePopularity {
  const { slots = "none", halfLife = Infinity } = options;
  if (!(slots in SLOTS))
    throw new InputError(`slots are ${Object.keys(SLOTS).join(", ")}`, { value: slots, place: "slots" });
  if (!(halfLife > 0)) throw new InputError("a half-life is above 0 days", { value: halfLife, place: "halfLife" });
  const utcOffset = requireNumber(options.utcOffset ?? 0, "utcOffset", -24, 24);
  const smoothing = requireNumber(options.smoothing ?? 1000, "smoothing", 0);
  const asOf = options.asOf ?? times.reduce((last, time) => Math.max(last, time), -Infinity);
  const totals = new Float64Array(itemCount);
  const counts = new Float64Array(SLOTS[slots] * itemCount);
  for (let event = 0; event < items.length; event++) {
    if (times[event] > asOf) continue;
    const item = requireInteger(items[event], `items[${event}]`, 0, itemCount - 1);
    const weight = 2 ** ((times[event] - asOf) / (86400 * halfLife));
    totals[item] += weight;
    counts[slotOf(times[event], slots, utcOffset) * itemCount + item] += weight;
  }
  return { itemCount, slots, utcOffset, smoothing, totals, counts };
}

/** Each item's score at a moment (seconds since 1970 UTC), [items]; they sum to 1. All 0 where nothing was sold. */
export function scoresAt(model: TimePopularity, at: number): Float64Array {
  const { itemCount, slots, utcOffset, smoothing, totals, counts } = model;
  const start = slotOf(requireNumber(at, "at"), slots, utcOffset) * itemCount;
  const own = counts.subarray(start, start + itemCount);
  const all = totals.reduce((sum, value) => sum + value, 0);
  const here = own.reduce((sum, value) => sum + value, 0);
  if (all === 0) return new Float64Array(itemCount);
  const prior = here === 0 && smoothing === 0 ? 1 : smoothing;
  return totals.map((total, item) => (own[item] + (prior * total) / all) / (here + prior));
}

/** Ranks by {@link scoresAt} of one moment: the same list for everyone. */
export function timeRecommender(model: TimePopularity, at: number, name = "popularity then"): Recommender {
  const scores = scoresAt(model, at);
  return { name, itemCount: model.itemCount, score: (_user, into) => into.set(scores) };
}

/** A moment's slot; weekdays count from Monday. */
export function slotOf(time: number, slots: TimeSlots, utcOffset = 0): number {
  const hours = Math.floor(time / 3600 + utcOffset);
  const hour = ((hours % 24) + 24) % 24;
  // 1970 began on a Thursday.
  const weekday = (((Math.floor(hours / 24) + 3) % 7) + 7) % 7;
  return { none: 0, hour, weekday, "hour-of-week": 24 * weekday + hour }[slots];
}
