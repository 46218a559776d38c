import { requireInteger, requireNumber } from "../errors";
import { createRandom } from "../random";
import { type Campaign, createCampaign } from "./market/campaign";
import { constantElasticity } from "./market/demand";
import { createSale } from "./market/sale";

/** What {@link drawCampaign} draws. */
export interface DrawCampaignOptions {
  seed: number | string;
  /** Default 20. */
  products?: number;
  /** Default 12. */
  periods?: number;
  /** Products that can be shown in a period. Default 40 % of them, rounded. */
  slots?: number;
  /** Budget for discounts as a share of the stock's list value. Default 0.04. */
  budget?: number;
  /** Multiplies stock, traffic and budget. The larger, the less chance matters. Default 1: 4 to 16 units a product. */
  scale?: number;
}

/**
 * Draws a campaign to try policies on: every product differs in list price (20 to 120), unit cost (50 to 70 % of it),
 * salvage value (60 to 90 % of the cost), elasticity (−2.5 to −5.5), stock, in how many units it would sell at list
 * price if it were always shown (40 to 160 % of its stock), and in when its visitors come: a bell over the periods around an hour of
 * its own, on a steady floor. The ladder is 0, 5, … 35 % off.
 *
 * One seed gives the same products at every scale.
 */
export function drawCampaign(options: DrawCampaignOptions): Campaign {
  const count = requireInteger(options.products ?? 20, "products", 1);
  const periods = requireInteger(options.periods ?? 12, "periods", 1);
  const scale = requireNumber(options.scale ?? 1, "scale", Number.MIN_VALUE);
  const slots = requireInteger(options.slots ?? Math.max(1, Math.round(0.4 * count)), "slots", 0, count);
  const random = createRandom(options.seed).fork("campaign");
  const between = (low: number, high: number) => low + (high - low) * random.uniform();
  let value = 0;
  const products = Array.from({ length: count }, () => {
    const listPrice = 20 * 6 ** random.uniform();
    const unitCost = listPrice * between(0.5, 0.7);
    const salvage = unitCost * between(0.6, 0.9);
    const elasticity = -between(2.5, 5.5);
    const stock = Math.max(1, Math.round(scale * between(4, 16)));
    const demand = scale * between(4, 16) * between(0.4, 1.6);
    const peak = between(0.2, 1) * periods;
    const profile = Float64Array.from(
      { length: periods },
      (_, t) => 0.4 + Math.exp(-0.5 * ((t + 0.5 - peak) / (0.2 * periods)) ** 2),
    );
    const total = profile.reduce((sum, weight) => sum + weight, 0);
    value += stock * listPrice;
    const conversion = 0.02;
    return createSale({
      ...{ stock, listPrice, unitCost, salvage, discounts: [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35] },
      arrivals: profile.map((weight) => (demand / conversion) * (weight / total)),
      response: constantElasticity({ conversion, referencePrice: listPrice, elasticity }),
    });
  });
  return createCampaign(products, { slots, budget: requireNumber(options.budget ?? 0.04, "budget", 0) * value });
}
