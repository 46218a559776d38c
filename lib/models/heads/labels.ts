import { InputError, requireNumber } from "../../errors";
import { EVENT_TYPES } from "../../events";
import type { EventSequences } from "../../preprocessing/sequences";
import type { Examples } from "./examples";

const DAY = 86400;
const PURCHASE = EVENT_TYPES.indexOf("purchase") + 1;

/** What came: sequences with the columns that a label is made of. Without `eventTypes` every event is a purchase. */
export type Future = Pick<EventSequences, "times" | "items" | "eventTypes" | "categories" | "amounts">;

/**
 * 1 for a purchase within so many days from the moment on, else 0, [examples].
 *
 * @param until seconds since 1970 UTC at which the data end
 * Throws {@link InputError} where a horizon reaches beyond the data: nobody knows what was bought there.
 */
export function purchaseWithin(future: Future, examples: Examples, days: number, until: number): Float32Array {
  requireSeen(examples, days, until);
  return Float32Array.from(examples.users, (_, row) => {
    const at = nextPurchase(future, examples, row);
    return at >= 0 && future.times[at] < examples.moments[row] + days * DAY ? 1 : 0;
  });
}

/** Currency spent on purchases within so many days from the moment on, [examples]. Throws as {@link purchaseWithin}. */
export function spendWithin(future: Future, examples: Examples, days: number, until: number): Float32Array {
  requireSeen(examples, days, until);
  const { amounts } = future;
  if (!amounts)
    throw new InputError("spend is the sum of amounts", { place: "future", remedy: 'Read with: ["amounts"].' });
  return Float32Array.from(examples.users, (_, row) => {
    const end = examples.moments[row] + days * DAY;
    let sum = 0;
    for (let at = examples.ends[row]; at < examples.stops[row] && future.times[at] < end; at++)
      if (isPurchase(future, at) && amounts[at] > 0) sum += amounts[at];
    return sum;
  });
}

/** When each user next bought, in intervals, as far as was seen. */
export interface PurchaseTimes {
  /** Limits of the intervals in days, ascending from 0, [intervals + 1]. */
  edges: Float64Array;
  /** The interval of the purchase; where none was seen, how many intervals went by without one, [examples]. */
  interval: Int32Array;
  /** 1: a purchase; 0: censored, none was seen, [examples]. */
  observed: Uint8Array;
}

/**
 * Time from each moment to the next purchase, in intervals. Where the data end before one, or it lies beyond the last
 * limit, it is censored after the whole intervals that were seen: the part of one in which the data end says nothing.
 *
 * @param edges limits of the intervals in days, ascending from 0: `[0, 1, 2, 7]` are two days and the rest of the week
 * @param until seconds since 1970 UTC at which the data end
 */
export function timeToPurchase(
  future: Future,
  examples: Examples,
  edges: ArrayLike<number>,
  until: number,
): PurchaseTimes {
  const limits = Float64Array.from(edges);
  if (limits.length < 2 || limits[0] !== 0 || limits.some((edge, at) => at > 0 && !(edge > limits[at - 1])))
    throw new InputError("limits of intervals ascend from 0", { value: [...limits], place: "edges" });
  const whole = (days: number) => {
    let count = 0;
    while (count + 1 < limits.length && limits[count + 1] <= days) count++;
    return count;
  };
  const interval = new Int32Array(examples.users.length);
  const observed = new Uint8Array(examples.users.length);
  for (let row = 0; row < interval.length; row++) {
    const at = nextPurchase(future, examples, row);
    const seen = whole((until - examples.moments[row]) / DAY);
    const bought = at < 0 ? Infinity : whole((future.times[at] - examples.moments[row]) / DAY);
    observed[row] = bought < seen ? 1 : 0;
    interval[row] = Math.min(bought, seen);
  }
  return { edges: limits, interval, observed };
}

/**
 * The category of each user's next purchase, 0 where none was seen or it isn't known, [examples].
 *
 * @param until seconds since 1970 UTC at which what may be learned ends, e.g. the first moment that a model is tested at
 */
export function nextCategory(future: Future, examples: Examples, until: number): Int32Array {
  const { categories } = future;
  if (!categories)
    throw new InputError("events have no categories", { place: "future", remedy: 'Read with: ["categories"].' });
  return ofNextPurchase(future, examples, categories, until);
}

/** The item of each user's next purchase, 0 where none was seen, [examples]; see {@link nextCategory}. */
export function nextItem(future: Future, examples: Examples, until: number): Int32Array {
  return ofNextPurchase(future, examples, future.items, until);
}

function ofNextPurchase(future: Future, examples: Examples, values: Int32Array, until: number): Int32Array {
  return Int32Array.from(examples.users, (_, row) => {
    const at = nextPurchase(future, examples, row);
    return at < 0 || future.times[at] >= until ? 0 : values[at];
  });
}

/** The place of the first purchase from the moment on; −1 without one. */
function nextPurchase(future: Future, { ends, stops }: Examples, row: number): number {
  for (let at = ends[row]; at < stops[row]; at++) if (isPurchase(future, at)) return at;
  return -1;
}

function isPurchase({ eventTypes }: Future, at: number): boolean {
  return eventTypes === undefined || eventTypes[at] === PURCHASE;
}

function requireSeen({ moments }: Examples, days: number, until: number): void {
  requireNumber(days, "days", 1e-9);
  const last = moments.reduce((latest, moment) => Math.max(latest, moment), -Infinity);
  if (last + days * DAY > until)
    throw new InputError("the data end before the horizon does", {
      value: new Date(1000 * until).toISOString(),
      place: `moment ${new Date(1000 * last).toISOString()} + ${days} days`,
      remedy: "Ask at earlier moments, or shorten the horizon.",
    });
}
