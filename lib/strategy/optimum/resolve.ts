import type { Campaign, CampaignPolicy } from "../market/campaign";
import type { Sale } from "../market/sale";
import { type PolicyTable, tabulate } from "../policy";
import type { FluidSolver } from "./fluid";

/**
 * The re-solving heuristic for one product (Jasin 2014, Operations Research 62(6)): before every period the fluid
 * program is solved anew from the units that are left, and the first period of its plan is carried out. Where the plan
 * divides the period between levels, the level is shown whose mean sales are nearest to the plan's; where it would
 * rather not sell for a while, the shallowest. Written out for every state, so that its value can be had exactly.
 *
 * Differs from Jasin's in rounding to the ladder and in solving again at each period, not at each sale.
 */
export function resolveTable(sale: Sale, fluid: FluidSolver): PolicyTable {
  const free = { products: [sale], periods: sale.periods, slots: 1, budget: Infinity };
  const chosen = new Int16Array(sale.periods * (sale.stock + 1));
  for (let period = 0; period < sale.periods; period++)
    for (let left = 1; left <= sale.stock; left++) {
      const [shares] = fluid(free, { period, stock: [left], budget: Infinity }).shares;
      chosen[period * (sale.stock + 1) + left] = Math.max(0, nearestLevel(sale, period, shares));
    }
  return tabulate(sale, (period, left, last) => {
    const level = chosen[period * (sale.stock + 1) + left];
    return sale.markdownOnly ? Math.max(level, last) : level;
  });
}

/**
 * The same for a campaign: solved anew in every period; the products with the largest shares of it take the slots, each
 * at the level whose mean sales are nearest to the plan's while it is shown.
 */
export function resolvePolicy(campaign: Campaign, fluid: FluidSolver): CampaignPolicy {
  return (state) => carryOut(campaign, state.period, fluid(campaign, state).shares);
}

/** Solved once, at the start, and carried out whatever happens. */
export function fluidPolicy(campaign: Campaign, fluid: FluidSolver): CampaignPolicy {
  const { shares } = fluid(campaign);
  return ({ period }) => carryOut(campaign, period, shares);
}

function carryOut({ products, slots }: Campaign, period: number, shares: Float64Array[]): Int16Array {
  const shown = products.map((sale, i) => sumOfPeriod(sale, period, shares[i]));
  const order = products.map((_, i) => i).sort((a, b) => shown[b] - shown[a] || a - b);
  const levels = new Int16Array(products.length).fill(-1);
  for (const i of order.slice(0, slots)) levels[i] = nearestLevel(products[i], period, shares[i]);
  return levels;
}

function sumOfPeriod(sale: Sale, period: number, shares: Float64Array): number {
  let sum = 0;
  for (let level = 0; level < sale.levels; level++) sum += shares[period * sale.levels + level];
  return sum;
}

/** The level whose rate is nearest to the plan's mean rate while the product is shown; −1 where it isn't. */
function nearestLevel(sale: Sale, period: number, shares: Float64Array): number {
  const shown = sumOfPeriod(sale, period, shares);
  if (shown < 1e-9) return -1;
  const first = period * sale.levels;
  let mean = 0;
  for (let level = 0; level < sale.levels; level++) mean += (shares[first + level] / shown) * sale.rates[first + level];
  let best = 0;
  for (let level = 1; level < sale.levels; level++)
    if (Math.abs(sale.rates[first + level] - mean) < Math.abs(sale.rates[first + best] - mean)) best = level;
  return best;
}
