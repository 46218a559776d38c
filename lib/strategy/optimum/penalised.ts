import { requireNumber } from "../../errors";
import type { Sale } from "../market/sale";
import type { PolicyTable } from "../policy";
import { type Plan, solve } from "./dynamic-programming";
import { forecast } from "./forecast";

/**
 * A sale whose reward pays λ for every unit of promotion cost: sales · (price − unit cost − λ · (list price − price)). Its
 * `prices` are what the shop is credited with; customers still meet the same demand. The optimum of it, {@link solve}, is the
 * Lagrangian's: the best of E[margin] − λ · E[promotion cost].
 */
export function penalise(sale: Sale, lambda: number): Sale {
  requireNumber(lambda, "lambda", 0);
  return { ...sale, prices: sale.prices.map((price) => price - lambda * (sale.listPrice - price)) };
}

/** Expected promotion cost of a policy, Σ units · (list price − price), exactly. */
export function promotionCost(sale: Sale, policy: PolicyTable): number {
  const { units, revenue } = forecast(sale, policy);
  return units * sale.listPrice - revenue;
}

/** The best margin under a budget on the expected promotion cost. */
export interface BudgetedOptimum {
  /** The most that any policy can earn with expected cost at most the budget; one that mixes two plans at the start earns it. */
  value: number;
  /** The multiplier at which the bound is tight; 0 where the budget doesn't bind. */
  lambda: number;
  /** The plan for `lambda`, of cost at most the budget. */
  plan: Plan;
}

/**
 * The exact optimum of a sale under E[promotion cost] ≤ budget, by duality: min over λ >= 0 of V_λ + λ · budget, V_λ the value of
 * {@link penalise}. Strong duality holds since a policy may mix plans (Altman 1999, theorem 3.6). V_λ is convex in λ with slope
 * −cost, so λ is found by bisection on the cost; the result is exact to 1e-9 of `largest`.
 *
 * @param largest where the search for λ ends; at it the cost should be within the budget. Default 100.
 */
export function budgetedOptimum(sale: Sale, budget: number, largest = 100): BudgetedOptimum {
  requireNumber(budget, "budget", 0);
  const at = (lambda: number) => {
    const plan = solve(penalise(sale, lambda));
    return { lambda, plan, cost: promotionCost(sale, plan.policy), bound: plan.value + lambda * budget };
  };
  let high = at(0);
  if (high.cost > budget) {
    let low = high;
    high = at(largest);
    while (high.lambda - low.lambda > 1e-9 * largest) {
      const middle = at((low.lambda + high.lambda) / 2);
      if (middle.cost > budget) low = middle;
      else high = middle;
    }
  }
  return { value: high.bound, lambda: high.lambda, plan: high.plan };
}
