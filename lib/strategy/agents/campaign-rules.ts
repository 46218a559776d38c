import { requireInteger } from "../../errors";
import type { Campaign, CampaignPolicy } from "../market/campaign";
import type { Sale } from "../market/sale";
import { ruleOfThumb } from "./rule-of-thumb";

/**
 * One discount for the whole campaign: in each period the slots go to the products that would then earn most above
 * salvage at that level. Where the budget no longer pays for one unit's discount, the deepest level that it pays for.
 *
 * @param level of every product's ladder.
 */
export function campaignFixed(campaign: Campaign, level: number): CampaignPolicy {
  campaign.products.forEach((sale, i) => {
    requireInteger(level, `level of product ${i}`, 0, sale.levels - 1);
  });
  return fillSlots(campaign, ({ sale, budget }) => affordable(sale, level, budget));
}

/**
 * The rule of thumb for several products: each at the level that {@link ruleOfThumb} gives it, and the slots to those that
 * would then earn most above salvage. The budget is spread evenly: while more of it is spent than the clock allows by the
 * end of the period, everything is at the shallowest level. Where it no longer pays for one unit's discount, the
 * deepest level that it pays for.
 *
 * @param options those of {@link ruleOfThumb}, for every product.
 */
export function campaignRuleOfThumb(
  campaign: Campaign,
  options: { start?: number; band?: number } = {},
): CampaignPolicy {
  const rules = campaign.products.map((sale) => ruleOfThumb(sale, options));
  const planned = (period: number) => campaign.budget * ((period + 1) / campaign.periods);
  const ahead = (period: number, budget: number) =>
    campaign.budget < Infinity && campaign.budget - budget > planned(period);
  return fillSlots(campaign, ({ sale, product, left, period, budget }) =>
    ahead(period, budget) ? 0 : affordable(sale, rules[product](period, left, 0), budget),
  );
}

/** The deepest level, at most `level`, that the budget pays for at least once; the shallowest if it pays for none. */
function affordable(sale: Sale, level: number, budget: number): number {
  while (level > 0 && sale.listPrice - sale.prices[level] > budget) level--;
  return level;
}

/** Gives the slots to the products that will earn most above salvage in the period, each at its level. */
function fillSlots(
  { products, slots }: Campaign,
  levelOf: (one: { sale: Sale; product: number; left: number; period: number; budget: number }) => number,
): CampaignPolicy {
  return ({ period, stock, budget }) => {
    const offers = products.map((sale, product) => {
      const left = stock[product];
      const level = levelOf({ sale, product, left, period, budget });
      const sold = sale.expectedSales[(period * sale.levels + level) * (sale.stock + 1) + left];
      return { product, level, worth: sold * (sale.prices[level] - sale.salvage) };
    });
    const best = offers.filter(({ worth }) => worth > 0).sort((a, b) => b.worth - a.worth || a.product - b.product);
    const levels = new Int16Array(products.length).fill(-1);
    for (const { product, level } of best.slice(0, slots)) levels[product] = level;
    return levels;
  };
}
