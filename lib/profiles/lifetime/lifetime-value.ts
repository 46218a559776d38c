import { InputError, requireInteger, requireNumber } from "../../errors";
import { type BgNbdParameters, expectedPurchases, type OneHistory } from "./bg-nbd";

/** How the future is counted. */
export interface LifetimeValueOptions {
  /** Periods ahead, e.g. 12 months. */
  periods: number;
  /** Length of a period in the model's unit of time; 1 unless said. */
  length?: number;
  /** Discount a period, e.g. 0.01; 0 unless said. Purchases are discounted to now from their period's end. */
  discount?: number;
  /** Share of the spend that is kept; 1 unless said. */
  margin?: number;
}

/**
 * What a customer's expected purchases are worth now, in the spend's currency:
 * Σ over periods i = 1 … n of margin × spend × (E[purchases up to i] − E[purchases up to i − 1]) / (1 + discount)^i.
 * Throws {@link InputError} for options that make no sense.
 */
export function lifetimeValue(
  model: BgNbdParameters,
  history: OneHistory,
  spend: number,
  { periods, length = 1, discount = 0, margin = 1 }: LifetimeValueOptions,
): number {
  requireInteger(periods, "periods", 0);
  requireNumber(discount, "discount", 0);
  requireNumber(margin, "margin");
  if (!(length > 0)) throw new InputError("a period's length is above 0", { value: length, place: "length" });
  let worth = 0;
  let before = 0;
  for (let period = 1; period <= periods; period++) {
    const upTo = expectedPurchases(model, history, period * length);
    worth += (upTo - before) / (1 + discount) ** period;
    before = upTo;
  }
  return margin * spend * worth;
}
