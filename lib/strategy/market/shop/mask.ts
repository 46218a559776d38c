import { InputError } from "../../../errors";
import type { Shop } from "./shop";
import type { ShopState } from "./state";

/**
 * Brings a row's mask up to date before `step`. Component by component an action is allowed as a whole if each of its
 * numbers is: no combination is forbidden.
 *
 * - opening: while the sale is closed it may wait (0) or open (1), until waiting longer would cut it; then it must open.
 * - offers: those of the minimum margin; under "may not rise", those at or below the price shown last; with a budget,
 *   those of which a unit can still be paid. Where the budget can pay none, the cheapest of the others stays: what it
 *   can't pay isn't sold.
 * - slots: 0 for nobody, i + 1 for product i; always free. A product in two slots has the better one.
 */
export function updateMask(shop: Shop, state: ShopState, row: number, step: number): void {
  const { spec, maskOffsets, menu, offers, netPrices, dearest, staticMask } = shop;
  const mask = state.mask;
  const base = row * staticMask.length;
  const { length, steps } = spec.clock;
  mask[base] = state.opened[row] < 0 && step < steps - length ? 1 : 0;
  const noRise = spec.rules.noRise;
  const budget = state.budget[row] + 1e-9;
  if (!noRise && budget === Infinity) return;
  const products = offers.length;
  for (let i = 0; i < products; i++) {
    const from = base + maskOffsets[i + 1];
    const last = state.last[row * products + i];
    const ceiling = noRise && last >= 0 ? netPrices[i * menu + last] * (1 + 1e-12) : Infinity;
    let any = false;
    let cheapest = -1;
    for (let o = 0; o < offers[i]; o++) {
      const at = i * menu + o;
      const possible = staticMask[maskOffsets[i + 1] + o] === 1 && netPrices[at] <= ceiling;
      const payable = possible && dearest[at] <= budget;
      mask[from + o] = payable ? 1 : 0;
      any ||= payable;
      if (possible && (cheapest < 0 || dearest[at] < dearest[i * menu + cheapest])) cheapest = o;
    }
    if (!any) mask[from + cheapest] = 1;
  }
}

/** Throws {@link InputError} for an action, at `at` of `actions`, that the row's mask forbids. */
export function checkAction(shop: Shop, state: ShopState, row: number, actions: ArrayLike<number>, at: number): void {
  const { counts, maskOffsets } = shop;
  const base = row * maskOffsets[counts.length];
  for (let c = 0; c < counts.length; c++) {
    const choice = actions[at + c];
    if (choice >= 0 && choice < counts[c] && state.mask[base + maskOffsets[c] + choice] === 1) continue;
    throw new InputError("the rules don't allow this choice now", {
      value: choice,
      place: `${componentNames(shop)[c]} (number ${c} of the action)${state.rows > 1 ? ` of sale ${row}` : ""}`,
      remedy: "Choose a whole number whose entry in actionMask is 1.",
    });
  }
}

/** What each number of an action means. */
export function componentNames(shop: Shop): string[] {
  return [
    "opening",
    ...shop.spec.products.map(({ name }) => `offer of ${name}`),
    ...shop.spec.exposure.lifts.map((_, slot) => `product in slot ${slot}`),
  ];
}
