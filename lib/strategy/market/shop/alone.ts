import { InputError, requireInteger } from "../../../errors";
import { ruleOfThumb } from "../../agents/rule-of-thumb";
import { solve } from "../../optimum/dynamic-programming";
import { asPolicy, type SalePolicy } from "../../policy";
import { createSale, type Sale } from "../sale";
import { type ShopPolicy, type Staging, stagedPolicy } from "./policy";
import type { Shop } from "./shop";

/** One product of a shop seen as a {@link Sale}: what a planner who looks at one product at a time works with. */
export interface AloneSale {
  sale: Sale;
  /** The offer on the shop's menu that each level of the sale's ladder stands for. */
  offers: Int32Array;
}

/**
 * A product as if it were alone: all segments' visitors from the step `opens` on, the logit's share at each price cut that
 * the minimum margin allows, the other products of the shop at the offers `others` (default: the first on their menus).
 * Sold alone in a shop without urgency, waiting, cancellations, returns, pull-forward and budget it is exactly this.
 * Throws {@link InputError} where the menu has no price cut.
 */
export function aloneSale(
  shop: Shop,
  product: number,
  options: { others?: ArrayLike<number>; opens?: number } = {},
): AloneSale {
  const { spec } = shop;
  requireInteger(product, "product", 0, shop.stock.length - 1);
  const { listPrice, unitCost, salvage, stock, offers: menu } = spec.products[product];
  const opens = requireInteger(options.opens ?? 0, "opens", 0, spec.clock.steps - spec.clock.length);
  const ladder = menu
    .map((offer, index) => ({ ...offer, index }))
    .filter(({ mechanic, index }) => mechanic === "price-cut" && shop.staticMask[shop.maskOffsets[product + 1] + index])
    .sort((a, b) => a.depth - b.depth);
  if (ladder.length === 0)
    throw new InputError("a product planned alone needs a price cut on its menu", {
      value: menu,
      place: `products[${product}].offers`,
      remedy: "Add { mechanic: 'price-cut', depth: 0 }.",
    });
  const P = shop.stock.length;
  const visitors = spec.segments.map(({ arrivals }) => arrivals.reduce((sum, expected) => sum + expected, 0));
  const total = visitors.reduce((sum, expected) => sum + expected, 0) || 1;
  const share = (price: number) =>
    shop.kinds.reduce((sum, kind, k) => {
      const { taste, sensitivity } = spec.segments[kind.segment];
      const own = Math.exp(taste[product] + sensitivity * (listPrice - price));
      let rest = 1;
      for (let j = 0; j < P; j++)
        if (j !== product && shop.stock[j] > 0)
          rest += shop.attraction[(k * P + j) * shop.menu + (options.others?.[j] ?? 0)];
      return sum + ((visitors[kind.segment] * kind.share) / total) * (own / (own + rest));
    }, 0);
  const sale = createSale({
    ...{ stock: Math.max(1, stock), listPrice, unitCost, salvage, response: share },
    discounts: ladder.map(({ depth }) => depth),
    arrivals: shop.arrivals.subarray(opens, opens + spec.clock.length),
    markdownOnly: spec.rules.noRise,
  });
  return { sale, offers: Int32Array.from(ladder, ({ index }) => index) };
}

/**
 * Runs a policy for one product's {@link Sale} on each product of a shop: any of lib/strategy's, from a rule of thumb to a learned
 * table. `make` is given the product as if it were alone.
 */
export function eachAlone(
  shop: Shop,
  make: (sale: Sale, product: number) => SalePolicy,
  staging: Staging & { others?: ArrayLike<number> } = {},
): ShopPolicy {
  const opens = Math.min(staging.opens ?? 0, shop.spec.clock.steps - shop.spec.clock.length);
  const P = shop.stock.length;
  const alone = Array.from({ length: P }, (_, i) => aloneSale(shop, i, { others: staging.others, opens }));
  const policies = alone.map(({ sale }, i) => make(sale, i));
  const levels = alone.map(({ offers }, i) => {
    const levelOf = new Int32Array(shop.offers[i]);
    offers.forEach((offer, level) => {
      levelOf[offer] = level;
    });
    return levelOf;
  });
  return stagedPolicy(
    shop,
    ({ state, step }, i) => {
      const { sale, offers } = alone[i];
      const since = state.opened[0] < 0 ? 0 : step - state.opened[0];
      if (since >= sale.periods) return offers[0];
      const last = state.last[i] < 0 ? 0 : levels[i][state.last[i]];
      return offers[policies[i](since, Math.min(state.stock[i], sale.stock), sale.memory > 1 ? last : 0)];
    },
    staging,
  );
}

/** Each product by the exact optimum of its own sale, as if it were alone. */
export function plannedAlone(shop: Shop, staging: Staging & { others?: ArrayLike<number> } = {}): ShopPolicy {
  return eachAlone(shop, (sale) => asPolicy(sale, solve(sale).policy), staging);
}

/** Each product by {@link ruleOfThumb}: deepen the price cut when sell-through lags the clock. */
export function shopRuleOfThumb(shop: Shop, options: Staging & { start?: number; band?: number } = {}): ShopPolicy {
  return eachAlone(
    shop,
    (sale) =>
      ruleOfThumb(sale, {
        start: options.start === undefined ? undefined : Math.min(options.start, sale.levels - 1),
        band: options.band,
      }),
    options,
  );
}
