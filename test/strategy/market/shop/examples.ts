import { createRandom } from "../../../../lib/random";
import type { Outcome } from "../../../../lib/strategy/market/shop/ledger";
import { ShopMarket } from "../../../../lib/strategy/market/shop/market";
import { createShop, type Shop } from "../../../../lib/strategy/market/shop/shop";
import type { Offer, SegmentOptions, ShopOptions } from "../../../../lib/strategy/market/shop/spec";

export const CUTS: Offer[] = [0, 0.1, 0.2, 0.3, 0.4].map((depth) => ({ mechanic: "price-cut", depth }));

/** One product, one kind of customer, nothing else: what a {@link Sale} is. */
export function plainOptions(segment: Partial<SegmentOptions> = {}, changes: Partial<ShopOptions> = {}): ShopOptions {
  return {
    clock: { steps: 6 },
    products: [{ name: "lamp", listPrice: 30, unitCost: 15, stock: 12, salvage: 5, offers: CUTS }],
    segments: [{ name: "all", arrivals: [150, 200, 250, 250, 200, 150], taste: [-5], sensitivity: 0.12, ...segment }],
    ...changes,
  };
}

/** A shop in which everything is switched on. */
export function fullOptions(changes: Partial<ShopOptions> = {}): ShopOptions {
  const offers: Offer[] = [
    ...CUTS,
    { mechanic: "coupon", depth: 0.2 },
    { mechanic: "gift", depth: 0.2 },
    { mechanic: "spend-and-save", depth: 0.2 },
  ];
  const arrivals = [40, 60, 90, 120, 120, 100, 90, 60];
  const segment = { couponUse: 0.4, topUp: 0.3, countdown: 0.3, scarcity: 0.5, pullForward: 0.4 };
  return {
    clock: { start: 12, steps: 8, length: 6 },
    products: [
      { name: "lamp", listPrice: 30, unitCost: 15, stock: 20, salvage: 5, offers },
      { name: "kettle", listPrice: 45, unitCost: 25, stock: 15, salvage: 10, offers: offers.slice(0, 6) },
      { name: "radio", listPrice: 60, unitCost: 30, stock: 0, salvage: 10, offers: CUTS },
    ],
    segments: [
      { name: "regulars", arrivals, taste: [-3, -3.5, -3], sensitivity: 0.05, wants: [0.7, 0.2, 0.1], ...segment },
      {
        ...{ name: "hunters", arrivals: arrivals.map((expected) => expected / 2), taste: [-4, -4, -4], ...segment },
        ...{ sensitivity: 0.15, strategic: { share: 0.5, discount: 0.35, patience: 0.5, returns: 0.3 } },
      },
    ],
    exposure: { lifts: [0.6, 0.3] },
    urgency: { countdownHours: 3, scarceBelow: 8 },
    orders: { cancelled: 0.1, returned: 0.1, handling: 2 },
    rules: { budget: 90, noRise: true, minimumMargin: 0.05, cap: 2 },
    ...changes,
  };
}

/** A random action that the mask allows, into `action`. */
export function randomAction(shop: Shop, mask: Uint8Array, uniform: () => number, action: Int32Array, at = 0, row = 0) {
  for (let c = 0; c < shop.counts.length; c++) {
    const from = row * shop.staticMask.length + shop.maskOffsets[c];
    const open = Array.from({ length: shop.counts[c] }, (_, choice) => choice).filter((choice) => mask[from + choice]);
    action[at + c] = open[Math.floor(uniform() * open.length)];
  }
}

/** Runs sales that show one offer of each product from start to end; the mean of each account's column. */
export function meanOutcome(options: ShopOptions, offers: number[], sales: number, seed: number | string = 1): Outcome {
  const shop = createShop(options);
  const market = new ShopMarket(shop, seed);
  const action = Int32Array.from([1, ...offers, ...shop.lifts.map((_, slot) => (slot === 0 ? 1 : 0))]);
  const sum: Record<string, number> = {};
  for (let sale = 0; sale < sales; sale++) {
    const { info } = market.reset();
    for (let step = 0; step < shop.spec.clock.steps; step++) market.step(action);
    for (const [name, value] of Object.entries(info.outcome())) sum[name] = (sum[name] ?? 0) + value / sales;
  }
  return sum as unknown as Outcome;
}

/** Uniform numbers of a seed. */
export const uniforms = (seed: number | string) => {
  const random = createRandom(seed);
  return () => random.uniform();
};

/** JSON text with the value at a path, such as `["shop", "products", 0, "stock"]`, replaced, or taken away if undefined. */
export function edited(text: string, path: (string | number)[], value: unknown): string {
  const document: unknown = JSON.parse(text);
  let holder = document as Record<string | number, unknown>;
  for (const part of path.slice(0, -1)) holder = holder[part] as Record<string | number, unknown>;
  const last = path[path.length - 1];
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return JSON.stringify(document);
}
