import { requireInteger, requireNumber, throwIfAborted } from "../../errors";
import { FlashSale } from "../market/flash-sale";
import { allowed, type Sale } from "../market/sale";
import type { LinearBandit } from "./linear-bandit";

/** Numbers in the context that a pace bandit's model sees: 1, and the period's visitors over the mean period's. */
export const PACE_CONTEXT = 2;

/**
 * Sells without a model of demand, by a bandit with a knapsack (Agrawal and Devanur 2016): a {@link LinearBandit}
 * learns how much each level sells in a period, from sale after sale, and the level shown is the one of the highest
 *
 *   (price − salvage − λ) · index(units / pace),
 *
 * pace being stock / periods, so that the bandit's numbers are alike for small sales and large. λ, what a unit of the
 * stock is worth above salvage, follows the pace too: it rises by η for each unit sold ahead of the visitors' clock and
 * falls by η for each behind it, within a sale and from one to the next.
 *
 * Differs from the paper: contexts aren't drawn at random but follow the clock, whose arrivals are known; one resource;
 * a fixed η, so that λ keeps reacting to the stock, as re-solving would.
 *
 * @param bandit of {@link PACE_CONTEXT} numbers and the sale's levels.
 * @param options.rate η, in money a unit; default list price / stock.
 * @param options.unitPrice λ at the start of the first sale. Default 0.
 * @returns margins: contribution margin of each sale, in order; unitPrices: λ of each, averaged over its periods.
 * Throws AbortedError once `signal` is aborted.
 */
export function runPaceBandit(
  sale: Sale,
  bandit: LinearBandit,
  options: { sales: number; seed: number | string; rate?: number; unitPrice?: number; signal?: AbortSignal },
): { margins: Float64Array; unitPrices: Float64Array } {
  const sales = requireInteger(options.sales, "sales", 1);
  const rate = requireNumber(options.rate ?? sale.listPrice / sale.stock, "rate", 0);
  let unitPrice = requireNumber(options.unitPrice ?? 0, "unitPrice", 0);
  const total = sale.arrivals.reduce((sum, expected) => sum + expected, 0) || 1;
  const pace = sale.stock / sale.periods;
  const market = new FlashSale(sale, options.seed);
  const margins = new Float64Array(sales);
  const unitPrices = new Float64Array(sales);
  const context = new Float64Array(PACE_CONTEXT).fill(1);
  for (let run = 0; run < sales; run++) {
    if (run % 64 === 0) throwIfAborted(options.signal, "the bandit");
    const { observation } = market.reset();
    let last = 0;
    let asked = 0;
    for (let ended = false; !ended; ) {
      const period = observation[0];
      const left = observation[1];
      const share = sale.arrivals[period] / total;
      unitPrices[run] += (unitPrice - unitPrices[run]) / ++asked;
      context[1] = share * sale.periods;
      let level = -1;
      let highest = -Infinity;
      for (let one = sale.levels - 1; one >= 0; one--) {
        if (!allowed(sale, last, one)) continue;
        const gain = (sale.prices[one] - sale.salvage - unitPrice) * bandit.index(context, one);
        if (gain >= highest) {
          level = one;
          highest = gain;
        }
      }
      const step = market.step(level);
      // What sold out says only that at least so many would have bought: news where fewer were expected.
      const sold = step.info.sales / pace;
      if (step.info.sales < left || sold > bandit.estimate(context, level)) bandit.learn(context, level, sold);
      unitPrice = Math.max(0, unitPrice + rate * (step.info.sales - share * sale.stock));
      margins[run] += step.reward;
      last = level;
      ended = step.terminated;
    }
  }
  return { margins, unitPrices };
}
