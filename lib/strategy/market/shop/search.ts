import { requireInteger } from "../../../errors";
import { shopRuleOfThumb } from "./alone";
import { fixedOffers, type ShopPolicy, type Staging } from "./policy";
import { meanOf, runShop } from "./run";
import type { Shop } from "./shop";

/** How a search spends its sales. */
export interface SearchOptions {
  /** Sales that each candidate is tried on; all on the same ones. Default 200. */
  sales?: number;
  /** Seed of those sales. What the winner is worth must be measured on others. */
  seed: number | string;
  signal?: AbortSignal;
}

/** The best candidate of a search, and its mean reward on the sales of the search: an optimistic figure. */
export interface Found<Choice> {
  choice: Choice;
  policy: ShopPolicy;
  reward: number;
  /** Candidates tried. */
  tried: number;
}

/** Tries each choice on the same sales; of equal ones the first. */
export function bestChoice<Choice>(
  shop: Shop,
  choices: readonly Choice[],
  make: (choice: Choice) => ShopPolicy,
  options: SearchOptions,
): Found<Choice> {
  requireInteger(choices.length, "number of choices", 1);
  let best: Found<Choice> | null = null;
  for (const choice of choices) {
    const policy = make(choice);
    const reward = meanOf(runShop(shop, policy, { ...options, sales: options.sales ?? 200 }).reward);
    if (best === null || reward > best.reward) best = { choice, policy, reward, tried: choices.length };
  }
  return best as Found<Choice>;
}

/** What {@link bestFixedOffers} chooses. */
export interface FixedPlan {
  offers: number[];
  slots: number[];
  opens: number;
}

/**
 * The best fixed plan that coordinate ascent finds: one offer of each product from start to end, the slots, the
 * opening. One part is improved at a time, each choice tried on the same sales,
 * until a whole round improves nothing or `rounds` are done. It starts from the best of: `from`, and each offer shown for all
 * products alike. A local optimum over parts, global in one product.
 */
export function bestFixedOffers(
  shop: Shop,
  options: SearchOptions & { rounds?: number; from?: FixedPlan },
): Found<FixedPlan> {
  const rounds = requireInteger(options.rounds ?? 4, "rounds", 1);
  const P = shop.stock.length;
  const S = shop.lifts.length;
  const { steps, length } = shop.spec.clock;
  const make = (plan: FixedPlan) => fixedOffers(shop, plan.offers, plan);
  const slots = Array.from({ length: S }, (_, slot) => (slot < P ? slot : -1));
  const allowed = (i: number, o: number) => o < shop.offers[i] && shop.staticMask[shop.maskOffsets[i + 1] + o] === 1;
  const first = (i: number) => shop.staticMask.indexOf(1, shop.maskOffsets[i + 1]) - shop.maskOffsets[i + 1];
  const alike = Array.from({ length: shop.menu }, (_, o) => ({
    offers: Array.from({ length: P }, (__, i) => (allowed(i, o) ? o : first(i))),
    ...{ slots, opens: 0 },
  }));
  const starts = options.from ? [options.from, ...alike] : alike;
  let best = bestChoice(shop, starts, make, options);
  let tried = starts.length;
  const improve = (choices: FixedPlan[]) => {
    if (choices.length === 0) return;
    const found = bestChoice(shop, choices, make, options);
    tried += choices.length;
    if (found.reward > best.reward) best = found;
  };
  for (let round = 0; round < rounds; round++) {
    const before = best.reward;
    for (let i = 0; i < P; i++) {
      const { choice } = best;
      const others = Array.from({ length: shop.offers[i] }, (_, o) => o).filter(
        (o) => o !== choice.offers[i] && allowed(i, o),
      );
      improve(others.map((o) => ({ ...choice, offers: choice.offers.map((old, j) => (j === i ? o : old)) })));
    }
    for (let slot = 0; slot < S; slot++) {
      const { choice } = best;
      const others = Array.from({ length: P }, (_, i) => i).filter((i) => i !== choice.slots[slot]);
      improve(others.map((i) => ({ ...choice, slots: swapped(choice.slots, slot, i) })));
    }
    const { choice } = best;
    improve(
      Array.from({ length: steps - length + 1 }, (_, opens) => opens)
        .filter((opens) => opens !== choice.opens)
        .map((opens) => ({ ...choice, opens })),
    );
    if (best.reward === before) break;
  }
  return { ...best, tried };
}

/** Puts a product in a slot; the slot where it was takes the other product. */
function swapped(slots: readonly number[], slot: number, product: number): number[] {
  return slots.map((old, s) => (s === slot ? product : old === product ? slots[slot] : old));
}

/** The {@link shopRuleOfThumb} that does best of all starting levels and these bands, in the given staging. */
export function bestRuleOfThumb(
  shop: Shop,
  options: SearchOptions & { bands?: readonly number[]; staging?: Staging },
): Found<{ start: number; band: number }> {
  const levels = Math.max(...shop.offers);
  const choices = (options.bands ?? [0.05, 0.1, 0.2, 0.4]).flatMap((band) =>
    Array.from({ length: levels }, (_, start) => ({ start, band })),
  );
  return bestChoice(shop, choices, (choice) => shopRuleOfThumb(shop, { ...options.staging, ...choice }), options);
}
