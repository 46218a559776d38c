import { InputError, requireInteger, throwIfAborted } from "../errors";
import { createRandom } from "../random";
import type { Campaign, CampaignPolicy } from "./market/campaign";
import { drawDemand } from "./market/sale";
import { meanAndError } from "./simulate";

/** Many campaigns run under one policy. Money in the currency's major unit. */
export interface CampaignSimulation {
  /** Contribution margin of each campaign. */
  margins: Float64Array;
  /** Budget spent in each campaign. */
  spent: Float64Array;
  mean: number;
  /** Standard error of the mean margin. */
  standardError: number;
}

/**
 * Runs `campaigns` campaigns. The budget is hard: a discount of d sells at most ⌊budget left / d⌋ units, served in the
 * products' order, then the coupon is gone until the period ends. Common random numbers: each product takes one
 * uniform number a period whatever is shown, so that two policies under one seed meet the same customers.
 *
 * Throws {@link InputError} where the policy shows more products than there are slots or a level that doesn't exist.
 */
export function simulateCampaign(
  campaign: Campaign,
  policy: CampaignPolicy,
  options: { campaigns: number; seed: number | string; signal?: AbortSignal },
): CampaignSimulation {
  const runs = requireInteger(options.campaigns, "campaigns", 2);
  const random = createRandom(options.seed);
  const { products, periods, slots } = campaign;
  const margins = new Float64Array(runs);
  const spent = new Float64Array(runs);
  const stock = new Int32Array(products.length);
  for (let run = 0; run < runs; run++) {
    throwIfAborted(options.signal, "the simulation");
    products.forEach((sale, product) => {
      stock[product] = sale.stock;
    });
    let budget = campaign.budget;
    for (let period = 0; period < periods; period++) {
      const levels = policy({ period, stock, budget });
      let shown = 0;
      for (let product = 0; product < products.length; product++) {
        const uniform = random.uniform();
        const level = levels[product];
        if (level === -1) continue;
        const sale = products[product];
        requireInteger(level, `level of product ${product} in period ${period}`, -1, sale.levels - 1);
        if (++shown > slots)
          throw new InputError(`the policy showed more products than the ${slots} slots`, {
            place: `period ${period}`,
          });
        const given = sale.listPrice - sale.prices[level];
        const affordable = given > 0 ? Math.floor(budget / given + 1e-9) : Infinity;
        const sold = Math.min(drawDemand(sale, period * sale.levels + level, uniform), stock[product], affordable);
        stock[product] -= sold;
        if (sold > 0) budget = Math.max(0, budget - sold * given);
        spent[run] += sold * given;
        margins[run] += sold * (sale.prices[level] - sale.unitCost);
      }
    }
    products.forEach((sale, product) => {
      margins[run] += stock[product] * (sale.salvage - sale.unitCost);
    });
  }
  return { margins, spent, ...meanAndError(margins) };
}
