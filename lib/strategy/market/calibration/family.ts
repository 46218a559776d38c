import type { Engine } from "../../../engine/index";
import { DataError, InputError, requireInteger } from "../../../errors";
import type { Random } from "../../../random";
import { multivariateNormal } from "../../../statistics/multivariate-normal";
import { poissonRegression } from "../../../statistics/poisson-regression";
import { weekdayOf } from "../price-demand";
import { type PriceHistory, type PriceVariationOptions, priceVariation } from "../price-history";

/** Products of one category with one regular price: substitutes whose price moves together. */
export interface PriceFamily {
  category: string;
  items: string[];
  /** The price of most days, the same for all; the median unit cost, likewise. */
  regular: number;
  cost: number;
  /** Lowest price that was held for days. */
  lowest: number;
}

/**
 * The family from whose history most can be learned about price: of the categories with `least` products or more that
 * {@link priceVariation} lists at one regular price and cost, the one with the most information in total.
 * Throws {@link DataError} where there is none.
 */
export async function priceFamily(
  engine: Engine,
  events: string,
  options: PriceVariationOptions & { least?: number } = {},
): Promise<PriceFamily> {
  const least = requireInteger(options.least ?? 3, "least", 2);
  const table = await priceVariation(engine, events, { ...options, limit: options.limit ?? 100 });
  const families = new Map<string, PriceFamily & { information: number }>();
  for (const row of table.objects() as Record<string, string & number>[]) {
    const key = `${row.category_id} ${row.regular} ${row.cost}`;
    const family = families.get(key) ?? {
      ...{ category: row.category_id, items: [], regular: row.regular, cost: row.cost, lowest: row.lowest },
      information: 0,
    };
    family.items.push(row.item_id);
    family.lowest = Math.max(family.lowest, row.lowest);
    family.information += row.information;
    families.set(key, family);
  }
  const found = [...families.values()]
    .filter(({ items }) => items.length >= least)
    .sort((a, b) => b.information - a.information)[0];
  if (!found)
    throw new DataError(`no ${least} products of a category share a price that varied`, {
      place: events,
      remedy: "Lower `least`, `spread` or `sold`.",
    });
  const { information: _, ...family } = found;
  return family;
}

/** Demand of a family by its common price on one weekday, with its uncertainty. Plain JSON. */
export interface FamilyDemand {
  /** Price at which the conversions hold. */
  price: number;
  /** ln of the probability that a visitor buys product i, [products], and then the elasticity by the common price. */
  mean: number[];
  /** Robust covariance of those, [(products + 1) × (products + 1)]. */
  covariance: number[];
  days: number;
  /** Pearson's dispersion: 1 for Poisson counts. */
  dispersion: number;
}

/**
 * Fits buyers of product i on day d ~ Poisson(visitors · exp(a_i + weekday + elasticity · ln(price / reference))) with
 * one elasticity. Errors are Newey and West's over `lags` days of all products (rows in the order of days), so that days'
 * and products' common shocks are allowed for. {@link fitPriceDemand} says what such a regression can't tell.
 *
 * @param options.price reference price; best the middle of those observed.
 * @param options.weekday 0 Sunday … 6 Saturday: the day for which conversions are stated.
 */
export function fitFamily(
  histories: readonly PriceHistory[],
  options: { price: number; weekday: number; lags?: number },
): FamilyDemand {
  const products = requireInteger(histories.length, "number of histories", 1);
  const weekday = requireInteger(options.weekday, "weekday", 0, 6);
  const lags = requireInteger(options.lags ?? 7, "lags", 0);
  const days = histories[0].day.length;
  if (histories.some(({ day }) => day.length !== days))
    throw new InputError("the histories of a family are of the same days", {
      value: histories.map(({ day }) => day.length),
      place: "histories",
    });
  const rows = days * products;
  const column = (value: (history: PriceHistory, day: number, product: number) => number) =>
    Float64Array.from({ length: rows }, (_, row) => {
      const product = row % products;
      return value(histories[product], Math.floor(row / products), product);
    });
  const terms: Record<string, Float64Array> = {
    "ln price": column(({ price }, day) => Math.log(price[day] / options.price)),
  };
  for (let i = 1; i < products; i++) terms[`product ${i}`] = column((_, __, product) => (product === i ? 1 : 0));
  // The weekday asked for is the base, so that a_i states its conversions.
  for (let other = 0; other < 7; other++)
    if (other !== weekday && histories[0].day.some((seconds) => weekdayOf(seconds) === other))
      terms[`weekday ${other}`] = column(({ day: times }, day) => (weekdayOf(times[day]) === other ? 1 : 0));
  const fit = poissonRegression({
    counts: column(({ buyers }, day) => buyers[day]),
    terms,
    exposure: column(({ visitors }, day) => visitors[day]),
  });
  const robust = fit.robustCovariance((lags + 1) * products - 1);
  // ln conversion i = intercept + product i; elasticity = ln price: linear in the coefficients.
  const size = fit.terms.length;
  const place = (name: string) => fit.terms.indexOf(name);
  const rowsOf = histories.map((_, i) => (i === 0 ? [0] : [0, place(`product ${i}`)]));
  rowsOf.push([place("ln price")]);
  const sum = (indices: number[], value: (j: number) => number) => indices.reduce((total, j) => total + value(j), 0);
  return {
    price: options.price,
    mean: rowsOf.map((indices) => sum(indices, (j) => fit.coefficients[j])),
    covariance: rowsOf.flatMap((a) => rowsOf.map((b) => sum(a, (j) => sum(b, (k) => robust[j * size + k])))),
    days,
    dispersion: fit.dispersion,
  };
}

/** The logit that a family's demand stands for. */
export interface FamilyLogit {
  /** Utility of each product at the list price, [products]. */
  taste: number[];
  /** Utility of one unit of money. */
  sensitivity: number;
}

/**
 * The multinomial logit, linear in money, that has the family's conversions and elasticity at its reference price p,
 * where all products have the same price:
 *
 *   taste_i(p) = ln(q_i / q_0),   sensitivity = −elasticity / (p · q_0),   q_0 = 1 − Σ q_i,
 *
 * since there d ln q_i / d ln p = −sensitivity · p · q_0. A drawn elasticity above −0.1 is taken as −0.1.
 *
 * @param random draws conversions and elasticity from N(mean, covariance); without it they are the estimates.
 */
export function familyLogit(demand: FamilyDemand, listPrice: number, random?: Random): FamilyLogit {
  const parameters = random
    ? multivariateNormal(demand.mean, Float64Array.from(demand.covariance))(random)
    : Float64Array.from(demand.mean);
  const products = parameters.length - 1;
  const conversions = Array.from(parameters.subarray(0, products), Math.exp);
  const none = 1 - conversions.reduce((total, q) => total + q, 0);
  if (!(none > 0))
    throw new DataError("the family's conversions leave nobody who doesn't buy", { value: conversions, place: "mean" });
  const sensitivity = Math.max(0.1, -parameters[products]) / (demand.price * none);
  return {
    taste: conversions.map((q) => Math.log(q / none) - sensitivity * (listPrice - demand.price)),
    sensitivity,
  };
}
