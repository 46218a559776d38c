import { InputError, requireNumber } from "../errors";
import type { SparseMatrix } from "../sparse/index";

/** Marks the items that may not be shown to a user: writes a 1 into `excluded`, [items], for each. */
export type ItemFilter = (user: number, excluded: Uint8Array) => void;

/** Leaves out what isn't in stock: fewer than `least` units, 1 unless said. @param stock units, [items] */
export function inStock(stock: ArrayLike<number>, least = 1): ItemFilter {
  return always(stock, "stock", (units) => units >= least);
}

/**
 * Leaves out what earns less than a share of its price: (price − cost) / price < `floor`. An item without a known price
 * and cost (NaN), or a price that isn't above 0, is left out: nothing says that it earns its share.
 *
 * @param prices in the data's currency, [items]
 * @param costs likewise
 * @param floor at most 1; below 0 allows a loss
 */
export function marginFloor(prices: ArrayLike<number>, costs: ArrayLike<number>, floor: number): ItemFilter {
  requireNumber(floor, "floor", -Infinity, 1);
  if (costs.length !== prices.length)
    throw new InputError(`there is a cost for each of ${prices.length} prices`, {
      value: costs.length,
      place: "costs",
    });
  const margins = Float64Array.from(prices, (price, item) => (price > 0 ? (price - costs[item]) / price : Number.NaN));
  return always(margins, "prices", (margin) => margin >= floor);
}

/** Leaves out what a user had already. @param history [users × items]; users beyond its rows had nothing */
export function notHad({ rowCount, columnCount, offsets, indices }: SparseMatrix): ItemFilter {
  return (user, excluded) => {
    requireLength(excluded, columnCount, "history");
    if (user < 0 || user >= rowCount) return;
    for (let at = offsets[user]; at < offsets[user + 1]; at++) excluded[indices[at]] = 1;
  };
}

/** Leaves out the given items: recalled, forbidden for the channel, unfit for the season. */
export function never(items: ArrayLike<number>): ItemFilter {
  return (_user, excluded) => {
    for (let at = 0; at < items.length; at++) excluded[items[at]] = 1;
  };
}

/** All of several filters: an item must pass each. */
export function allFilters(...filters: readonly ItemFilter[]): ItemFilter {
  return (user, excluded) => {
    for (const filter of filters) filter(user, excluded);
  };
}

/** A filter that is the same for every user, worked out once. */
function always(values: ArrayLike<number>, name: string, passes: (value: number) => boolean): ItemFilter {
  const barred = Int32Array.from({ length: values.length }, (_, item) => item).filter((item) => !passes(values[item]));
  return (_user, excluded) => {
    requireLength(excluded, values.length, name);
    for (const item of barred) excluded[item] = 1;
  };
}

function requireLength(excluded: Uint8Array, items: number, place: string): void {
  if (excluded.length !== items)
    throw new InputError(`the filter knows ${items} items`, { value: excluded.length, place });
}
