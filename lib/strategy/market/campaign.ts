import { InputError, requireInteger, requireNumber } from "../../errors";
import type { Sale } from "./sale";

/**
 * Flash sales of several products at once, side by side: each as a {@link Sale} of its own, but they share what a shop
 * has only so much of. Customers of different products don't meet: demand is independent given the levels.
 */
export interface Campaign {
  readonly products: readonly Sale[];
  readonly periods: number;
  /** How many products can be shown in a period; one that isn't shown sells nothing. */
  readonly slots: number;
  /** What may be given away in discounts, Σ units · (list price − price), in the currency's major unit. */
  readonly budget: number;
}

/**
 * Checks and returns a {@link Campaign}; without slots every product is always shown, without a budget it is unlimited.
 * Throws {@link InputError} for products whose sales differ in length, or that are markdown-only.
 */
export function createCampaign(products: readonly Sale[], options: { slots?: number; budget?: number } = {}): Campaign {
  requireInteger(products.length, "number of products", 1);
  const periods = products[0].periods;
  products.forEach((sale, product) => {
    if (sale.periods !== periods)
      throw new InputError(`the sales of a campaign have as many periods as its first, ${periods}`, {
        value: sale.periods,
        place: `products[${product}]`,
      });
    if (sale.markdownOnly)
      throw new InputError("a campaign's prices may rise again", { place: `products[${product}].markdownOnly` });
  });
  const slots = requireInteger(options.slots ?? products.length, "slots", 0, products.length);
  const budget = options.budget ?? Infinity;
  if (budget !== Infinity) requireNumber(budget, "budget", 0);
  return { products, periods, slots, budget };
}

/** What is left in a running campaign. */
export interface CampaignState {
  /** The period to come, 0 first. */
  period: number;
  /** Units left, [products]. */
  stock: ArrayLike<number>;
  /** Budget left. */
  budget: number;
}

/** The level of each product in the period to come, −1 for one not shown: [products]. */
export type CampaignPolicy = (state: CampaignState) => ArrayLike<number>;
