import { collectSteps } from "../../../../lib/strategy/logs/collect";
import { exploring, type LoggedSteps, saleActor } from "../../../../lib/strategy/logs/index";
import { FlashSale, type FlashSaleInfo } from "../../../../lib/strategy/market/flash-sale";
import type { Sale } from "../../../../lib/strategy/market/sale";
import type { SalePolicy } from "../../../../lib/strategy/policy";
import { tinySale } from "../../sales";

export { tinySale };

/** Steps of a policy in a sale that explores with chance ε, promotion costs counted. */
export function logOf(sale: Sale, policy: SalePolicy, epsilon: number, steps: number, seed = 1): LoggedSteps {
  const cost = ({ sales }: FlashSaleInfo, level: number) => sales * (sale.listPrice - sale.prices[level]);
  return collectSteps(new FlashSale(sale), exploring(saleActor(sale, policy), epsilon), { steps, seed, cost });
}

/** Of the tiny sale only the first `levels` of the ladder. */
export function shortened(levels: number): Sale {
  return tinySale({ discounts: [0, 0.2, 0.5].slice(0, levels) });
}

/** Allowed: everything. */
export const ANY = Uint8Array.of(1, 1, 1);

/**
 * The optimum of what a log shows, by backward induction over its own frequencies, an oracle that shares no code with the
 * library: Q of [period][stock][level], NaN for pairs that the log lacks, and the best level that it has.
 */
export function enumerate(sale: Sale, log: LoggedSteps, lambda = 0) {
  const q = Array.from({ length: sale.periods }, () =>
    Array.from({ length: sale.stock + 1 }, () => new Array<number>(sale.levels).fill(Number.NaN)),
  );
  const best = q.map((rows) => rows.map(() => 0));
  const worth = (period: number, stock: number) =>
    Math.max(...q[period][stock].filter((value) => !Number.isNaN(value)));
  for (let period = sale.periods - 1; period >= 0; period--) {
    const sums = q[period].map(() => new Array<number>(sale.levels).fill(0));
    const counts = q[period].map(() => new Array<number>(sale.levels).fill(0));
    for (let step = 0; step < log.steps; step++) {
      if (log.observations[2 * step] !== period) continue;
      const stock = log.observations[2 * step + 1];
      const later = log.terminated[step] === 1 ? 0 : worth(period + 1, log.next[2 * step + 1]);
      sums[stock][log.taken[step]] += log.rewards[step] - lambda * log.costs[step] + later;
      counts[stock][log.taken[step]]++;
    }
    for (let stock = 0; stock <= sale.stock; stock++)
      for (let level = 0; level < sale.levels; level++) {
        if (counts[stock][level] > 0) q[period][stock][level] = sums[stock][level] / counts[stock][level];
        if (q[period][stock][level] === worth(period, stock)) best[period][stock] = level;
      }
  }
  return { q, best, value: worth(0, sale.stock) };
}
