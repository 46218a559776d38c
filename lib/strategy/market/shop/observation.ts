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

/** Writes a row's observation before `step` into `into` at `at`. */
export function observe(shop: Shop, state: ShopState, row: number, step: number, into: Float64Array, at: number): void {
  const { steps, length } = shop.spec.clock;
  const { budget } = shop.spec.rules;
  const opened = state.opened[row];
  const left = opened < 0 ? length : Math.max(0, opened + length - step);
  into[at] = 1 - step / steps;
  into[at + 1] = left / length;
  into[at + 2] = opened >= 0 && left > 0 ? 1 : 0;
  into[at + 3] = budget === null || budget === 0 ? 1 : state.budget[row] / budget;
  const products = shop.stock.length;
  for (let i = 0; i < products; i++) {
    const to = at + COMMON + EACH * i;
    const place = row * products + i;
    const start = Math.max(1, shop.stock[i]);
    into[to] = state.stock[place] / start;
    into[to + 1] = state.last[place] < 0 ? 1 : shop.netPrices[i * shop.menu + state.last[place]] / shop.listPrice[i];
    into[to + 2] = Math.min(1, state.sold[place] / start);
  }
}
