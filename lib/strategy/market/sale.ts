import { InputError, requireInteger, requireNumber } from "../../errors";
import { fillPoisson } from "../../statistics/poisson";
import type { PriceResponse } from "./demand";

/** What a flash sale of one product is planned from. Money is in the currency's major unit. */
export interface SaleOptions {
  /** Units to sell; nothing arrives during the sale. */
  stock: number;
  /** Price before any discount. */
  listPrice: number;
  /** The discount ladder: fractions off the list price in [0, 1), rising. The sale starts on the first. */
  discounts: ArrayLike<number>;
  /** Expected visitors of each period, [periods]. */
  arrivals: ArrayLike<number>;
  /** Probability that a visitor buys at a price. */
  response: PriceResponse;
  /** What a unit costs. */
  unitCost: number;
  /** What a unit left over at the end brings. */
  salvage: number;
  /** Whether a discount may only deepen during the sale. Default false. */
  markdownOnly?: boolean;
}

/**
 * A flash sale of one product: finite stock, finite horizon, one discount of a ladder in each period.
 *
 * In period t at level a the number of buyers is Poisson with mean rates[t, a] (thinned Poisson arrivals), each buying
 * one unit, and sales stop at the stock. The reward of a period is sales · (price − unit cost); after the last period
 * each unit left brings salvage − unit cost. Their sum is the sale's contribution margin.
 */
export interface Sale {
  readonly stock: number;
  readonly periods: number;
  readonly levels: number;
  readonly listPrice: number;
  readonly unitCost: number;
  readonly salvage: number;
  readonly markdownOnly: boolean;
  /** How many levels the state must tell apart: all under the markdown-only rule, else 1. */
  readonly memory: number;
  /** Expected visitors, [periods]. */
  readonly arrivals: Float64Array;
  /** Fractions off the list price, [levels]. */
  readonly discounts: Float64Array;
  /** [levels] */
  readonly prices: Float64Array;
  /** Expected buyers, [periods × levels]. */
  readonly rates: Float64Array;
  /** P(D = k) for k = 0 … stock − 1, D the number of buyers: [periods × levels × stock]. */
  readonly probabilities: Float64Array;
  /** P(D >= k) for k = 0 … stock, [periods × levels × (stock + 1)]; the last is all the mass at and beyond the stock. */
  readonly survival: Float64Array;
  /**
   * How many counts have a probability worth a multiplication, [periods × levels]: all counts from there on together
   * have less than 2^-64, which a sum of doubles near 1 can't see.
   */
  readonly reach: Int32Array;
  /** E[min(D, n)], the units sold from n, for n = 0 … stock: [periods × levels × (stock + 1)]. */
  readonly expectedSales: Float64Array;
}

/** Checks the options, tabulates each period's demand at each level, and returns the {@link Sale}. */
export function createSale(options: SaleOptions): Sale {
  const { stock, listPrice, response, unitCost, salvage } = options;
  requireInteger(stock, "stock", 1, 100_000);
  if (!(listPrice > 0)) throw new InputError("a list price is above 0", { value: listPrice, place: "listPrice" });
  requireNumber(unitCost, "unitCost");
  requireNumber(salvage, "salvage");
  const discounts = Float64Array.from(options.discounts);
  discounts.forEach((discount, level) => {
    requireNumber(discount, `discounts[${level}]`, 0, 1 - Number.EPSILON);
    if (level > 0 && discount <= discounts[level - 1])
      throw new InputError("a discount ladder rises", { value: Array.from(discounts), place: `discounts[${level}]` });
  });
  const arrivals = Float64Array.from(options.arrivals);
  arrivals.forEach((expected, period) => {
    requireNumber(expected, `arrivals[${period}]`, 0);
  });
  const levels = requireInteger(discounts.length, "number of discounts", 1, 255);
  const periods = requireInteger(arrivals.length, "number of periods", 1);

  const prices = discounts.map((discount) => listPrice * (1 - discount));
  const rates = new Float64Array(periods * levels);
  const probabilities = new Float64Array(periods * levels * stock);
  const survival = new Float64Array(periods * levels * (stock + 1));
  const expectedSales = new Float64Array(periods * levels * (stock + 1));
  const reach = new Int32Array(periods * levels);
  for (let level = 0; level < levels; level++) {
    const share = requireNumber(response(prices[level]), `response(${prices[level]})`, 0, 1);
    for (let period = 0; period < periods; period++) {
      const cell = period * levels + level;
      rates[cell] = arrivals[period] * share;
      const row = cell * (stock + 1);
      survival[row + stock] = fillPoisson(rates[cell], stock, probabilities, cell * stock);
      // Summed from the far end, so that small tails keep their digits; E[min(D, n)] = Σ P(D >= k), k = 1 … n.
      for (let k = stock - 1; k >= 0; k--) survival[row + k] = survival[row + k + 1] + probabilities[cell * stock + k];
      while (reach[cell] < stock && survival[row + reach[cell]] >= 2 ** -64) reach[cell]++;
      for (let n = 1; n <= stock; n++) expectedSales[row + n] = expectedSales[row + n - 1] + survival[row + n];
    }
  }
  const markdownOnly = options.markdownOnly ?? false;
  const memory = markdownOnly ? levels : 1;
  return {
    ...{ stock, periods, levels, listPrice, unitCost, salvage, markdownOnly, memory },
    ...{ arrivals, discounts, prices, rates, probabilities, survival, reach, expectedSales },
  };
}

/** Whether the rules allow `level` when the level before was `last`. */
export function allowed(sale: Sale, last: number, level: number): boolean {
  return !sale.markdownOnly || level >= last;
}

/**
 * The number of buyers, cut off at the stock, that a uniform number in [0, 1) stands for: the k with
 * P(D >= k + 1) < uniform <= P(D >= k), by bisection in the falling table.
 *
 * @param cell period · levels + level.
 */
export function drawDemand(sale: Sale, cell: number, uniform: number): number {
  const { survival, stock } = sale;
  const row = cell * (stock + 1);
  let low = 0;
  let high = stock + 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (survival[row + middle] >= uniform) low = middle;
    else high = middle;
  }
  return low;
}
