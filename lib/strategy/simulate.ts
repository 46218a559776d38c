import { requireInteger, throwIfAborted } from "../errors";
import { FlashSale } from "./market/flash-sale";
import type { Sale } from "./market/sale";
import type { SalePolicy } from "./policy";

/** Many sales run under one policy. Money in the currency's major unit. */
export interface Simulation {
  /** Contribution margin of each sale, [sales]. */
  margins: Float64Array;
  /** Units sold in each sale, [sales]. */
  units: Int32Array;
  mean: number;
  /** Standard error of the mean margin. */
  standardError: number;
}

/**
 * Runs `sales` sales under a policy, each with the next numbers of the generator that `seed` starts. Two policies under
 * the same seed meet the same customers sale by sale, so their margins can be compared in pairs.
 */
export function simulate(
  sale: Sale,
  policy: SalePolicy,
  options: { sales: number; seed: number | string; signal?: AbortSignal },
): Simulation {
  const sales = requireInteger(options.sales, "sales", 2);
  const market = new FlashSale(sale, options.seed);
  const margins = new Float64Array(sales);
  const units = new Int32Array(sales);
  for (let run = 0; run < sales; run++) {
    if (run % 1024 === 0) throwIfAborted(options.signal, "the simulation");
    const { observation } = market.reset();
    for (let ended = false; !ended; ) {
      const step = market.step(policy(observation[0], observation[1], sale.memory > 1 ? observation[2] : 0));
      margins[run] += step.reward;
      ended = step.terminated;
    }
    units[run] = sale.stock - observation[1];
  }
  const { mean, standardError } = meanAndError(margins);
  return { margins, units, mean, standardError };
}

/** The mean of a sample and its standard error. */
export function meanAndError(values: Float64Array): { mean: number; standardError: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, standardError: Math.sqrt(squares / (values.length - 1) / values.length) };
}

/** One sale, period by period. All columns [periods]; after a sell-out, price and discount are NaN and demand 0. */
export interface Trace {
  price: Float64Array;
  discount: Float64Array;
  demand: Int32Array;
  sales: Int32Array;
  /** Units left at the end of the period. */
  stock: Int32Array;
  margin: number;
}

/** Runs one sale under a policy and keeps what happened. */
export function watch(sale: Sale, policy: SalePolicy, seed: number | string): Trace {
  const market = new FlashSale(sale, seed);
  const trace: Trace = {
    price: new Float64Array(sale.periods).fill(Number.NaN),
    discount: new Float64Array(sale.periods).fill(Number.NaN),
    demand: new Int32Array(sale.periods),
    sales: new Int32Array(sale.periods),
    stock: new Int32Array(sale.periods),
    margin: 0,
  };
  const { observation, info } = market.reset();
  for (let ended = false; !ended; ) {
    const period = observation[0];
    const level = policy(period, observation[1], sale.memory > 1 ? observation[2] : 0);
    const step = market.step(level);
    trace.price[period] = sale.prices[level];
    trace.discount[period] = sale.discounts[level];
    trace.demand[period] = info.demand;
    trace.sales[period] = info.sales;
    trace.stock[period] = observation[1];
    trace.margin += step.reward;
    ended = step.terminated;
  }
  return trace;
}
