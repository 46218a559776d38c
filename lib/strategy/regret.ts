import { requireInteger, throwIfAborted } from "../errors";
import { FlashSale } from "./market/flash-sale";
import { allowed, type Sale } from "./market/sale";
import { lookAhead, type Plan, solve } from "./optimum/dynamic-programming";
import { type SalePolicy, stateOf } from "./policy";

/** What a policy loses against the optimum, period by period, on average. Money in the currency's major unit. */
export interface Regret {
  /** Expected loss by the choices made in each period, [periods]. Its sum is the optimum's margin less the policy's. */
  loss: Float64Array;
  /** What the optimum would gain over salvage from each period on, from the states that the policy came to: [periods]. */
  toGo: Float64Array;
  /** Loss of each whole sale, [sales]: its spread is much below that of the margins. */
  losses: Float64Array;
}

/**
 * Follows a policy through simulated sales and adds up what each of its choices loses:
 *
 *   loss = V*(t, n) − Q*(t, n, a),   V* and Q* the exact values of the sale as it is.
 *
 * By the performance difference lemma (Kakade and Langford 2002) the expected sum is the policy's shortfall, and without
 * the luck of the sales themselves. Works for policies that remember, which have no exact value.
 *
 * @param options.optimum the sale's {@link solve}, if it is at hand.
 */
export function regret(
  sale: Sale,
  policy: SalePolicy,
  options: { sales: number; seed: number | string; optimum?: Plan; signal?: AbortSignal },
): Regret {
  const sales = requireInteger(options.sales, "sales", 2);
  const { values } = options.optimum ?? solve(sale);
  const market = new FlashSale(sale, options.seed);
  const result = {
    loss: new Float64Array(sale.periods),
    toGo: new Float64Array(sale.periods),
    losses: new Float64Array(sales),
  };
  for (let run = 0; run < sales; run++) {
    if (run % 256 === 0) throwIfAborted(options.signal, "the simulation");
    const { observation } = market.reset();
    for (let ended = false; !ended; ) {
      const period = observation[0];
      const left = observation[1];
      const last = sale.memory > 1 ? observation[2] : 0;
      const level = policy(period, left, last);
      const best = values[stateOf(sale, period, left, last)];
      // The market refuses a level that the rules forbid; its value isn't looked up.
      const loss = allowed(sale, last, level) ? best - lookAhead(sale, values, period, left, level) : 0;
      ended = market.step(level).terminated;
      result.loss[period] += loss / sales;
      result.losses[run] += loss;
      result.toGo[period] += (best - left * (sale.salvage - sale.unitCost)) / sales;
    }
  }
  return result;
}
