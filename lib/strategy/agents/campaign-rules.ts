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
  return fillSlots(campaign, ({ sale, left, period, budget }) => {
    const shown = affordable(sale, level, budget);
    const row = (period * sale.levels + shown) * (sale.stock + 1);
    return { level: shown, worth: sale.expectedSales[row + left] * (sale.prices[shown] - sale.salvage) };
  });
}

/**
 * The rule of thumb for several products: the slots go to those whose sell-through lags the clock most, each at the
 * level that {@link ruleOfThumb} gives it. Where the budget no longer pays for one unit's discount, the deepest level
 * that it pays for.
 *
 * @param options those of {@link ruleOfThumb}, for every product.
 */
export function campaignRuleOfThumb(
  campaign: Campaign,
  options: { start?: number; band?: number } = {},
): CampaignPolicy {
  const rules = campaign.products.map((sale) => ruleOfThumb(sale, options));
  const clocks = campaign.products.map(({ arrivals }) => {
    const total = arrivals.reduce((sum, expected) => sum + expected, 0) || 1;
    let sum = 0;
    return arrivals.map((expected) => {
      const passed = sum / total;
      sum += expected;
      return passed;
    });
  });
  return fillSlots(campaign, ({ sale, product, left, period, budget }) => ({
    level: affordable(sale, rules[product](period, left, 0), budget),
    // Lag is from −1 to 1: everything that has stock may be shown.
    worth: 2 + clocks[product][period] - (1 - left / sale.stock),
  }));
}

/** The deepest level, at most `level`, that the budget pays for at least once; the shallowest if it pays for none. */
function affordable(sale: Sale, level: number, budget: number): number {
  while (level > 0 && sale.listPrice - sale.prices[level] > budget) level--;
  return level;
}

/** Gives the slots to the products of highest worth, among those with units left. */
function fillSlots(
  { products, slots }: Campaign,
  consider: (one: { sale: Sale; product: number; left: number; period: number; budget: number }) => {
    level: number;
    worth: number;
  },
): CampaignPolicy {
  return ({ period, stock, budget }) => {
    const offers = products
      .map((sale, product) => ({ product, ...consider({ sale, product, left: stock[product], period, budget }) }))
      .filter(({ product, worth }) => stock[product] > 0 && worth > 0)
      .sort((a, b) => b.worth - a.worth || a.product - b.product);
    const levels = new Int16Array(products.length).fill(-1);
    for (const { product, level } of offers.slice(0, slots)) levels[product] = level;
    return levels;
  };
}
