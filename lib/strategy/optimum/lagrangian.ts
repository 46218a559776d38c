import { InputError, requireInteger, requireNumber, throwIfAborted } from "../../errors";
import type { Campaign, CampaignState } from "../market/campaign";
import type { LinearProgram, LinearSolver } from "./linear-program";
import { type PricedPlan, planPriced, type ResourcePrices, type ResourceUse, useOf } from "./resource-prices";

/** The least upper bound that prices of slots and budget can give. Money in the currency's major unit. */
export interface LagrangianBound {
  /** Upper bound on the expected contribution margin, from the state on, of every policy. */
  bound: number;
  /** How far at most the bound lies above the least that any prices give. */
  gap: number;
  prices: ResourcePrices;
  /** Each product's plan under those prices, [products]. */
  plans: PricedPlan[];
  /** How often the products were planned. */
  rounds: number;
}

/** What one of a product's plans uses. */
export interface PlannedUse {
  product: number;
  use: ResourceUse;
}

/** How exactly to find the prices. */
export interface LagrangianOptions {
  /** From where on; default the campaign's start. */
  state?: CampaignState;
  /** Uses of plans that were found before, for the same campaign and state; those found now are added. */
  known?: PlannedUse[];
  /** The budget's price if it is given, not sought: the bound is then that of the budget's price, too. */
  budgetPrice?: number;
  /** The gap to reach, as a share of the gain over salvage. Default 1e-5. */
  tolerance?: number;
  /** Default 200. */
  rounds?: number;
  signal?: AbortSignal;
}

/**
 * The Lagrangian relaxation of a campaign (Hawkins 2003; Adelman and Mersereau 2008, Operations Research 56(3)): slots
 * and budget are rented out instead of rationed, so that each product has a dynamic program of its own ({@link planPriced}),
 *
 *   bound = min over μ, ν ≥ 0 of  Σ_i G_i(0, n_i; μ, ν) + slots · Σ_t μ[t] + ν · budget  − Σ_i n_i · (cost_i − salvage_i).
 *
 * Any prices bound every policy from above: a policy that keeps to slots and budget pays no more rent than is added
 * back. The least such bound is never above the fluid one, which relaxes the stock's randomness too.
 *
 * The prices are found by column generation (Dantzig and Wolfe 1960): a linear program mixes the plans found so far
 * within slots and budget in expectation, its duals are the next prices, and the products' plans under them the next
 * columns, until bound and mixture meet.
 *
 * Differs from the papers: time-inhomogeneous, so one price a period; undiscounted; buyers may be turned away.
 */
export function lagrangianBound(
  campaign: Campaign,
  solve: LinearSolver,
  options: LagrangianOptions = {},
): LagrangianBound {
  const { products, periods, slots } = campaign;
  const state = options.state ?? { period: 0, stock: products.map(({ stock }) => stock), budget: campaign.budget };
  const period = requireInteger(state.period, "period", 0, periods);
  const tolerance = requireNumber(options.tolerance ?? 1e-5, "tolerance", 0);
  const limit = requireInteger(options.rounds ?? 200, "rounds", 1);
  // A budget without end has no price.
  const given = state.budget === Infinity ? 0 : options.budgetPrice;
  if (given !== undefined) requireNumber(given, "budgetPrice", 0);
  const allowance = (price: number) => (price === 0 ? 0 : price * state.budget);
  const idle = products.reduce((sum, sale, i) => sum + state.stock[i] * (sale.unitCost - sale.salvage), 0);

  const columns = options.known ?? [];
  let mixture = solve(master(campaign, state, columns, given));
  let best: LagrangianBound | undefined;
  for (let round = 1; ; round++) {
    const prices = { slots: new Float64Array(periods), budget: given ?? mixture.prices[mixture.prices.length - 1] };
    for (let t = period; t < periods; t++) prices.slots[t] = mixture.prices[products.length + t - period];
    throwIfAborted(options.signal, "the bound");
    const plans = products.map((sale) => planPriced(sale, prices));
    let bound = allowance(prices.budget);
    for (let t = period; t < periods; t++) bound += slots * prices.slots[t];
    products.forEach((sale, product) => {
      const from = { period, stock: state.stock[product] };
      bound += plans[product].gains[period * (sale.stock + 1) + from.stock];
      columns.push({ product, use: useOf(sale, plans[product], prices, from) });
    });
    if (best === undefined || bound - idle < best.bound)
      best = { bound: bound - idle, gap: Infinity, prices, plans, rounds: round };
    mixture = solve(master(campaign, state, columns, given));
    best.gap = best.bound + idle - mixture.value - (given === undefined ? 0 : allowance(given));
    best.rounds = round;
    if (best.gap <= tolerance * (best.bound + idle) + 1e-9) return best;
    if (round === limit)
      throw new InputError(`the prices did not settle in ${limit} rounds`, {
        value: best.gap,
        place: "rounds",
        remedy: "Allow more rounds or a wider tolerance.",
      });
  }
}

/** Rows: each product's shares of its plans, at most 1; the slots of each period; the budget, unless it has a given price. */
function master(
  campaign: Campaign,
  state: CampaignState,
  columns: readonly PlannedUse[],
  budgetPrice: number | undefined,
): LinearProgram {
  const count = campaign.products.length;
  const left = campaign.periods - state.period;
  const limits = new Float64Array(count + left + (budgetPrice === undefined ? 1 : 0)).fill(1);
  limits.fill(campaign.slots, count, count + left);
  if (budgetPrice === undefined) limits[count + left] = state.budget;
  const starts = new Int32Array(columns.length + 1);
  const rows: number[] = [];
  const values: number[] = [];
  columns.forEach(({ product, use }, column) => {
    rows.push(product);
    values.push(1);
    for (let t = 0; t < left; t++)
      if (use.shown[state.period + t] > 0) {
        rows.push(count + t);
        values.push(use.shown[state.period + t]);
      }
    if (budgetPrice === undefined && use.spent > 0) {
      rows.push(count + left);
      values.push(use.spent);
    }
    starts[column + 1] = rows.length;
  });
  const gain = Float64Array.from(columns, ({ use }) => use.gain - (budgetPrice ?? 0) * use.spent);
  return { gain, limits, starts, rows: Int32Array.from(rows), values: Float64Array.from(values) };
}
