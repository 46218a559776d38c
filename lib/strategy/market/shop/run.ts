import { requireInteger, throwIfAborted } from "../../../errors";
import { LEDGER, type Outcome } from "./ledger";
import { ShopMarket } from "./market";
import type { ShopPolicy, ShopView } from "./policy";
import type { Shop } from "./shop";

/** A figure of a sale's outcome. */
export type Measure = keyof Outcome;

/** What {@link readLedger} tells of a sale. */
export const MEASURES: readonly Measure[] = [
  ...["contribution", "participation", "conversion", "sellThrough"],
  ...LEDGER,
] as Measure[];

/** Many sales run under one policy: each measure of each sale, [sales]; and the reward under the shop's weights. */
export type ShopRuns = Record<Measure | "reward", Float64Array>;

/** Options of {@link runShop}. */
export interface RunOptions {
  sales: number;
  seed: number | string;
  signal?: AbortSignal;
}

/**
 * Runs sales under a policy: the first, second, … of the seed's. Two policies under one seed meet the same visitors, sale by
 * sale, so that their outcomes can be compared in pairs.
 */
export function runShop(shop: Shop, policy: ShopPolicy, options: RunOptions): ShopRuns {
  const sales = requireInteger(options.sales, "sales", 1);
  const market = new ShopMarket(shop, options.seed);
  const runs = Object.fromEntries(
    [...MEASURES, "reward"].map((name) => [name, new Float64Array(sales)]),
  ) as unknown as ShopRuns;
  for (let sale = 0; sale < sales; sale++) {
    if (sale % 64 === 0) throwIfAborted(options.signal, "running the shop's sales");
    const outcome = playSale(market, policy, (reward) => {
      runs.reward[sale] += reward;
    });
    for (const name of MEASURES) runs[name][sale] = outcome[name];
  }
  return runs;
}

/** Plays the market's next sale to its end; `after` is told the reward of each step. Returns the sale's account. */
export function playSale(
  market: ShopMarket,
  policy: ShopPolicy,
  after: (reward: number, step: number, action: Int32Array) => void,
): Outcome {
  const { shop } = market;
  const { observation, info } = market.reset();
  const action = new Int32Array(shop.counts.length);
  const view: { -readonly [Key in keyof ShopView]: ShopView[Key] } = {
    ...{ shop, step: 0, observation, mask: info.actionMask, state: info.state },
  };
  for (let step = 0; step < shop.spec.clock.steps; step++) {
    view.step = step;
    policy(view, action);
    after(market.step(action).reward, step, action);
  }
  return info.outcome();
}

/** The mean of a column. */
export function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
