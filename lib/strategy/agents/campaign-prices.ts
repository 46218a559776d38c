import { DataError, InputError, requireInteger, requireNumber } from "../../errors";
import { createRandom } from "../../random";
import type { Campaign, CampaignPolicy, CampaignState } from "../market/campaign";
import type { LinearSolver } from "../optimum/linear-program";
import { gridAt, type PriceGrid, priceGrid } from "../optimum/price-grid";
import { type CampaignBaseline, simulateCampaign } from "../simulate-campaign";
import { type EvolutionMetrics, evolve } from "./evolution";

/** What {@link learnCampaignPrices} tunes, each in a straight line between values at evenly spaced times: [knots]. */
export interface CampaignPace {
  /** ln of the share of the remaining budget that is planned to be spent. */
  spending: Float64Array;
  /** ln of the factor on what a unit kept for later is worth. */
  keeping: Float64Array;
}

/** An agent for a {@link Campaign}. */
export interface CampaignPrices {
  /** The level of each product, −1 for one not shown: [products], overwritten by the next call. Microseconds a product. */
  act: CampaignPolicy;
  /** The budget's price at the last call. */
  readonly budgetPrice: number;
  pace: CampaignPace;
  save(): CampaignPricesDocument;
}

/** A saved {@link CampaignPrices}: plain JSON, without the products' values, which {@link loadCampaignPrices} plans anew. */
export interface CampaignPricesDocument {
  kind: "campaign-prices";
  products: number;
  periods: number;
  points: { slots: number[]; budget: number }[];
  pace: { spending: number[]; keeping: number[] };
}

/**
 * A campaign as products that rent their slots and buy their budget. Each period, with the prices of {@link priceGrid}:
 *
 * 1. the budget's price ν is set so that the products' plans would spend e^spending(t) of what is left of it;
 * 2. each product's best level is the one of highest  E[sold · (price − salvage − ν · discount)] −
 *    e^keeping(t) · (G(t + 1, n) − E[G(t + 1, n − sold)]),  G its own value under ν and the slots' rents;
 * 3. the slots go to the products for which that is highest, as long as it is above 0.
 *
 * Steps 2 and 3 are the index policy of a Lagrangian relaxation (Hawkins 2003; Adelman and Mersereau 2008; Brown and
 * Smith 2020, Management Science 66(7)); step 1 makes its price follow the state, as solving anew would (Brown and Zhang
 * 2022), by a table instead of a program. With a pace of zeros it is planned, not learned.
 */
export function campaignPrices(campaign: Campaign, grid: PriceGrid, pace: CampaignPace = steady(1)): CampaignPrices {
  const { products, periods, slots } = campaign;
  const { points, plans, spending } = grid;
  const last = points.length - 1;
  const levels = new Int16Array(products.length);
  const chosen = new Int16Array(products.length);
  const worth = new Float64Array(products.length);
  const later = new Float64Array(products.reduce((most, { stock }) => Math.max(most, stock), 0) + 1);
  const order = products.map((_, i) => i);
  let budgetPrice = 0;

  /** Where in the grid the plans spend `target`: 0 is the first point, fractions lie between two. */
  function position({ period, stock }: CampaignState, target: number): number {
    let before = Infinity;
    for (let point = 0; point <= last; point++) {
      let spent = 0;
      for (let i = 0; i < products.length; i++)
        spent += spending[point][i][period * (products[i].stock + 1) + stock[i]];
      if (spent <= target) return point === 0 ? 0 : point - (target - spent) / (before - spent);
      before = spent;
    }
    return last;
  }

  function act(state: CampaignState): Int16Array {
    const { period, stock, budget } = state;
    const time = periods > 1 ? period / (periods - 1) : 0;
    const at = last === 0 ? 0 : position(state, budget * Math.exp(between(pace.spending, time)));
    const low = Math.min(Math.floor(at), Math.max(0, last - 1));
    const high = Math.min(low + 1, last);
    const share = at - low;
    budgetPrice = points[low].budget + share * (points[high].budget - points[low].budget);
    const factor = Math.exp(between(pace.keeping, time));
    for (let i = 0; i < products.length; i++) {
      const sale = products[i];
      const left = stock[i];
      worth[i] = 0;
      chosen[i] = -1;
      if (left === 0) continue;
      const width = sale.stock + 1;
      const first = (period + 1) * width;
      const cheap = plans[low][i].gains;
      const dear = plans[high][i].gains;
      for (let n = 0; n <= left; n++)
        later[n] = factor * (cheap[first + n] + share * (dear[first + n] - cheap[first + n]));
      for (let level = 0; level < sale.levels; level++) {
        const given = sale.listPrice - sale.prices[level];
        if (given > budget) continue;
        const cell = period * sale.levels + level;
        const counts = Math.min(left, sale.reach[cell]);
        const row = cell * sale.stock;
        let value = (sale.prices[level] - sale.salvage - budgetPrice * given) * sale.expectedSales[cell * width + left];
        value += sale.survival[cell * width + counts] * later[left - counts] - later[left];
        for (let k = 0; k < counts; k++) value += sale.probabilities[row + k] * later[left - k];
        if (value > worth[i]) {
          worth[i] = value;
          chosen[i] = level;
        }
      }
    }
    order.sort((a, b) => worth[b] - worth[a] || a - b);
    levels.fill(-1);
    for (let rank = 0; rank < slots; rank++) levels[order[rank]] = chosen[order[rank]];
    return levels;
  }

  return {
    act,
    get budgetPrice() {
      return budgetPrice;
    },
    pace,
    save: () => ({
      ...{ kind: "campaign-prices", products: products.length, periods },
      points: points.map((prices) => ({ slots: Array.from(prices.slots), budget: prices.budget })),
      pace: { spending: Array.from(pace.spending), keeping: Array.from(pace.keeping) },
    }),
  };
}

/** How {@link learnCampaignPrices} learns. */
export interface CampaignLearningOptions {
  /** Seed of the campaigns to learn from, and of the search. */
  seed: number | string;
  /** Default 25. */
  generations?: number;
  /** Campaigns that each candidate of a generation is tried on, the same for all of them. Default 96. */
  campaigns?: number;
  /** Values of each part of the pace. Default 3. */
  knots?: number;
  /** The pace to start from, of that many values each. Default: zeros, the plan's. */
  start?: CampaignPace;
  /** Prices found before, so that several seeds needn't each find them. Default: {@link priceGrid}'s. */
  grid?: PriceGrid;
  /** Called after each generation; scores are mean margins. */
  onProgress?(done: number, metrics: EvolutionMetrics): void;
  signal?: AbortSignal;
}

/**
 * Learns the {@link CampaignPace} of {@link campaignPrices} from simulated campaigns, by {@link evolve}. The relaxation's prices
 * are right on average; that slots and budget are hard, and that luck has to be reacted to, it can't know. What that
 * costs shows in the campaigns' margins, freed of luck by {@link baselineOf}, and the search follows those.
 *
 * Differs from policy search over a network in having few parameters (2 · knots): the products' dynamic programs do
 * the rest. That is Powell's "parametric cost function approximation" (2019, European Journal of Operational Research 275(3)).
 */
export function learnCampaignPrices(
  campaign: Campaign,
  solve: LinearSolver,
  options: CampaignLearningOptions,
): CampaignPrices {
  const knots = requireInteger(options.knots ?? 3, "knots", 1);
  const campaigns = requireInteger(options.campaigns ?? 96, "campaigns", 2);
  const { signal, onProgress } = options;
  const grid = options.grid ?? priceGrid(campaign, solve, { signal });
  const random = createRandom(options.seed).fork("campaign prices");
  const paceOf = (values: Float64Array) => ({ spending: values.slice(0, knots), keeping: values.slice(knots) });
  const from = options.start ?? steady(knots);
  if (from.spending.length !== knots || from.keeping.length !== knots)
    throw new InputError(`a pace to start from has ${knots} values each`, {
      value: [from.spending.length, from.keeping.length],
      place: "start",
      remedy: "Give as many as knots says.",
    });
  const baseline = baselineOf(campaign, grid);
  const found = evolve(
    (candidates, generation) =>
      candidates.map((values) => {
        const { act } = campaignPrices(campaign, grid, paceOf(values));
        const run = { campaigns, seed: `${options.seed}/${generation}`, baseline, signal };
        const { margins, luck } = simulateCampaign(campaign, act, run);
        return margins.reduce((sum, margin, i) => sum + (margin - luck[i]) / campaigns, 0);
      }),
    {
      ...{ start: [...from.spending, ...from.keeping], spread: 0.15, generations: options.generations ?? 25, random },
      ...{ onProgress, signal },
    },
  );
  return campaignPrices(campaign, grid, paceOf(found));
}

/** The grid's point nearest to the budget price at the campaign's start, to tell skill from luck. */
export function baselineOf(campaign: Campaign, grid: PriceGrid): CampaignBaseline {
  const agent = campaignPrices(campaign, grid);
  agent.act({ period: 0, stock: campaign.products.map(({ stock }) => stock), budget: campaign.budget });
  const off = grid.points.map(({ budget }) => Math.abs(budget - agent.budgetPrice));
  const nearest = off.indexOf(Math.min(...off));
  return { prices: grid.points[nearest], plans: grid.plans[nearest] };
}

/** The agent that {@link CampaignPrices.save} wrote, for its campaign. Throws {@link DataError} for another one's shape. */
export function loadCampaignPrices(campaign: Campaign, document: CampaignPricesDocument): CampaignPrices {
  const { products, periods, points, pace } = document;
  if (
    document.kind !== "campaign-prices" ||
    products !== campaign.products.length ||
    periods !== campaign.periods ||
    points.length === 0 ||
    points.some(({ slots }) => slots.length !== periods)
  )
    throw new DataError("the document is not of this campaign", {
      value: { kind: document.kind, products, periods },
      place: "document",
      remedy: `Load one of ${campaign.products.length} products and ${campaign.periods} periods.`,
    });
  const prices = points.map(({ slots, budget }) => ({
    slots: Float64Array.from(slots, (rent, t) => requireNumber(rent, `points.slots[${t}]`, 0)),
    budget: requireNumber(budget, "points.budget", 0),
  }));
  return campaignPrices(campaign, gridAt(campaign, prices), {
    spending: Float64Array.from(pace.spending),
    keeping: Float64Array.from(pace.keeping),
  });
}

/** The pace that spends what is left and keeps a unit for what it is worth. */
function steady(knots: number): CampaignPace {
  return { spending: new Float64Array(knots), keeping: new Float64Array(knots) };
}

/** The value at a share of the time in [0, 1], in a straight line between evenly spaced knots. */
function between(knots: Float64Array, time: number): number {
  const at = time * (knots.length - 1);
  const low = Math.min(Math.floor(at), Math.max(0, knots.length - 2));
  const high = Math.min(low + 1, knots.length - 1);
  return knots[low] + (at - low) * (knots[high] - knots[low]);
}
