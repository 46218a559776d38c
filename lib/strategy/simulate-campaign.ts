import { InputError, requireInteger, throwIfAborted } from "../errors";
import { createRandom } from "../random";
import type { Campaign, CampaignPolicy } from "./market/campaign";
import { drawDemand, type Sale } from "./market/sale";
import type { PricedPlan, ResourcePrices } from "./optimum/resource-prices";
import { meanAndError } from "./simulate";

/** Many campaigns run under one policy. Money in the currency's major unit. */
export interface CampaignSimulation {
  /** Contribution margin of each campaign. */
  margins: Float64Array;
  /** Budget spent in each campaign. */
  spent: Float64Array;
  /** What each campaign owes to luck, 0 without a `baseline`. */
  luck: Float64Array;
  mean: number;
  /** Standard error of the mean margin. */
  standardError: number;
}

/** Products' values under some prices of slots and budget, such as those of `lagrangianBound`. */
export interface CampaignBaseline {
  prices: ResourcePrices;
  plans: readonly PricedPlan[];
}

/**
 * Runs `campaigns` campaigns. The budget is hard: a discount of d sells at most ⌊budget left / d⌋ units, served in the
 * products' order, then the coupon is gone until the period ends. Common random numbers: each product takes one
 * uniform number a period whatever is shown, so that two policies under one seed meet the same customers.
 *
 * With a `baseline` the luck is told apart: over every showing of a product with n units at level a, k of them wanted,
 *
 *   luck = Σ k · r_a + G(t + 1, n − k) − E[k · r_a + G(t + 1, n − k)],   r_a = price − salvage − ν · discount,
 *
 * whose expectation is 0 for every policy and any prices. So margins − luck have the mean of the margins, and where G
 * is nearly what a unit is worth much less noise: a martingale control variate (Henderson and Glynn 2002; as the penalties of
 * Brown, Smith and Sun 2010, Operations Research 58(4)).
 *
 * Throws {@link InputError} where the policy shows more products than there are slots or a level that doesn't exist.
 */
export function simulateCampaign(
  campaign: Campaign,
  policy: CampaignPolicy,
  options: { campaigns: number; seed: number | string; baseline?: CampaignBaseline; signal?: AbortSignal },
): CampaignSimulation {
  const runs = requireInteger(options.campaigns, "campaigns", 2);
  const random = createRandom(options.seed);
  const { products, periods, slots } = campaign;
  const margins = new Float64Array(runs);
  const spent = new Float64Array(runs);
  const luck = new Float64Array(runs);
  const { baseline } = options;
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
        if (!(Number.isInteger(level) && level >= 0 && level < sale.levels))
          requireInteger(level, `level of product ${product} in period ${period}`, -1, sale.levels - 1);
        if (++shown > slots)
          throw new InputError(`the policy showed more products than the ${slots} slots`, {
            place: `period ${period}`,
          });
        const given = sale.listPrice - sale.prices[level];
        const affordable = given > 0 ? Math.floor(budget / given + 1e-9) : Infinity;
        const wanted = Math.min(drawDemand(sale, period * sale.levels + level, uniform), stock[product]);
        if (baseline !== undefined)
          luck[run] += luckOf(sale, baseline, product, { period, level, left: stock[product], wanted });
        const sold = Math.min(wanted, affordable);
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
  return { margins, spent, luck, ...meanAndError(margins) };
}

/** What a showing brought, by the baseline's values, less what was to be expected of it. */
function luckOf(
  sale: Sale,
  { prices, plans }: CampaignBaseline,
  product: number,
  { period, level, left, wanted }: { period: number; level: number; left: number; wanted: number },
): number {
  const { gains } = plans[product];
  const width = sale.stock + 1;
  const next = (period + 1) * width + left;
  const cell = period * sale.levels + level;
  const unit = sale.prices[level] - sale.salvage - prices.budget * (sale.listPrice - sale.prices[level]);
  const counts = Math.min(left, sale.reach[cell]);
  let luck = unit * (wanted - sale.expectedSales[cell * width + left]) + gains[next - wanted];
  luck -= sale.survival[cell * width + counts] * gains[next - counts];
  for (let k = 0, at = cell * sale.stock; k < counts; k++, at++) luck -= sale.probabilities[at] * gains[next - k];
  return luck;
}
