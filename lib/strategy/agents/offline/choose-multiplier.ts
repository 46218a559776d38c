import { requireInteger, requireNumber } from "../../../errors";
import type { BudgetAgent } from "./budget-conditioned";

/** What {@link chooseMultiplier} found. */
export interface ChosenMultiplier {
  lambda: number;
  /** What the agent believes that it will earn and spend. */
  reward: number;
  cost: number;
  /** Whether the believed cost is within the budget; false where even the largest multiplier's isn't. */
  met: boolean;
}

/**
 * The smallest multiplier whose believed cost from a state on is within a budget: the Lagrangian's complementary slackness.
 *
 * The optimum's cost falls in λ; what a network believes may wobble. So the search runs along the lower envelope of a fine grid,
 * which does fall, by bisection: the first λ after which no larger one is needed.
 *
 * @param options.grid multipliers from 0 to the largest. Default 201.
 */
export function chooseMultiplier(
  agent: BudgetAgent,
  start: { observation: ArrayLike<number>; mask: Uint8Array },
  budget: number,
  options: { grid?: number } = {},
): ChosenMultiplier {
  requireNumber(budget, "budget", 0);
  const grid = requireInteger(options.grid ?? 201, "grid", 2);
  const { lambdas, outlooks } = multiplierCurve(agent, start, grid);
  const envelope = Float64Array.from(outlooks, ({ cost }) => cost);
  for (let i = 1; i < grid; i++) envelope[i] = Math.min(envelope[i], envelope[i - 1]);
  let low = 0;
  let high = grid - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (envelope[middle] <= budget) high = middle;
    else low = middle + 1;
  }
  return { lambda: lambdas[low], ...outlooks[low], met: envelope[low] <= budget };
}

/** What the agent believes of every multiplier of an even grid from 0 to the largest. */
export function multiplierCurve(
  agent: BudgetAgent,
  start: { observation: ArrayLike<number>; mask: Uint8Array },
  grid: number,
) {
  const lambdas = Float64Array.from({ length: grid }, (_, i) => (agent.largestMultiplier * i) / (grid - 1));
  return { lambdas, outlooks: Array.from(lambdas, (lambda) => agent.outlook(start.observation, start.mask, lambda)) };
}
