import { InputError, requireInteger } from "../../../errors";
import type { Interval } from "../../../statistics/interval";
import { meanInterval } from "../../../statistics/student";
import type { ShopPlanner } from "./policy";
import { type Measure, meanOf, runShop } from "./run";
import type { Shop } from "./shop";

/** Options of {@link compareOnMarket}. */
export interface CompareOptions {
  /** The policy that the others are compared with. Default: the first. */
  baseline?: string;
  /** Sales of each seed in each market. Default 100. */
  sales?: number;
  measures?: readonly Measure[];
  /** Confidence level. Default 0.95. */
  level?: number;
  /** Told after each seed. */
  onProgress?(done: number, of: number): void;
  signal?: AbortSignal;
}

/** One measure of one policy. */
export interface Comparison {
  policy: string;
  measure: Measure;
  /** The mean over markets and sales, with its interval over seeds. */
  mean: Interval;
  /** This policy less the baseline, in pairs. */
  difference: Interval;
  /** The same as a share of the baseline: 0.1 is 10 % more. */
  change: Interval;
  /** Seeds on which it is above the baseline. */
  better: number;
}

/** The measures that are compared unless others are named. */
export const COMPARED: readonly Measure[] = [
  ...(["contribution", "participation", "conversion", "sellThrough", "gmv", "surplus"] as const),
];

/**
 * Compares policies on markets: every policy runs the same sales (same seeds, same visitors) in every market.
 *
 * For each seed s and measure the value v(s) is the mean over all markets and their sales. Differences are taken seed
 * by seed against the baseline, and Student's interval is over the n seeds: mean ± t(n − 1) · s / √n. With markets drawn
 * from a posterior, the same ones for every seed, the interval is about those markets.
 *
 * Every planner is asked once for each market, before any sale is run.
 *
 * @param seeds at least 2, better 5.
 * @returns policies × measures, the baseline's own with difference 0.
 */
export function compareOnMarket(
  policies: Readonly<Record<string, ShopPlanner>>,
  markets: readonly Shop[],
  seeds: readonly (number | string)[],
  options: CompareOptions = {},
): Comparison[] {
  const names = Object.keys(policies);
  const baseline = options.baseline ?? names[0];
  if (!names.includes(baseline))
    throw new InputError("the baseline is one of the policies", {
      value: baseline,
      place: "baseline",
      remedy: `There are: ${names.join(", ")}.`,
    });
  requireInteger(markets.length, "number of markets", 1);
  requireInteger(seeds.length, "number of seeds", 2);
  const sales = requireInteger(options.sales ?? 100, "sales", 1);
  const measures = options.measures ?? COMPARED;
  const planned = markets.map((shop) => names.map((name) => policies[name](shop)));
  // [policies][measures][seeds]
  const values = names.map(() => measures.map(() => new Float64Array(seeds.length)));
  seeds.forEach((seed, s) => {
    markets.forEach((shop, m) => {
      planned[m].forEach((policy, p) => {
        const runs = runShop(shop, policy, { sales, seed: `${seed}/${m}`, signal: options.signal });
        measures.forEach((measure, q) => {
          values[p][q][s] += meanOf(runs[measure]) / markets.length;
        });
      });
    });
    options.onProgress?.(s + 1, seeds.length);
  });
  const base = values[names.indexOf(baseline)];
  return names.flatMap((policy, p) =>
    measures.map((measure, q) => {
      const differences = values[p][q].map((value, s) => value - base[q][s]);
      return {
        policy,
        measure,
        mean: meanInterval(values[p][q], options.level),
        difference: meanInterval(differences, options.level),
        change: meanInterval(
          differences.map((difference, s) => difference / Math.abs(base[q][s])),
          options.level,
        ),
        better: differences.filter((difference) => difference > 0).length,
      };
    }),
  );
}
