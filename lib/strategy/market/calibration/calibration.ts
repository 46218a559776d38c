import type { Engine } from "../../../engine/index";
import { DataError } from "../../../errors";
import type { Random } from "../../../random";
import { hourlyArrivals } from "../arrivals";
import { priceHistory } from "../price-history";
import { checkShape, readDocument, type Shape } from "../shop/shape";
import type { ShopOptions } from "../shop/spec";
import { type FamilyDemand, familyLogit, fitFamily, priceFamily } from "./family";
import { type HourProfile, hourWeights } from "./hours";

/** A range of values thought equally likely: [low, high]. */
export type Belief = [number, number];

/**
 * What no log at hand tells: beliefs, not estimates. A market takes the middle, a draw takes any value of the range.
 * `visitors` is of a whole day; the others are named as in {@link Segment} and {@link ShopSpec}.
 */
export interface Assumptions {
  visitors: Belief;
  giftValue: Belief;
  couponUse: Belief;
  topUp: Belief;
  countdown: Belief;
  scarcity: Belief;
  waiting: Belief;
  expectedDiscount: Belief;
  patience: Belief;
  comeBack: Belief;
  pullForward: Belief;
  cancelled: Belief;
}

/** Beliefs to start from; each is a parameter of the question, to be replaced by what a shop knows. */
export const ASSUMPTIONS: Assumptions = {
  visitors: [4000, 8000],
  giftValue: [0.4, 0.8],
  couponUse: [0.3, 0.7],
  topUp: [0.05, 0.25],
  countdown: [0, 0.4],
  scarcity: [0, 0.4],
  waiting: [0, 0.3],
  expectedDiscount: [0.1, 0.2],
  patience: [0.3, 0.8],
  comeBack: [0.1, 0.3],
  pullForward: [0, 0.6],
  cancelled: [0.02, 0.08],
};

/** A market estimated from data, with its uncertainty: a JSON document. */
export interface MarketCalibration {
  format: "flashlab-calibration";
  version: 1;
  currency: string;
  /** What came from where, for people. */
  sources: { what: string; source: string }[];
  products: string[];
  /** Common to the family's products. */
  listPrice: number;
  unitCost: number;
  lowest: number;
  demand: FamilyDemand;
  arrivals: HourProfile;
  /** How often a buyer took 1, 2, … units: the posterior of their shares is Dirichlet(counts + ½). */
  units: number[];
  /** Lines sent back, of lines bought: the posterior of the share is Beta(back + ½, rest + ½). */
  returned: { back: number; of: number };
  assumptions: Assumptions;
}

/** What the shop decides, and data don't: stocks, menu, clock, rules. */
export type ShopDesign = Pick<ShopOptions, "exposure" | "urgency" | "rules" | "mechanics" | "weights" | "clock"> & {
  stock: ArrayLike<number>;
  offers: ShopOptions["products"][number]["offers"];
  /** What a unit left over brings, as a share of its cost. */
  salvageShare: number;
  /** What handling a returned unit costs. */
  handling?: number;
};

/**
 * Estimates a market: the family of products and its demand from a shop's purchases (see {@link priceFamily},
 * {@link fitFamily}), units a buyer takes from the same, arrivals by hour and the share of lines sent back from what is
 * given. The reference price is midway between the regular and the lowest price held.
 *
 * @param options.weekday 0 Sunday … 6 Saturday.
 */
export async function calibrateMarket(
  engine: Engine,
  events: string,
  options: {
    weekday: number;
    arrivals: HourProfile;
    returned: MarketCalibration["returned"];
    sources: MarketCalibration["sources"];
    currency: string;
    assumptions?: Partial<Assumptions>;
  },
): Promise<MarketCalibration> {
  const family = await priceFamily(engine, events, { sold: 0.6 });
  const histories = [];
  for (const item of family.items) histories.push(await priceHistory(engine, events, item));
  const list = family.items.map((item) => `'${item.replaceAll("'", "''")}'`).join(", ");
  const taken = await engine.columns(
    `SELECT CAST(least(quantity, 6) AS INTEGER) AS units, CAST(count(*) AS DOUBLE) AS buyers FROM ${events}
     WHERE event_type = 'purchase' AND malformed IS NULL AND quantity >= 1 AND item_id IN (${list})
     GROUP BY 1 ORDER BY 1`,
  );
  const units = new Array<number>(6).fill(0);
  (taken.units as Int32Array).forEach((count, row) => {
    units[count - 1] = (taken.buyers as Float64Array)[row];
  });
  return {
    format: "flashlab-calibration",
    version: 1,
    currency: options.currency,
    sources: options.sources,
    products: family.items,
    ...{ listPrice: family.regular, unitCost: family.cost, lowest: family.lowest },
    demand: fitFamily(histories, { price: (family.regular + family.lowest) / 2, weekday: options.weekday }),
    arrivals: options.arrivals,
    units,
    returned: options.returned,
    assumptions: { ...ASSUMPTIONS, ...options.assumptions },
  };
}

/**
 * A market of a calibration, as options of {@link createShop}: the estimates and the middles of the beliefs, or, with
 * `random`, a draw of all of them from their posteriors and ranges. One segment: the data tell no kinds of customers apart.
 */
export function drawMarket(calibration: MarketCalibration, design: ShopDesign, random?: Random): ShopOptions {
  const { products, listPrice, unitCost, units, returned, assumptions } = calibration;
  if (design.stock.length !== products.length)
    throw new DataError(`the calibration has ${products.length} products`, {
      value: Array.from(design.stock),
      place: "design.stock",
      remedy: "Give a stock for each.",
    });
  // One generator a purpose: a belief that is narrowed changes no other draw.
  const believe = (name: keyof Assumptions) => {
    const [low, high] = assumptions[name];
    return low + (high - low) * (random ? random.fork(name).uniform() : 0.5);
  };
  const { taste, sensitivity } = familyLogit(calibration.demand, listPrice, random?.fork("demand"));
  const { start = 0, stepHours = 1, steps } = design.clock;
  const arrivals = hourlyArrivals({
    visitors: believe("visitors"),
    profile: hourWeights(calibration.arrivals, random?.fork("hours")),
    ...{ start, hours: steps * stepHours, periods: steps },
  });
  const dirichlet = random?.fork("units");
  const gammas = units.map((count) => (dirichlet ? dirichlet.gamma(count + 0.5) : count + 0.5));
  const total = gammas.reduce((sum, value) => sum + value, 0);
  const back = [returned.back + 0.5, returned.of - returned.back + 0.5] as const;
  return {
    currency: calibration.currency,
    ...{ clock: design.clock, exposure: design.exposure, urgency: design.urgency, rules: design.rules },
    ...{ mechanics: design.mechanics, weights: design.weights },
    products: products.map((name, i) => ({
      ...{ name, listPrice, unitCost, salvage: design.salvageShare * unitCost, stock: design.stock[i] },
      offers: design.offers,
    })),
    segments: [
      {
        name: "customers",
        ...{ arrivals: Array.from(arrivals), taste, sensitivity, wants: gammas.map((value) => value / total) },
        ...{ giftValue: believe("giftValue"), couponUse: believe("couponUse"), topUp: believe("topUp") },
        ...{ countdown: believe("countdown"), scarcity: believe("scarcity"), pullForward: believe("pullForward") },
        strategic: {
          ...{ share: believe("waiting"), discount: believe("expectedDiscount") },
          ...{ patience: believe("patience"), returns: believe("comeBack") },
        },
      },
    ],
    orders: {
      cancelled: believe("cancelled"),
      returned: random ? random.fork("returned").beta(...back) : back[0] / (back[0] + back[1]),
      handling: design.handling ?? 0,
    },
  };
}

const BELIEFS = Object.fromEntries(Object.keys(ASSUMPTIONS).map((name) => [name, ["number"]])) as unknown as Shape;
const SHAPE: Shape = {
  ...{ format: "string", version: "number", currency: "string", sources: [{ what: "string", source: "string" }] },
  ...{ products: ["string"], listPrice: "number", unitCost: "number", lowest: "number", units: ["number"] },
  demand: { price: "number", mean: ["number"], covariance: ["number"], days: "number", dispersion: "number" },
  arrivals: { hours: ["number"], logRate: ["number"], covariance: ["number"], days: "number" },
  returned: { back: "number", of: "number" },
  assumptions: BELIEFS,
};

/** A calibration as JSON text, readable by {@link loadCalibration}. */
export function saveCalibration(calibration: MarketCalibration): string {
  return `${JSON.stringify(calibration, null, 1)}\n`;
}

/** The calibration that {@link saveCalibration} wrote. Throws {@link DataError} for anything else, naming the place. */
export function loadCalibration(text: string): MarketCalibration {
  const document = readDocument(text, "flashlab-calibration", 1);
  checkShape(document, SHAPE, "document");
  const calibration = document as unknown as MarketCalibration;
  const { products, demand, arrivals, assumptions } = calibration;
  const sized = (found: number, wanted: number, place: string) => {
    if (found !== wanted) throw new DataError(`expected ${wanted} numbers`, { value: found, place });
  };
  sized(demand.mean.length, products.length + 1, "document.demand.mean");
  sized(demand.covariance.length, demand.mean.length ** 2, "document.demand.covariance");
  sized(arrivals.logRate.length, arrivals.hours.length, "document.arrivals.logRate");
  sized(arrivals.covariance.length, arrivals.hours.length ** 2, "document.arrivals.covariance");
  for (const [name, range] of Object.entries(assumptions) as [string, number[]][])
    if (range.length !== 2 || !(range[0] <= range[1]))
      throw new DataError("a belief is a range [low, high]", { value: range, place: `document.assumptions.${name}` });
  return calibration;
}
