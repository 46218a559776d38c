import { InputError } from "../../../errors";
import type { Shop } from "./shop";
import type { ShopState } from "./state";

/** Which actions the rules allow: see {@link createMask}. */
export interface ShopMask {
  /** Brings a row's mask up to date before `step`; `spent` says whether its budget changed since the last time. */
  update(row: number, step: number, spent: boolean): void;
  /** Throws {@link InputError} for an action, at `at` of `actions`, that the row's mask forbids. */
  check(row: number, actions: ArrayLike<number>, at: number): void;
}

/**
 * Component by component an action is allowed as a whole if each of its numbers is: no combination is forbidden.
 *
 * - opening: while the sale is closed it may wait (0) or open (1), until waiting longer would cut it; then it must open.
 * - offers: those of the minimum margin; under "may not rise", those at or below the price shown last; with a budget,
 *   those of which a unit can still be paid. Where the budget can pay none, the cheapest of the others stays: what it
 *   can't pay isn't sold.
 * - slots: 0 for nobody, i + 1 for product i; always free. A product in two slots has the better one.
 */
export function createMask(shop: Shop, state: ShopState): ShopMask {
  const { spec, counts, maskOffsets, menu, offers, netPrices, dearest, staticMask } = shop;
  const { mask, opened, last, budget } = state;
  const { length, steps } = spec.clock;
  const { noRise } = spec.rules;
  const [P, size, components] = [offers.length, staticMask.length, counts.length];
  const most = Math.max(...dearest);
  return {
    update(row, step, spent) {
      const base = row * size;
      mask[base] = opened[row] < 0 && step < steps - length ? 1 : 0;
      const left = budget[row] + 1e-9;
      // The budget only falls: while it can pay the dearest offer, the mask is still what it was at the start.
      if (!noRise && (!spent || left >= most)) return;
      for (let i = 0; i < P; i++) {
        const offset = maskOffsets[i + 1];
        const shown = last[row * P + i];
        const ceiling = noRise && shown >= 0 ? netPrices[i * menu + shown] * (1 + 1e-12) : Infinity;
        let cheapest = -1;
        let any = false;
        for (let o = 0, at = i * menu; o < offers[i]; o++, at++) {
          const possible = staticMask[offset + o] === 1 && netPrices[at] <= ceiling;
          const payable = possible && dearest[at] <= left;
          mask[base + offset + o] = payable ? 1 : 0;
          if (payable) any = true;
          if (possible && (cheapest < 0 || dearest[at] < dearest[i * menu + cheapest])) cheapest = o;
        }
        if (!any) mask[base + offset + cheapest] = 1;
      }
    },
    check(row, actions, at) {
      const base = row * size;
      for (let c = 0; c < components; c++) {
        const choice = actions[at + c];
        if (!(choice >= 0 && choice < counts[c] && mask[base + maskOffsets[c] + choice] === 1))
          throw new InputError("the rules don't allow this choice now", {
            value: choice,
            place: `${componentNames(shop)[c]} (number ${c} of the action)${state.rows > 1 ? ` of sale ${row}` : ""}`,
            remedy: "Choose a whole number whose entry in actionMask is 1.",
          });
      }
    },
  };
}

/** What each number of an action means. */
export function componentNames(shop: Shop): string[] {
  return [
    "opening",
    ...shop.spec.products.map(({ name }) => `offer of ${name}`),
    ...shop.spec.exposure.lifts.map((_, slot) => `product in slot ${slot}`),
  ];
}
