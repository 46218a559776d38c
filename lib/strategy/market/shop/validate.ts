import { InputError, requireInteger, requireNumber } from "../../../errors";
import { keepsMargin, netPrice } from "./offer-money";
import type { Segment, ShopProduct, ShopSpec } from "./spec";

const MECHANICS = ["price-cut", "coupon", "gift", "spend-and-save"];

/** Throws {@link InputError}, naming value, place and remedy, for a spec that no shop can be made of. */
export function checkSpec(spec: ShopSpec): void {
  checkClock(spec.clock);
  requireInteger(spec.products.length, "number of products", 1, 1000);
  spec.products.forEach((product, i) => {
    checkProduct(product, `products[${i}]`);
    checkOffers(spec, product, `products[${i}].offers`);
  });
  requireInteger(spec.segments.length, "number of segments", 1, 100);
  spec.segments.forEach((segment, g) => {
    checkSegment(segment, spec, `segments[${g}]`);
  });
  spec.exposure.lifts.forEach((lift, s) => {
    requireNumber(lift, `exposure.lifts[${s}]`, -20, 20);
  });
  if (spec.exposure.hidden && spec.exposure.lifts.length === 0)
    throw new InputError("products that are hidden outside of slots need a slot", {
      value: spec.exposure.lifts,
      place: "exposure.lifts",
      remedy: "Give at least one slot, or set exposure.hidden to false.",
    });
  above(spec.urgency.countdownHours, 0, "urgency.countdownHours");
  above(spec.urgency.scarceBelow, 0, "urgency.scarceBelow");
  requireNumber(spec.orders.cancelled, "orders.cancelled", 0, 1);
  requireNumber(spec.orders.returned, "orders.returned", 0, 1);
  requireNumber(spec.orders.handling, "orders.handling", 0);
  requireNumber(spec.mechanics.giftCost, "mechanics.giftCost", 0);
  requireInteger(spec.mechanics.minimumUnits, "mechanics.minimumUnits", 2, 100);
  if (spec.rules.budget !== null) requireNumber(spec.rules.budget, "rules.budget", 0);
  if (spec.rules.cap !== null) requireInteger(spec.rules.cap, "rules.cap", 1);
  for (const [name, weight] of Object.entries(spec.weights)) requireNumber(weight, `weights.${name}`);
}

function above(value: number, low: number, place: string): void {
  requireNumber(value, place);
  if (!(value > low))
    throw new InputError(`expected a number above ${low}`, { value, place, remedy: `Change ${place}.` });
}

function checkClock({ start, stepHours, steps, length }: ShopSpec["clock"]): void {
  requireNumber(start, "clock.start", 0, 24 - 1e-9);
  above(stepHours, 0, "clock.stepHours");
  requireInteger(steps, "clock.steps", 1, 100_000);
  requireInteger(length, "clock.length", 1, steps);
}

function checkProduct(product: ShopProduct, place: string): void {
  above(product.listPrice, 0, `${place}.listPrice`);
  requireNumber(product.unitCost, `${place}.unitCost`);
  requireNumber(product.salvage, `${place}.salvage`);
  requireInteger(product.stock, `${place}.stock`, 0, 1_000_000);
  requireInteger(product.offers.length, `${place}.offers.length`, 1, 255);
}

function checkOffers(spec: ShopSpec, product: ShopProduct, place: string): void {
  const { rules, mechanics } = spec;
  const seen = new Set<string>();
  product.offers.forEach((offer, o) => {
    if (!MECHANICS.includes(offer.mechanic))
      throw new InputError("there is no such mechanic", {
        value: offer.mechanic,
        place: `${place}[${o}].mechanic`,
        remedy: `There are: ${MECHANICS.join(", ")}.`,
      });
    requireNumber(offer.depth, `${place}[${o}].depth`, 0, 1 - Number.EPSILON);
    const name = `${offer.mechanic} ${offer.depth}`;
    if (seen.has(name))
      throw new InputError("an offer stands twice on a menu", { value: offer, place: `${place}[${o}]` });
    seen.add(name);
    if (offer.mechanic === "spend-and-save" && rules.cap !== null && rules.cap < mechanics.minimumUnits)
      throw new InputError("nobody may buy the units that spend-and-save asks for", {
        value: rules.cap,
        place: "rules.cap",
        remedy: `Raise it to mechanics.minimumUnits, ${mechanics.minimumUnits}, or take the offer off the menu.`,
      });
  });
  const { minimumMargin } = rules;
  if (minimumMargin === null) return;
  requireNumber(minimumMargin, "rules.minimumMargin", -Infinity, 1);
  if (!product.offers.some((offer) => keepsMargin(offer, product, mechanics, minimumMargin)))
    throw new InputError("no offer on the menu keeps the minimum margin", {
      value: minimumMargin,
      place: `rules.minimumMargin, for ${place}`,
      remedy: `Lower it, or add a shallower offer; the lowest price on the menu is ${Math.min(...product.offers.map((offer) => netPrice(offer, product)))}, the unit cost ${product.unitCost}.`,
    });
}

function checkSegment(segment: Segment, spec: ShopSpec, place: string): void {
  const { steps } = spec.clock;
  if (segment.arrivals.length !== steps)
    throw new InputError(`a segment's arrivals name each of the window's ${steps} steps`, {
      value: segment.arrivals.length,
      place: `${place}.arrivals`,
      remedy: "hourlyArrivals(…) makes them from a profile of the day.",
    });
  segment.arrivals.forEach((expected, step) => {
    requireNumber(expected, `${place}.arrivals[${step}]`, 0, 1e6);
  });
  if (segment.taste.length !== spec.products.length)
    throw new InputError(`a segment has a taste for each of the ${spec.products.length} products`, {
      value: segment.taste.length,
      place: `${place}.taste`,
    });
  segment.taste.forEach((taste, i) => {
    requireNumber(taste, `${place}.taste[${i}]`, -100, 100);
  });
  above(segment.sensitivity, 0, `${place}.sensitivity`);
  let total = 0;
  segment.wants.forEach((share, q) => {
    total += requireNumber(share, `${place}.wants[${q}]`, 0, 1);
  });
  if (Math.abs(total - 1) > 1e-9)
    throw new InputError("the probabilities of wanting 1, 2, … units sum to 1", {
      value: segment.wants,
      place: `${place}.wants`,
      remedy: `Divide them by their sum, ${total}.`,
    });
  for (const name of ["giftValue", "couponUse", "topUp"] as const)
    requireNumber(segment[name], `${place}.${name}`, 0, name === "giftValue" ? 10 : 1);
  for (const name of ["countdown", "scarcity"] as const) requireNumber(segment[name], `${place}.${name}`, -20, 20);
  requireNumber(segment.pullForward, `${place}.pullForward`, 0);
  const { share, discount, patience, returns } = segment.strategic;
  requireNumber(share, `${place}.strategic.share`, 0, 1);
  requireNumber(discount, `${place}.strategic.discount`, 0, 1 - Number.EPSILON);
  requireNumber(patience, `${place}.strategic.patience`, 0, 1);
  requireNumber(returns, `${place}.strategic.returns`, Number.MIN_VALUE, 1);
}
