import { InputError, requireInteger, requireNumber } from "../../errors";
import type { Random } from "../../random";
import { allowed, type Sale } from "../market/sale";
import { lookAhead, type Plan, solve } from "../optimum/dynamic-programming";
import { type SalePolicy, stateOf } from "../policy";

/** What the demand may be, and how to act on it. */
export interface DemandLearningOptions {
  /** The same sale under each demand that is thought possible: they differ in arrivals and response only. */
  hypotheses: readonly Sale[];
  /** Weight of each before the sale, any scale. Default: all the same. */
  prior?: ArrayLike<number>;
  /**
   * Chance that demand changes from one period to the next, to a hypothesis drawn from the prior: a competitor's sale
   * begins, a post goes round. Above 0, what was learned fades, and no hypothesis is ever ruled out. Default 0.
   */
  change?: number;
  /**
   * What a change leaves as it was: a label for each hypothesis, [hypotheses], such as its elasticity where only the
   * traffic may change. Demand then changes only to hypotheses of the same label. Default: all the same.
   */
  lasting?: ArrayLike<number>;
  /**
   * "expected" shows the level of the highest value on average over the posterior; "thompson" draws a hypothesis from
   * the posterior in each period and follows its optimum. Default "expected".
   */
  choice?: "expected" | "thompson";
  /** Source of Thompson's draws; needed for them. */
  random?: Random;
}

/** A learner inside the sale. */
export interface DemandLearner {
  /**
   * The policy. It remembers: it has to be asked once in each period of a sale, in order, as `simulate` and `watch` do,
   * and starts anew at period 0. So it has no table, and can't be valued exactly by `evaluate`.
   */
  policy: SalePolicy;
  /** Weight of each hypothesis after what was sold so far, summing to 1: [hypotheses]. Overwritten as it learns. */
  posterior: Float64Array;
}

/**
 * Learns demand while it sells: Bayes' rule over hypotheses, a period's k buyers having the likelihood e^−λ λ^k / k!
 * with each hypothesis's λ at the level shown. Stock that sold out would only tell that k was at least that many, but
 * then the sale is over.
 *
 * Demand that may change is filtered as a hidden Markov chain: before each period but the first, the weights become
 * (1 − change) · posterior + change · prior, the prior taken within each label in proportion to the label's posterior.
 * Plans still take a hypothesis to hold to the end.
 *
 * Each hypothesis's optimum is computed once, beforehand. Averaging their action values ("QMDP" of Littman, Cassandra
 * and Kaelbling 1995) plans as if the truth came out after this period, so it never pays for information; Thompson
 * sampling (1933; for dynamic pricing Ferreira, Simchi-Levi and Wang 2018, Operations Research 66(6)) explores by chance.
 *
 * Throws {@link InputError} for hypotheses that differ in more than demand.
 */
export function learnDemand(options: DemandLearningOptions): DemandLearner {
  const { hypotheses, random } = options;
  const choice = options.choice ?? "expected";
  const change = requireNumber(options.change ?? 0, "change", 0, 1);
  requireInteger(hypotheses.length, "number of hypotheses", 1);
  const [first] = hypotheses;
  hypotheses.forEach((sale, at) => {
    if (frame(sale) !== frame(first))
      throw new InputError("hypotheses differ in demand only", {
        place: `hypotheses[${at}]`,
        remedy: "Give every one the same stock, prices, costs, periods and rules.",
      });
  });
  if (choice === "thompson" && random === undefined)
    throw new InputError("Thompson sampling draws numbers", { place: "random", remedy: "Pass a generator." });
  const weights = Float64Array.from(options.prior ?? hypotheses.map(() => 1));
  const total = weights.reduce((sum, weight, at) => sum + requireNumber(weight, `prior[${at}]`, 0), 0);
  if (weights.length !== hypotheses.length || !(total > 0))
    throw new InputError(`a prior has a weight for each of ${hypotheses.length} hypotheses, not all 0`, {
      value: Array.from(weights),
      place: "prior",
    });

  const lasting = Array.from(options.lasting ?? hypotheses.map(() => 0));
  if (lasting.length !== hypotheses.length)
    throw new InputError(`a label belongs to each of ${hypotheses.length} hypotheses`, {
      value: lasting,
      place: "lasting",
    });
  const names = Array.from(new Set(lasting));
  const labels = lasting.map((label) => names.indexOf(label));
  const shares = new Float64Array(names.length);
  for (let at = 0; at < labels.length; at++) shares[labels[at]] += weights[at];
  const after = new Float64Array(names.length);

  const plans = hypotheses.map(solve);
  const outlooks = hypotheses.map((sale, at) => actionValues(sale, plans[at]));
  const prior = weights.map((weight) => Math.log(weight / total));
  const logs = new Float64Array(hypotheses.length);
  const posterior = weights.map((weight) => weight / total);
  const before = { period: -1, stock: 0, level: 0 };

  function learn(sold: number): void {
    const cell = before.period * first.levels + before.level;
    let highest = -Infinity;
    hypotheses.forEach(({ rates }, at) => {
      // k! is the same for all.
      logs[at] += sold * (sold > 0 ? Math.log(rates[cell]) : 0) - rates[cell];
      highest = Math.max(highest, logs[at]);
    });
    // What none of them allows teaches nothing about which is right.
    if (highest === -Infinity) logs.set(prior);
    normalise();
    if (change > 0) fade();
  }

  function fade(): void {
    after.fill(0);
    for (let at = 0; at < logs.length; at++) after[labels[at]] += change * posterior[at];
    for (let at = 0; at < logs.length; at++) {
      const fresh = shares[labels[at]] > 0 ? (after[labels[at]] * weights[at]) / shares[labels[at]] : 0;
      posterior[at] = (1 - change) * posterior[at] + fresh;
      logs[at] = Math.log(posterior[at]);
    }
  }

  function normalise(): void {
    const highest = logs.reduce((most, log) => Math.max(most, log), -Infinity);
    const sum = logs.reduce((all, log) => all + Math.exp(log - highest), 0);
    for (let at = 0; at < logs.length; at++) posterior[at] = Math.exp(logs[at] - highest) / sum;
  }

  function choose(period: number, stock: number, last: number): number {
    if (choice === "thompson") {
      const drawn = (random as Random).categorical(posterior);
      return plans[drawn].policy.levels[stateOf(first, period, stock, first.memory === 1 ? 0 : last)];
    }
    let best = -1;
    let highest = -Infinity;
    const state = (period * (first.stock + 1) + stock) * first.levels;
    for (let level = 0; level < first.levels; level++) {
      if (!allowed(first, last, level)) continue;
      let value = 0;
      for (let at = 0; at < hypotheses.length; at++) value += posterior[at] * outlooks[at][state + level];
      if (value > highest) {
        best = level;
        highest = value;
      }
    }
    return best;
  }

  return {
    posterior,
    policy(period, stock, last) {
      if (period === 0) {
        logs.set(prior);
        normalise();
      } else {
        if (period !== before.period + 1 || stock > before.stock)
          throw new InputError("a learner follows one sale, period by period", {
            value: { period, stock },
            place: `after period ${before.period}`,
            remedy: "Use it with simulate or watch, not with evaluate or forecast.",
          });
        learn(before.stock - stock);
      }
      const level = choose(period, stock, last);
      Object.assign(before, { period, stock, level });
      return level;
    },
  };
}

/** The value of showing each level in each state, then following the plan: [periods × (stock + 1) × levels]. */
function actionValues(sale: Sale, { values }: Plan): Float64Array {
  const table = new Float64Array(sale.periods * (sale.stock + 1) * sale.levels);
  let at = 0;
  for (let period = 0; period < sale.periods; period++)
    for (let left = 0; left <= sale.stock; left++)
      for (let level = 0; level < sale.levels; level++) table[at++] = lookAhead(sale, values, period, left, level);
  return table;
}

/** All of a sale but its demand. */
function frame(sale: Sale): string {
  const { stock, periods, unitCost, salvage, markdownOnly, listPrice, discounts } = sale;
  return JSON.stringify([stock, periods, unitCost, salvage, markdownOnly, listPrice, Array.from(discounts)]);
}
