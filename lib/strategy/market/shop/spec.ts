/** How a product is promoted. */
export type Mechanic = "price-cut" | "coupon" | "gift" | "spend-and-save";

/**
 * One line of a product's menu. `depth` is what the offer is worth as a share d of the list price, in [0, 1):
 *
 * - `price-cut`: every buyer pays list · (1 − d). Depth 0 is no promotion.
 * - `coupon`: the segment's `couponUse` redeem it and pay list · (1 − d); the others pay, and see, the list price.
 * - `gift`: the price stays; with each unit comes a gift of retail value d · list, which costs the shop `giftCost` of
 *   that and is worth `giftValue` of it to the customer.
 * - `spend-and-save`: d off every unit of an order of `minimumUnits` or more. Who wants fewer pays the list price, but
 *   for the segment's `topUp`, who take as many as it needs.
 */
export interface Offer {
  mechanic: Mechanic;
  depth: number;
}

/** A product. Money in the currency's major unit, a unit each. */
export interface ShopProduct {
  name: string;
  listPrice: number;
  unitCost: number;
  /** Units to sell; nothing arrives during the sale. */
  stock: number;
  /** What a unit that is left over, or returned, brings. */
  salvage: number;
  /** What may be shown, at most 255 lines. */
  offers: Offer[];
}

/** Customers who wait for a deeper markdown: see {@link Segment.strategic}. */
export interface StrategicBehaviour {
  /** Share of the segment's visitors who may wait, in [0, 1]. */
  share: number;
  /** The discount that they expect to see before the end, as a share of the list price. */
  discount: number;
  /** Odds of the future against the present, in [0, 1]: belief that the product will be there, times patience. */
  patience: number;
  /** Probability that one who waits comes back in a step; in the last step all do. In (0, 1]. */
  returns: number;
}

/**
 * Customers of one kind. A visitor chooses by the multinomial logit among the products in stock and not buying:
 *
 *   P(i) = e^u(i) / (1 + Σ e^u(j) + W),   u(i) = taste(i) + sensitivity · benefit(i) + urgency + exposure.
 *
 * `benefit` is the offer's worth to this customer in money. W is 0, except for strategic customers.
 */
export interface Segment {
  name: string;
  /** Expected visitors in each step of the window, [steps]: a non-homogeneous Poisson process, constant in a step. */
  arrivals: number[];
  /** Utility of each product at its list price, not buying being 0: [products]. */
  taste: number[];
  /** Utility of one unit of money: above 0. */
  sensitivity: number;
  /** Probability that a buyer wants 1, 2, … units; sums to 1. */
  wants: number[];
  /** What a gift is worth to them, as a share of its retail value. */
  giftValue: number;
  /** Share who redeem coupons, in [0, 1]. */
  couponUse: number;
  /** Share, of those who want too few units for spend-and-save, who take more to reach it, in [0, 1]. */
  topUp: number;
  /** Utility that the countdown adds when it reaches 0. */
  countdown: number;
  /** Utility that displayed scarcity adds as the last unit goes. */
  scarcity: number;
  /**
   * Strategic customers have one more alternative: to wait, of weight W = patience · Σ e^(taste(i) + sensitivity ·
   * discount · list(i)), over the products in stock whose offer now is worth less than the expected discount. In the
   * last step W is 0. One who waited comes back as an ordinary visitor and doesn't wait again.
   */
  strategic: StrategicBehaviour;
  /** Pull-forward: units borrowed from later sales, for each unit sold at depth 1; at depth d, d times that, at most 1. */
  pullForward: number;
}

/** What each part of the reward counts for; 1 takes it as it is, in money. */
export interface RewardWeights {
  margin: number;
  promotion: number;
  borrowed: number;
  returns: number;
  leftovers: number;
  gmv: number;
  /** In money for each buyer. */
  buyers: number;
  surplus: number;
}

/** Everything that defines a shop's flash sale: plain JSON. {@link createShop} fills what may be left out. */
export interface ShopSpec {
  /** The currency's name, for people. */
  currency: string;
  clock: {
    /** Hour of the day at which the window begins, in [0, 24). */
    start: number;
    /** Hours in a step. */
    stepHours: number;
    /** Steps of the window in which the sale lies. */
    steps: number;
    /** Steps that the sale lasts once it is opened, at most `steps`. It opens by itself when waiting longer would cut it. */
    length: number;
  };
  products: ShopProduct[];
  segments: Segment[];
  exposure: {
    /** Utility that each slot of the shop's front adds to the product in it, [slots]. */
    lifts: number[];
    /** Whether a product that is in no slot can't be bought. */
    hidden: boolean;
  };
  urgency: {
    /** Hours before the end at which the countdown begins to work, rising in a straight line. */
    countdownHours: number;
    /** Units left below which the shop shows how few there are; the effect rises in a straight line to 0 units. */
    scarceBelow: number;
  };
  orders: {
    /** Probability that an order is cancelled (not paid): its units are for sale again in the next step. */
    cancelled: number;
    /** Probability that a sold unit is returned after the sale: its price is refunded, a gift is lost. */
    returned: number;
    /** What handling a returned unit costs. */
    handling: number;
  };
  mechanics: {
    /** What a gift costs the shop, as a share of its retail value. */
    giftCost: number;
    /** Units in an order from which spend-and-save holds; at least 2. */
    minimumUnits: number;
  };
  rules: {
    /** Whether a product's price, money-off counted, may not rise again during the sale. */
    noRise: boolean;
    /** Least (price − unit cost − gift) ÷ price of a unit sold with the offer; null: no such rule. */
    minimumMargin: number | null;
    /** What promotion may cost in the whole sale; null: no limit. */
    budget: number | null;
    /** Units that one customer may buy; null: as many as wanted. */
    cap: number | null;
  };
  weights: RewardWeights;
}

/** A {@link Segment} as it is given: what is left out has no effect (or, for coupons, is used by all). */
export type SegmentOptions = Pick<Segment, "name" | "arrivals" | "taste" | "sensitivity"> & Partial<Segment>;

/** A {@link ShopSpec} as it is given: products, segments and the clock, and what is to be other than plain. */
export interface ShopOptions {
  currency?: string;
  clock: { start?: number; stepHours?: number; steps: number; length?: number };
  products: ShopProduct[];
  segments: SegmentOptions[];
  exposure?: Partial<ShopSpec["exposure"]>;
  urgency?: Partial<ShopSpec["urgency"]>;
  orders?: Partial<ShopSpec["orders"]>;
  mechanics?: Partial<ShopSpec["mechanics"]>;
  rules?: Partial<ShopSpec["rules"]>;
  weights?: Partial<RewardWeights>;
}

/** Fills what {@link ShopOptions} leave out with what has no effect. */
export function completeSpec(options: ShopOptions): ShopSpec {
  return {
    currency: options.currency ?? "money",
    clock: { start: 0, stepHours: 1, length: options.clock.steps, ...options.clock },
    products: options.products,
    segments: options.segments.map((segment) => ({
      wants: [1],
      giftValue: 0.5,
      couponUse: 1,
      topUp: 0,
      countdown: 0,
      scarcity: 0,
      strategic: { share: 0, discount: 0, patience: 0, returns: 1 },
      pullForward: 0,
      ...segment,
    })),
    exposure: { lifts: [], hidden: false, ...options.exposure },
    urgency: { countdownHours: 1, scarceBelow: 1, ...options.urgency },
    orders: { cancelled: 0, returned: 0, handling: 0, ...options.orders },
    mechanics: { giftCost: 0.5, minimumUnits: 2, ...options.mechanics },
    rules: { noRise: false, minimumMargin: null, budget: null, cap: null, ...options.rules },
    weights: {
      ...{ margin: 1, promotion: 1, borrowed: 1, returns: 1, leftovers: 1, gmv: 0, buyers: 0, surplus: 0 },
      ...options.weights,
    },
  };
}
