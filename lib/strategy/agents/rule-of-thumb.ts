import { requireInteger, requireNumber } from "../../errors";
import type { Sale } from "../market/sale";
import type { SalePolicy } from "../policy";

/**
 * The rule of thumb of those who run sales by hand: deepen the discount when sell-through lags the clock.
 *
 * The clock is the share of the sale's expected visitors that have come, sell-through the share of the stock that is
 * sold. The sale starts at `start`; for each `band` by which sell-through lags the clock the discount is one level
 * deeper, for each by which it leads one shallower, within the ladder and its markdown-only rule.
 *
 * @param options.start level shown while sell-through keeps up. Default: the middle of the ladder.
 * @param options.band lag, as a share of the stock, that one level answers. Default 0.1.
 */
export function ruleOfThumb(sale: Sale, options: { start?: number; band?: number } = {}): SalePolicy {
  const start = requireInteger(options.start ?? Math.floor((sale.levels - 1) / 2), "start", 0, sale.levels - 1);
  const band = requireNumber(options.band ?? 0.1, "band", Number.EPSILON);
  const clock = new Float64Array(sale.periods);
  const total = sale.arrivals.reduce((sum, expected) => sum + expected, 0);
  for (let period = 1; period < sale.periods; period++)
    clock[period] = clock[period - 1] + (total > 0 ? sale.arrivals[period - 1] / total : 1 / sale.periods);
  return (period, stock, last) => {
    const lag = clock[period] - (1 - stock / sale.stock);
    const level = start + Math.trunc(lag / band);
    return Math.min(sale.levels - 1, Math.max(level, sale.markdownOnly ? last : 0, 0));
  };
}
