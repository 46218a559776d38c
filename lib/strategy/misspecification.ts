import { InputError, requireInteger, requireNumber, throwIfAborted } from "../errors";
import { meanInterval } from "../statistics/student";
import type { Sale } from "./market/sale";
import { evaluate, type Plan, solve } from "./optimum/dynamic-programming";
import { asPolicy, type PolicyTable, type SalePolicy, tabulate } from "./policy";
import { type Regret, regret } from "./regret";

/**
 * A policy on trial: a table is valued exactly; a function of the state, which may remember, is simulated.
 *
 * @param seed of its training or its own draws: one of the trial's.
 * @param truth the market as it is, for policies that are told something of it; others don't look.
 */
export type Contender = (seed: number, truth: Sale) => SalePolicy | PolicyTable;

/** What each policy keeps in each market, row by row. */
export interface Misspecification {
  market: string[];
  policy: string[];
  /** Gain over salvage as a share of the gain of the market's own optimum, which knows it from the start. */
  share: Float64Array;
  /** 95 % interval over seeds (Student's); equal to the share where nothing is random. */
  low: Float64Array;
  high: Float64Array;
}

/** How a trial is run. */
export interface MisspecificationOptions {
  /** At least two; 5 or more for an interval worth its name. */
  seeds: readonly number[];
  /** Sales that are simulated for each seed. Default 400. */
  sales?: number;
  onProgress?(done: number): void;
  signal?: AbortSignal;
}

/** Holds every policy against every market's own optimum. Policies made for the belief don't know which market they are in. */
export function misspecification(
  markets: Readonly<Record<string, Sale>>,
  contenders: Readonly<Record<string, Contender>>,
  options: MisspecificationOptions,
): Misspecification {
  const rows: Misspecification = {
    ...{ market: [], policy: [] },
    ...{ share: new Float64Array(0), low: new Float64Array(0), high: new Float64Array(0) },
  };
  const intervals: { estimate: number; low: number; high: number }[] = [];
  const total = Object.keys(markets).length * Object.keys(contenders).length;
  for (const [market, truth] of Object.entries(markets)) {
    const optimum = solve(truth);
    const top = gainOf(truth, optimum.value);
    if (!(top > 0))
      throw new InputError("a market in which nothing can be gained has no shares", {
        value: market,
        place: "markets",
      });
    for (const [policy, contender] of Object.entries(contenders)) {
      throwIfAborted(options.signal, "the trial");
      const shares = options.seeds.map((seed) => {
        const made = contender(seed, truth);
        if (typeof made !== "function") return gainOf(truth, evaluate(truth, made).value) / top;
        const { losses } = regret(truth, made, { sales: options.sales ?? 400, seed: `trial ${seed}`, optimum });
        return 1 - losses.reduce((sum, loss) => sum + loss / losses.length, 0) / top;
      });
      rows.market.push(market);
      rows.policy.push(policy);
      intervals.push(meanInterval(shares));
      options.onProgress?.(intervals.length / total);
    }
  }
  rows.share = Float64Array.from(intervals, ({ estimate }) => estimate);
  rows.low = Float64Array.from(intervals, ({ low }) => low);
  rows.high = Float64Array.from(intervals, ({ high }) => high);
  return rows;
}

/** How fast a policy comes to sell as an informed one would. */
export interface Recovery {
  /** Share of what the optimum would still gain from each period on that the policy will, [periods]. */
  share: Float64Array;
  /** 95 % intervals over seeds, [periods]. */
  low: Float64Array;
  high: Float64Array;
  /** The first period, from `from` on, whose share is within `within` of 1; the number of periods if none is. */
  recovered: number;
}

/**
 * The share kept as the sale goes on: at period t, 1 − (what the policy's choices from t on lose) / (what the optimum
 * would gain from t on, from the states that the policy has come to). What was lost before t doesn't count.
 *
 * @param options.from the period from which recovery is looked for. Default 0.
 * @param options.within default 0.02.
 */
export function recovery(
  truth: Sale,
  contender: Contender,
  options: MisspecificationOptions & { from?: number; within?: number },
): Recovery {
  const from = requireInteger(options.from ?? 0, "from", 0, truth.periods - 1);
  const within = requireNumber(options.within ?? 0.02, "within", 0, 1);
  const optimum = solve(truth);
  const curves = options.seeds.map((seed) => keptToGo(truth, contender(seed, truth), optimum, options, seed));
  const at = (period: number) => meanInterval(curves.map((curve) => curve[period]));
  const intervals = Array.from({ length: truth.periods }, (_, period) => at(period));
  const share = Float64Array.from(intervals, ({ estimate }) => estimate);
  const found = share.findIndex((kept, period) => period >= from && kept >= 1 - within);
  return {
    share,
    low: Float64Array.from(intervals, ({ low }) => low),
    high: Float64Array.from(intervals, ({ high }) => high),
    recovered: found < 0 ? truth.periods : found,
  };
}

function keptToGo(
  truth: Sale,
  made: SalePolicy | PolicyTable,
  optimum: Plan,
  { sales, signal }: MisspecificationOptions,
  seed: number,
): Float64Array {
  const policy = typeof made === "function" ? made : asPolicy(truth, made);
  const { loss, toGo }: Regret = regret(truth, policy, { sales: sales ?? 400, seed: `trial ${seed}`, optimum, signal });
  let lost = 0;
  const kept = new Float64Array(truth.periods);
  for (let period = truth.periods - 1; period >= 0; period--) {
    lost += loss[period];
    kept[period] = toGo[period] > 0 ? 1 - lost / toGo[period] : 1;
  }
  return kept;
}

/** A {@link Contender} that follows the belief's plan until it is told the truth at a period, and the truth's from there on. */
export function toldAt(believed: Sale, period: number): Contender {
  const before = asPolicy(believed, solve(believed).policy);
  return (_seed, truth) => {
    const after = asPolicy(truth, solve(truth).policy);
    return tabulate(truth, (t, left, last) => (t < period ? before : after)(t, left, last));
  };
}

/** Margin less what the whole stock brings as salvage. */
function gainOf(sale: Sale, margin: number): number {
  return margin - sale.stock * (sale.salvage - sale.unitCost);
}
