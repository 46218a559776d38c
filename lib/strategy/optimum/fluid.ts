import { InputError, requireInteger } from "../../errors";
import type { Campaign, CampaignState } from "../market/campaign";
import type { Sale } from "../market/sale";
import { type LinearProgram, openLinearSolver } from "./linear-program";

/** The best fluid plan: what would be done if demand were its mean. Money in the currency's major unit. */
export interface FluidPlan {
  /** Upper bound on the expected contribution margin, from the state on, of every policy. */
  bound: number;
  /** Share of each period that a product spends at each level, [products][periods × levels]; 0 before the state. */
  shares: Float64Array[];
  /** What one more unit of a product would bring, above salvage, in the fluid plan: [products]. */
  unitPrices: Float64Array;
  /** What one more slot would bring in each period; 0 before the state, and where every product has a slot: [periods]. */
  slotPrices: Float64Array;
  /** What one more unit of money in the budget would bring. */
  budgetPrice: number;
}

/** Solves the fluid problem of a campaign, from its start or from any later state. */
export type FluidSolver = (campaign: Campaign | Sale, state?: CampaignState) => FluidPlan;

/**
 * Loads the solver of the fluid (deterministic) linear program of Gallego and van Ryzin (1997, Operations Research
 * 45(1)), for products i, periods t and levels a with Poisson means λ:
 *
 *   maximise Σ λ[i,t,a] · (p[i,a] − s[i]) · x[i,t,a] − Σ n[i] · (c[i] − s[i])   over the shares x ≥ 0, subject to
 *     Σ_a x[i,t,a] ≤ 1                     a product is shown at one level at a time, or not at all
 *     Σ_i Σ_a x[i,t,a] ≤ slots             in every period
 *     Σ_t Σ_a λ[i,t,a] · x[i,t,a] ≤ n[i]   stock
 *     Σ λ[i,t,a] · (list[i] − p[i,a]) · x[i,t,a] ≤ budget
 *
 * with s salvage values and c unit costs. Its value bounds every policy's expected margin from above, since the
 * expected sales of any policy meet the constraints; rules that the program leaves out (markdown-only, one level for
 * the whole of a period) only lower what policies can reach.
 */
export async function openFluid(): Promise<FluidSolver> {
  const solve = await openLinearSolver();
  return (target, start) => {
    const campaign =
      "products" in target
        ? target
        : { products: [target], periods: target.periods, slots: 1, budget: Number.POSITIVE_INFINITY };
    const state = start ?? { period: 0, stock: campaign.products.map(({ stock }) => stock), budget: campaign.budget };
    requireInteger(state.period, "period", 0, campaign.periods);
    if (state.stock.length !== campaign.products.length)
      throw new InputError(`a state names the units left of ${campaign.products.length} products`, {
        value: state.stock.length,
        place: "stock",
      });
    const { products, periods } = campaign;
    const { value, x, prices } = solve(program(campaign, state));
    let at = 0;
    const shares = products.map((sale) => {
      const share = new Float64Array(periods * sale.levels);
      for (let cell = state.period * sale.levels; cell < share.length; cell++) share[cell] = Math.max(0, x[at++]);
      return share;
    });
    const spent = products.reduce((sum, sale, i) => sum + state.stock[i] * (sale.unitCost - sale.salvage), 0);
    const rows = products.length * (periods - state.period);
    const slotPrices = new Float64Array(periods);
    if (campaign.slots < products.length)
      slotPrices.set(
        prices.slice(rows + products.length, rows + products.length + periods - state.period),
        state.period,
      );
    return {
      bound: value - spent,
      shares,
      unitPrices: prices.slice(rows, rows + products.length),
      slotPrices,
      budgetPrice: campaign.budget === Infinity ? 0 : prices[prices.length - 1],
    };
  };
}

/** Rows: product by product its periods, then the products' stocks, then the slots of each period, then the budget. */
function program(campaign: Campaign, state: CampaignState): LinearProgram {
  const { products, slots } = campaign;
  const left = campaign.periods - state.period;
  const stockRow = products.length * left;
  const slotRow = stockRow + products.length;
  const shared = slots < products.length;
  const budgetRow = slotRow + (shared ? left : 0);
  const limited = campaign.budget < Infinity;
  const limits = new Float64Array(budgetRow + (limited ? 1 : 0)).fill(1);
  for (let i = 0; i < products.length; i++) limits[stockRow + i] = state.stock[i];
  if (shared) limits.fill(slots, slotRow, budgetRow);
  if (limited) limits[budgetRow] = state.budget;

  const columns = products.reduce((sum, sale) => sum + left * sale.levels, 0);
  const gain = new Float64Array(columns);
  const starts = new Int32Array(columns + 1);
  const rows: number[] = [];
  const values: number[] = [];
  const enter = (row: number, value: number) => {
    rows.push(row);
    values.push(value);
  };
  let column = 0;
  products.forEach((sale, i) => {
    for (let t = 0; t < left; t++)
      for (let level = 0; level < sale.levels; level++) {
        const rate = sale.rates[(state.period + t) * sale.levels + level];
        const given = rate * (sale.listPrice - sale.prices[level]);
        gain[column] = rate * (sale.prices[level] - sale.salvage);
        enter(i * left + t, 1);
        if (rate > 0) enter(stockRow + i, rate);
        if (shared) enter(slotRow + t, 1);
        if (limited && given > 0) enter(budgetRow, given);
        starts[++column] = rows.length;
      }
  });
  return { gain, limits, starts, rows: Int32Array.from(rows), values: Float64Array.from(values) };
}
