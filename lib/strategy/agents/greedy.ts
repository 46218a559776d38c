import { allowed, type Sale } from "../market/sale";
import type { SalePolicy } from "../policy";

/**
 * The myopic policy: in each period the level that earns the most now, as if the sale ended with it,
 *
 *   argmax over allowed a of E[min(D, n)] · (price_a − salvage),   D ~ Poisson(rates[t, a]),
 *
 * with n units left; of equal levels the shallowest. It knows demand but not the future: a unit sold now counts for what
 * it brings over its salvage, not for what a later buyer would have paid. So it is the optimum in the last period, and
 * throughout where stock can't run out; with scarce stock it sells too cheap too soon.
 */
export function myopicGreedy(sale: Sale): SalePolicy {
  return (period, stock, last) => {
    let best = last;
    let most = -Infinity;
    for (let level = 0; level < sale.levels; level++) {
      if (!allowed(sale, last, level)) continue;
      const expected = sale.expectedSales[(period * sale.levels + level) * (sale.stock + 1) + stock];
      const gain = expected * (sale.prices[level] - sale.salvage);
      if (gain > most) {
        most = gain;
        best = level;
      }
    }
    return best;
  };
}
