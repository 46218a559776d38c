import { type Kind, kindsOf } from "./kinds";
import { keepsMargin, netPrice, offerMoney, TAKES_ALL } from "./offer-money";
import { type PoissonTable, poissonTable } from "./quantiles";
import { completeSpec, type ShopOptions, type ShopSpec } from "./spec";
import { checkSpec } from "./validate";

/**
 * A shop's flash sale, compiled: all that a step needs, tabulated, so that it computes no exponential. P products, K
 * kinds of customers, G segments, `menu` offers at most, L steps of the sale, S slots. Made by {@link createShop}.
 */
export interface Shop {
  readonly spec: ShopSpec;
  readonly kinds: readonly Kind[];
  /** The most offers that a product's menu has. */
  readonly menu: number;
  /** Offers on each menu, [products]. */
  readonly offers: Int32Array;
  /** Components of an action: opening, P offers, S slots; and how many choices each has. */
  readonly counts: Int32Array;
  /** Where each component's choices begin in an action mask, [components + 1]. */
  readonly maskOffsets: Int32Array;
  /** The mask's entries that rules of the moment don't touch: 0 where the minimum margin forbids an offer. */
  readonly staticMask: Uint8Array;
  /** Expected visitors, [steps]; and their distribution. */
  readonly arrivals: Float64Array;
  readonly visitors: readonly PoissonTable[];
  /** Share of each kind among a step's visitors, [steps × K]. */
  readonly shares: Float64Array;
  /** Segment of each kind, [K]. */
  readonly segments: Int32Array;
  readonly sensitivity: Float64Array;
  /** e^utility of an offer without urgency or exposure, [K × P × menu]. */
  readonly attraction: Float64Array;
  /** What waiting for a product weighs while an offer is shown, [K × P × menu]; 0 for those who never wait. */
  readonly waiting: Float64Array;
  /** Probability that one who waits returns in a step, by kind, [K]. */
  readonly returning: Float64Array;
  /** Kinds who may wait. */
  readonly strategic: Int32Array;
  /** Money a unit by [K × P × menu]: see {@link OfferMoney}. */
  readonly paid: Float64Array;
  readonly cost: Float64Array;
  readonly gift: Float64Array;
  /** Expected units borrowed from later sales for a unit sold, [K × P × menu]. */
  readonly borrowed: Float64Array;
  /** Cumulative probability of taking 1, 2, … units, [K × 2 × most]; the second row where spend-and-save is shown. */
  readonly units: Float64Array;
  readonly most: number;
  /** 1 where an offer is a spend-and-save, [P × menu]. */
  readonly saving: Uint8Array;
  /** Lowest price of an offer, [P × menu]. */
  readonly netPrices: Float64Array;
  /** The most that a unit's promotion can cost, [P × menu]. */
  readonly dearest: Float64Array;
  /** e^utility of the countdown, [G × L]. */
  readonly countdown: Float64Array;
  /** e^utility of displayed scarcity by units left; 0 for none left. [G × Σ(stock + 1)], from `stockOffsets`. */
  readonly scarcity: Float64Array;
  readonly stockOffsets: Int32Array;
  /** e^utility of each slot, [S]; and of being in none: 1, or 0 where such products are hidden. */
  readonly lifts: Float64Array;
  readonly unseen: number;
  /** [P] */
  readonly stock: Int32Array;
  readonly listPrice: Float64Array;
  readonly unitCost: Float64Array;
  readonly salvage: Float64Array;
}

/** Checks a spec and compiles it. Throws {@link InputError}: see {@link checkSpec}. */
export function createShop(options: ShopOptions): Shop {
  const spec = completeSpec(options);
  checkSpec(spec);
  const { products, segments, clock } = spec;
  const kinds = kindsOf(spec);
  const menu = Math.max(...products.map(({ offers }) => offers.length));
  const column = (field: "stock" | "listPrice" | "unitCost" | "salvage") =>
    Float64Array.from(products, (product) => product[field]);
  const arrivals = Float64Array.from({ length: clock.steps }, (_, step) =>
    segments.reduce((sum, segment) => sum + segment.arrivals[step], 0),
  );
  const counts = Int32Array.of(
    2,
    ...products.map(({ offers }) => offers.length),
    ...spec.exposure.lifts.map(() => products.length + 1),
  );
  const maskOffsets = new Int32Array(counts.length + 1);
  counts.forEach((count, i) => {
    maskOffsets[i + 1] = maskOffsets[i] + count;
  });
  return {
    spec,
    kinds,
    menu,
    offers: Int32Array.from(products, ({ offers }) => offers.length),
    counts,
    maskOffsets,
    staticMask: staticMask(spec, maskOffsets),
    arrivals,
    visitors: Array.from(arrivals, poissonTable),
    shares: Float64Array.from({ length: clock.steps * kinds.length }, (_, at) => {
      const step = Math.floor(at / kinds.length);
      const { segment, share } = kinds[at % kinds.length];
      return arrivals[step] === 0 ? 0 : (segments[segment].arrivals[step] / arrivals[step]) * share;
    }),
    segments: Int32Array.from(kinds, ({ segment }) => segment),
    sensitivity: Float64Array.from(kinds, ({ segment }) => segments[segment].sensitivity),
    returning: Float64Array.from(kinds, ({ segment }) => segments[segment].strategic.returns),
    strategic: Int32Array.from(kinds.flatMap(({ strategic }, k) => (strategic ? [k] : []))),
    ...offerTables(spec, kinds, menu),
    ...unitTable(kinds),
    ...urgencyTables(spec),
    lifts: Float64Array.from(spec.exposure.lifts, Math.exp),
    unseen: spec.exposure.hidden ? 0 : 1,
    stock: Int32Array.from(column("stock")),
    listPrice: column("listPrice"),
    unitCost: column("unitCost"),
    salvage: column("salvage"),
  };
}

function staticMask({ products, rules, mechanics }: ShopSpec, offsets: Int32Array): Uint8Array {
  const mask = new Uint8Array(offsets[offsets.length - 1]).fill(1);
  const { minimumMargin } = rules;
  if (minimumMargin === null) return mask;
  products.forEach((product, i) => {
    product.offers.forEach((offer, o) => {
      mask[offsets[i + 1] + o] = keepsMargin(offer, product, mechanics, minimumMargin) ? 1 : 0;
    });
  });
  return mask;
}

function offerTables(spec: ShopSpec, kinds: readonly Kind[], menu: number) {
  const { products, segments, mechanics } = spec;
  const table = () => new Float64Array(kinds.length * products.length * menu);
  const tables = {
    ...{ attraction: table(), waiting: table(), paid: table(), cost: table(), gift: table(), borrowed: table() },
    saving: new Uint8Array(products.length * menu),
    netPrices: new Float64Array(products.length * menu),
    dearest: new Float64Array(products.length * menu),
  };
  products.forEach((product, i) => {
    product.offers.forEach((offer, o) => {
      tables.saving[i * menu + o] = offer.mechanic === "spend-and-save" ? 1 : 0;
      tables.netPrices[i * menu + o] = netPrice(offer, product);
      tables.dearest[i * menu + o] = offerMoney(offer, product, mechanics, TAKES_ALL).cost;
      kinds.forEach((kind, k) => {
        const { taste, sensitivity, giftValue, strategic, pullForward } = segments[kind.segment];
        const money = offerMoney(offer, product, mechanics, { ...kind, giftValue });
        const at = (k * products.length + i) * menu + o;
        tables.attraction[at] = Math.exp(taste[i] + sensitivity * money.benefit);
        const hoped = strategic.discount * product.listPrice;
        if (kind.strategic && hoped > money.benefit)
          tables.waiting[at] = strategic.patience * Math.exp(taste[i] + sensitivity * hoped);
        tables.paid[at] = money.paid;
        tables.cost[at] = money.cost;
        tables.gift[at] = money.gift;
        tables.borrowed[at] = Math.min(1, (pullForward * money.benefit) / product.listPrice);
      });
    });
  });
  return tables;
}

function unitTable(kinds: readonly Kind[]) {
  const most = Math.max(...kinds.map(({ units, unitsSaving }) => Math.max(units.length, unitsSaving.length)));
  const units = new Float64Array(kinds.length * 2 * most);
  kinds.forEach((kind, k) => {
    [kind.units, kind.unitsSaving].forEach((shares, row) => {
      let sum = 0;
      for (let q = 0; q < most; q++) {
        sum += shares[q] ?? 0;
        units[(k * 2 + row) * most + q] = sum;
      }
    });
  });
  return { units, most };
}

function urgencyTables({ products, segments, clock, urgency }: ShopSpec) {
  const countdown = new Float64Array(segments.length * clock.length);
  const stockOffsets = new Int32Array(products.length + 1);
  products.forEach(({ stock }, i) => {
    stockOffsets[i + 1] = stockOffsets[i] + stock + 1;
  });
  const width = stockOffsets[products.length];
  const scarcity = new Float64Array(segments.length * width);
  segments.forEach((segment, g) => {
    for (let since = 0; since < clock.length; since++) {
      // At the middle of the step.
      const hoursLeft = (clock.length - since - 0.5) * clock.stepHours;
      countdown[g * clock.length + since] = Math.exp(
        segment.countdown * Math.max(0, 1 - hoursLeft / urgency.countdownHours),
      );
    }
    products.forEach(({ stock }, i) => {
      for (let left = 1; left <= stock; left++)
        scarcity[g * width + stockOffsets[i] + left] = Math.exp(
          segment.scarcity * Math.max(0, 1 - left / urgency.scarceBelow),
        );
    });
  });
  return { countdown, scarcity, stockOffsets };
}
