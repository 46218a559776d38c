import { InputError, requireInteger } from "../../../errors";
import type { Shop } from "./shop";
import type { ShopState } from "./state";

/** What a policy decides from: the market's own arrays, valid until its next step. */
export interface ShopView {
  readonly shop: Shop;
  /** The step to come, 0 first. */
  readonly step: number;
  /** See {@link observationSpace}. */
  readonly observation: Float64Array;
  /** See {@link createMask}. */
  readonly mask: Uint8Array;
  /** Stock, budget, offers shown last, … of one row. Customers who wait (`pools`) are not for a policy's eyes. */
  readonly state: ShopState;
}

/** Writes the action of the step to come: [opening, offer of each product, product of each slot]. */
export type ShopPolicy = (view: ShopView, action: Int32Array) => void;

/** A policy for a market that may differ from another: planned from what it is told of that market. */
export type ShopPlanner = (shop: Shop) => ShopPolicy;

/** When to open, and what to put in the slots. */
export interface Staging {
  /** Step at which to open; the rules may open earlier. Default 0. */
  opens?: number;
  /** The product in each slot, −1 for nobody. Default: the first products, one a slot. */
  slots?: readonly number[];
}

/** Whether the mask allows an offer of a product. */
export function offerAllowed({ shop, mask }: ShopView, product: number, offer: number): boolean {
  return mask[shop.maskOffsets[product + 1] + offer] === 1;
}

/** The offer, if the mask allows it; else, of those that it allows, the one whose net price is nearest. */
export function nearestOffer(view: ShopView, product: number, offer: number): number {
  if (offerAllowed(view, product, offer)) return offer;
  const { menu, netPrices, offers } = view.shop;
  const wanted = netPrices[product * menu + offer];
  let best = -1;
  for (let o = 0; o < offers[product]; o++)
    if (
      offerAllowed(view, product, o) &&
      (best < 0 ||
        Math.abs(netPrices[product * menu + o] - wanted) < Math.abs(netPrices[product * menu + best] - wanted))
    )
      best = o;
  return best;
}

/**
 * Makes a policy of what to offer: `offer(view, product)` names each product's offer, taken where the rules allow it,
 * else the nearest by price; opening and slots as staged. Throws {@link InputError} for slots that don't exist.
 */
export function stagedPolicy(
  shop: Shop,
  offer: (view: ShopView, product: number) => number,
  staging: Staging = {},
): ShopPolicy {
  const P = shop.stock.length;
  const S = shop.lifts.length;
  const opens = requireInteger(staging.opens ?? 0, "opens", 0, shop.spec.clock.steps - 1);
  const slots = staging.slots ?? Array.from({ length: S }, (_, slot) => (slot < P ? slot : -1));
  if (slots.length !== S)
    throw new InputError(`this shop has ${S} slots`, {
      value: slots.length,
      place: "slots",
      remedy: "Name a product, or −1, for each.",
    });
  slots.forEach((product, slot) => {
    requireInteger(product, `slots[${slot}]`, -1, P - 1);
  });
  return (view, action) => {
    action[0] = view.mask[0] === 1 && view.step < opens ? 0 : 1;
    for (let i = 0; i < P; i++) action[1 + i] = nearestOffer(view, i, offer(view, i));
    for (let s = 0; s < S; s++) action[1 + P + s] = slots[s] + 1;
  };
}

/** Shows one offer of each product from start to end. Throws {@link InputError} for an offer that isn't on the menu. */
export function fixedOffers(shop: Shop, offers: ArrayLike<number>, staging: Staging = {}): ShopPolicy {
  if (offers.length !== shop.stock.length)
    throw new InputError(`this shop has ${shop.stock.length} products`, { value: offers.length, place: "offers" });
  for (let i = 0; i < offers.length; i++) requireInteger(offers[i], `offers[${i}]`, 0, shop.offers[i] - 1);
  return stagedPolicy(shop, (_, product) => offers[product], staging);
}
