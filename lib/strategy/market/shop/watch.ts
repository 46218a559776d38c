import { requireInteger } from "../../../errors";
import { LEDGER, type LedgerColumn, type Outcome } from "./ledger";
import { ShopMarket } from "./market";
import { offerName } from "./offer-money";
import type { ShopPolicy } from "./policy";
import { playSale } from "./run";
import type { Shop } from "./shop";

/** One sale, step by step. T steps of the window, P products, S slots. */
export interface ShopTrace {
  readonly shop: Shop;
  /** Hour of the day at which each step begins, as "14:30", [T]. */
  readonly times: string[];
  /** 1 while the sale is open, [T]. */
  readonly open: Uint8Array;
  /** Offer shown, −1 while closed, [T × P]. */
  readonly offers: Int16Array;
  /** Net price shown, NaN while closed, [T × P]. */
  readonly prices: Float64Array;
  /** Units ordered, [T × P]; and left at the step's end, those of cancelled orders not counted, [T × P]. */
  readonly ordered: Int32Array;
  readonly stock: Int32Array;
  /** Product in each slot, −1 for nobody, [T × S]. */
  readonly slots: Int16Array;
  /** What each step added to the account, by column, [T]. */
  readonly steps: Readonly<Record<LedgerColumn, Float64Array>>;
  /** Reward of each step; budget left (Infinity without one); customers who wait, all [T]. */
  readonly rewards: Float64Array;
  readonly budget: Float64Array;
  readonly waiting: Int32Array;
  readonly outcome: Outcome;
}

/** Runs the first sale of a seed under a policy and keeps what happened. */
export function watchShop(shop: Shop, policy: ShopPolicy, seed: number | string): ShopTrace {
  const { steps: T, length, start, stepHours } = shop.spec.clock;
  const P = shop.stock.length;
  const S = shop.lifts.length;
  const market = new ShopMarket(shop, seed);
  const { state } = market;
  const trace = {
    shop,
    times: Array.from({ length: T }, (_, step) => clockTime(start + step * stepHours)),
    open: new Uint8Array(T),
    offers: new Int16Array(T * P).fill(-1),
    prices: new Float64Array(T * P).fill(Number.NaN),
    ordered: new Int32Array(T * P),
    stock: new Int32Array(T * P),
    slots: new Int16Array(T * S).fill(-1),
    steps: Object.fromEntries(LEDGER.map((name) => [name, new Float64Array(T)])) as Record<LedgerColumn, Float64Array>,
    rewards: new Float64Array(T),
    budget: new Float64Array(T),
    waiting: new Int32Array(T),
  };
  const before = new Float64Array(LEDGER.length);
  const outcome = playSale(market, policy, (reward, step, action) => {
    const open = state.opened[0] >= 0 && step < state.opened[0] + length;
    trace.open[step] = open ? 1 : 0;
    trace.rewards[step] = reward;
    trace.budget[step] = state.budget[0];
    trace.waiting[step] = state.pools.reduce((sum, waiting) => sum + waiting, 0);
    LEDGER.forEach((name, column) => {
      trace.steps[name][step] = state.ledger[column] - before[column];
    });
    before.set(state.ledger);
    for (let i = 0; i < P; i++) {
      trace.ordered[step * P + i] = state.sold[i];
      trace.stock[step * P + i] = state.stock[i];
      if (!open) continue;
      trace.offers[step * P + i] = state.last[i];
      trace.prices[step * P + i] = shop.netPrices[i * shop.menu + state.last[i]];
    }
    if (open) for (let s = 0; s < S; s++) trace.slots[step * S + s] = action[1 + P + s] - 1;
  });
  return { ...trace, outcome };
}

function clockTime(hours: number): string {
  const minutes = Math.round(hours * 60) % (24 * 60);
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

/** The name of the offer of a product in a step of a trace; "closed" while the sale is. */
export function offerShown(trace: ShopTrace, step: number, product: number): string {
  const offer = trace.offers[step * trace.shop.stock.length + product];
  return offer < 0 ? "closed" : offerName(trace.shop.spec.products[product].offers[offer]);
}

/** What a policy shows and sells on average, step by step. */
export interface MeanTrace {
  times: string[];
  /** Mean net price over the sales that are open in the step, NaN where none is, [T × P]. */
  prices: Float64Array;
  /** Mean units ordered, and left at the step's end, [T × P]. */
  ordered: Float64Array;
  stock: Float64Array;
  /** Mean contribution of a sale. */
  contribution: number;
}

/** The mean of {@link watchShop} over the sales of the seeds `seed/0`, `seed/1`, …. */
export function watchMean(
  shop: Shop,
  policy: ShopPolicy,
  options: { sales: number; seed: number | string },
): MeanTrace {
  const sales = requireInteger(options.sales, "sales", 1);
  const size = shop.spec.clock.steps * shop.stock.length;
  const mean = {
    times: [] as string[],
    ...{ prices: new Float64Array(size), ordered: new Float64Array(size), stock: new Float64Array(size) },
    contribution: 0,
  };
  const open = new Float64Array(size);
  for (let sale = 0; sale < sales; sale++) {
    const trace = watchShop(shop, policy, `${options.seed}/${sale}`);
    mean.times = trace.times;
    mean.contribution += trace.outcome.contribution / sales;
    for (let at = 0; at < size; at++) {
      mean.ordered[at] += trace.ordered[at] / sales;
      mean.stock[at] += trace.stock[at] / sales;
      if (Number.isNaN(trace.prices[at])) continue;
      open[at]++;
      mean.prices[at] += trace.prices[at];
    }
  }
  mean.prices.forEach((sum, at) => {
    mean.prices[at] = open[at] === 0 ? Number.NaN : sum / open[at];
  });
  return mean;
}
