import type { BoxSpace } from "../../environment";
import type { Shop } from "./shop";
import type { ShopState } from "./state";

/** Numbers that an observation has before those of the products. */
const COMMON = 4;
/** Numbers that each product has. */
const EACH = 3;

/** How many numbers an observation of this shop has: 4 + 3 · products. */
export function observationSize(shop: Shop): number {
  return COMMON + EACH * shop.stock.length;
}

/**
 * What a shop sees before a step, all of the order of 1: the share of the window to come; the share of the sale to come;
 * whether it is open; the share of the budget left (1 without one); and of each product the share of the stock left, the
 * price shown last over the list price (1 before any), and the units ordered in the last step as a share of the stock.
 * Not seen: how many customers wait.
 */
export function observationSpace(shop: Shop): BoxSpace {
  const names = ["window left", "sale left", "open", "budget left"];
  for (const { name } of shop.spec.products) names.push(`${name}: stock`, `${name}: price`, `${name}: ordered`);
  return { kind: "box", low: new Float64Array(names.length), high: new Float64Array(names.length).fill(1), names };
}

/** Makes the function that writes a row's observation before `step` into `into` at `at`. */
export function createObserver(shop: Shop, state: ShopState) {
  const { steps, length } = shop.spec.clock;
  const { menu, netPrices, listPrice } = shop;
  const { stock, sold, last, opened, budget } = state;
  const P = shop.stock.length;
  const perUnit = Float64Array.from(shop.stock, (units) => 1 / Math.max(1, units));
  const prices = netPrices.map((price, at) => price / listPrice[Math.floor(at / menu)]);
  const total = shop.spec.rules.budget ?? 0;
  const [common, each, { min }] = [COMMON, EACH, Math];
  return (row: number, step: number, into: Float64Array, at: number): void => {
    const since = opened[row];
    const left = since < 0 ? length : Math.max(0, since + length - step);
    into[at] = 1 - step / steps;
    into[at + 1] = left / length;
    into[at + 2] = since >= 0 && left > 0 ? 1 : 0;
    into[at + 3] = total > 0 ? budget[row] / total : 1;
    for (let i = 0, to = at + common, place = row * P; i < P; i++, to += each, place++) {
      into[to] = stock[place] * perUnit[i];
      into[to + 1] = last[place] < 0 ? 1 : prices[i * menu + last[place]];
      into[to + 2] = min(1, sold[place] * perUnit[i]);
    }
  };
}
