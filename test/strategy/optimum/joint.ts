import type { Campaign, CampaignPolicy } from "../../../lib/strategy/market/campaign";
import type { Sale } from "../../../lib/strategy/market/sale";

/** P(D = k) of a period at a level, for k < count, and P(D >= count) last. */
function chances(sale: Sale, period: number, level: number, count: number): number[] {
  const mean = sale.rates[period * sale.levels + level];
  const all: number[] = [];
  let term = Math.exp(-mean);
  let rest = 1;
  for (let k = 0; k < count; k++) {
    all.push(term);
    rest -= term;
    term *= mean / (k + 1);
  }
  return [...all, rest];
}

/** Every way to show at most `slots` products, each at a level; −1 for one not shown. */
function everyChoice({ products, slots }: Campaign): number[][] {
  let choices: number[][] = [[]];
  for (const sale of products)
    choices = choices.flatMap((choice) =>
      Array.from({ length: sale.levels + 1 }, (_, level) => [...choice, level - 1]),
    );
  return choices.filter((choice) => choice.filter((level) => level >= 0).length <= slots);
}

/**
 * A tiny campaign's exact value by recursion over all stocks, with the hard budget that the simulation has: the best
 * of every choice in every state, or that of a policy.
 */
export function jointValue(campaign: Campaign, policy?: CampaignPolicy): number {
  const { products, periods } = campaign;
  const choices = everyChoice(campaign);
  const known = new Map<string, number>();

  /** One product after the other sells in a period; then the next period begins. */
  function after(period: number, levels: ArrayLike<number>, stock: number[], budget: number, product: number): number {
    if (product === products.length) return value(period + 1, stock, budget);
    const sale = products[product];
    const level = levels[product];
    if (level < 0) return after(period, levels, stock, budget, product + 1);
    const given = sale.listPrice - sale.prices[level];
    const most = Math.min(stock[product], given > 0 ? Math.floor(budget / given + 1e-9) : Infinity);
    return chances(sale, period, level, most).reduce((sum, chance, sold) => {
      const left = stock.map((units, i) => units - (i === product ? sold : 0));
      const later = after(period, levels, left, Math.max(0, budget - sold * given), product + 1);
      return sum + chance * (sold * (sale.prices[level] - sale.unitCost) + later);
    }, 0);
  }

  function value(period: number, stock: number[], budget: number): number {
    if (period === periods)
      return products.reduce((sum, sale, i) => sum + stock[i] * (sale.salvage - sale.unitCost), 0);
    const key = `${period}/${stock}/${budget === Infinity ? "" : budget.toFixed(6)}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const found =
      policy === undefined
        ? Math.max(...choices.map((levels) => after(period, levels, stock, budget, 0)))
        : after(period, Array.from(policy({ period, stock, budget })), stock, budget, 0);
    known.set(key, found);
    return found;
  }

  return value(
    0,
    products.map(({ stock }) => stock),
    campaign.budget,
  );
}
