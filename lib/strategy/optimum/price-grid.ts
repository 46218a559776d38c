import { requireInteger } from "../../errors";
import type { Campaign } from "../market/campaign";
import { lagrangianBound, type PlannedUse } from "./lagrangian";
import type { LinearSolver } from "./linear-program";
import { type PricedPlan, planPriced, type ResourcePrices, spendingOf } from "./resource-prices";

/** Prices of slots and budget for budgets from plentiful to scarce, and what products are worth under each. */
export interface PriceGrid {
  /** The budget's price rises evenly from 0; [points]. */
  points: ResourcePrices[];
  /** Each product's plan at each point, [points][products]. */
  plans: PricedPlan[][];
  /** Budget that those plans will spend from each state on, [points][products][(periods + 1) × (stock + 1)]. */
  spending: Float64Array[][];
}

/**
 * Finds the slots' rents at each of a row of budget prices, by {@link lagrangianBound} with the budget's price given.
 * The row goes on until the plans would spend less than a quarter of the campaign's budget; where the budget is
 * unlimited it has the one price 0.
 *
 * @param options.points how many budget prices. Default 9.
 */
export function priceGrid(
  campaign: Campaign,
  solve: LinearSolver,
  options: { points?: number; signal?: AbortSignal } = {},
): PriceGrid {
  const points = campaign.budget === Infinity ? 1 : requireInteger(options.points ?? 9, "points", 2);
  const { signal } = options;
  // Plans found for one budget price help to find the next price's rents.
  const known: PlannedUse[] = [];
  const best = lagrangianBound(campaign, solve, { known, tolerance: 1e-4, signal });
  const atPrice = (budgetPrice: number) =>
    lagrangianBound(campaign, solve, { budgetPrice, known, tolerance: 1e-4, signal }).prices;
  let highest = Math.max(best.prices.budget, 0.1);
  let dear = best.prices;
  const spent = (prices: ResourcePrices) =>
    gridAt(campaign, [prices]).spending[0].reduce((sum, one, i) => sum + one[campaign.products[i].stock], 0);
  while (points > 1 && spent(dear) > campaign.budget / 4) {
    highest *= 1.5;
    dear = atPrice(highest);
  }
  const found = Array.from({ length: points }, (_, point) =>
    atPrice(point === 0 ? 0 : (highest * point) / (points - 1)),
  );
  return gridAt(campaign, found);
}

/** The {@link PriceGrid} of prices that are known: the products are planned anew. */
export function gridAt(campaign: Campaign, points: ResourcePrices[]): PriceGrid {
  const plans = points.map((prices) => campaign.products.map((sale) => planPriced(sale, prices)));
  return { points, plans, spending: plans.map((all) => all.map((plan, i) => spendingOf(campaign.products[i], plan))) };
}
