import type { Sale } from "../market/sale";
import { type PolicyTable, type SalePolicy, stateOf, tabulate } from "../policy";

/** What a policy leads to in expectation, exactly. Money in the currency's major unit. */
export interface Forecast {
  /** Expected contribution margin: equals the value that backward induction gives. */
  margin: number;
  /** Expected revenue (gross merchandise value). */
  revenue: number;
  /** Expected units sold. */
  units: number;
  /** Expected units sold over stock, in [0, 1]. */
  sellThrough: number;
  /** Probability that the stock sells out before the end. */
  soldOut: number;
  /** Expected buyers over expected visitors. */
  conversion: number;
  /** Price shown at the start of each period, averaged over the ways to get there with stock left; NaN if none. [periods] */
  price: Float64Array;
  /** Discount shown, likewise, as a fraction off the list price. [periods] */
  discount: Float64Array;
  /** Expected units sold in each period. [periods] */
  sales: Float64Array;
  /** P(units left = n) at the start of each period and, in the last row, at the end: [(periods + 1) × (stock + 1)]. */
  stock: Float64Array;
}

/**
 * Carries the exact distribution of (units left, last level) forward through a sale under a policy.
 * Throws what {@link tabulate} throws.
 */
export function forecast(sale: Sale, policy: SalePolicy | PolicyTable): Forecast {
  const table = typeof policy === "function" ? tabulate(sale, policy) : policy;
  const { periods, stock, levels, memory } = sale;
  const width = (stock + 1) * memory;
  let now = new Float64Array(width);
  now[stock * memory] = 1;
  const result = {
    price: new Float64Array(periods),
    discount: new Float64Array(periods),
    sales: new Float64Array(periods),
    stock: new Float64Array((periods + 1) * (stock + 1)),
  };
  let revenue = 0;
  let soldOut = 0;
  for (let period = 0; period <= periods; period++) {
    let open = 0;
    const then = new Float64Array(width);
    for (let left = 0; left <= stock; left++)
      for (let last = 0; last < memory; last++) {
        const mass = now[left * memory + last];
        if (mass === 0) continue;
        result.stock[period * (stock + 1) + left] += mass;
        if (period === periods) continue;
        const level = table.levels[stateOf(sale, period, left, last)];
        if (left > 0) {
          open += mass;
          result.price[period] += mass * sale.prices[level];
          result.discount[period] += mass * sale.discounts[level];
        }
        const cell = period * levels + level;
        const sold = mass * sale.expectedSales[cell * (stock + 1) + left];
        result.sales[period] += sold;
        revenue += sold * sale.prices[level];
        const next = memory === 1 ? 0 : level;
        const counts = Math.min(left, sale.reach[cell]);
        for (let k = 0; k < counts; k++)
          then[(left - k) * memory + next] += mass * sale.probabilities[cell * stock + k];
        then[next] += mass * sale.survival[cell * (stock + 1) + left];
      }
    if (period < periods) {
      result.price[period] /= open;
      result.discount[period] /= open;
      now = then;
    } else soldOut = result.stock[period * (stock + 1)];
  }
  const units = result.sales.reduce((sum, sales) => sum + sales, 0);
  const visitors = sale.arrivals.reduce((sum, expected) => sum + expected, 0);
  return {
    margin: revenue - stock * sale.unitCost + (stock - units) * sale.salvage,
    revenue,
    units,
    sellThrough: units / stock,
    soldOut,
    conversion: visitors > 0 ? units / visitors : 0,
    ...result,
  };
}
