import { test } from "uvu";
import * as assert from "uvu/assert";
import { createRandom } from "../../../lib/random";
import { type DemandLearner, learnDemand } from "../../../lib/strategy/agents/demand-learning";
import { constantElasticity } from "../../../lib/strategy/market/demand";
import type { Sale } from "../../../lib/strategy/market/sale";
import { evaluate, solve } from "../../../lib/strategy/optimum/dynamic-programming";
import { asPolicy, type SalePolicy } from "../../../lib/strategy/policy";
import { regret } from "../../../lib/strategy/regret";
import { simulate } from "../../../lib/strategy/simulate";
import { exampleSale, tinySale } from "../sales";

const idle = (sale: Sale) => sale.stock * (sale.salvage - sale.unitCost);

/** P(min(D, left) = k) of a period at a level. */
function chance(sale: Sale, period: number, level: number, left: number, k: number): number {
  const cell = period * sale.levels + level;
  return k < left ? sale.probabilities[cell * sale.stock + k] : sale.survival[cell * (sale.stock + 1) + k];
}

const margin = (sale: Sale, level: number, k: number) => k * (sale.prices[level] - sale.unitCost);

/** The exact expected margin of a policy that remembers, in one market: every history is replayed from its start. */
function exactValue(sale: Sale, policy: SalePolicy): number {
  const from = (stocks: number[]): number => {
    const period = stocks.length - 1;
    const left = stocks[period];
    if (period === sale.periods || left === 0) return left * (sale.salvage - sale.unitCost);
    let level = 0;
    stocks.forEach((stock, t) => {
      level = policy(t, stock, 0);
    });
    let value = 0;
    for (let k = 0; k <= left; k++) {
      const p = chance(sale, period, level, left, k);
      if (p > 0) value += p * (margin(sale, level, k) + from([...stocks, left - k]));
    }
    return value;
  };
  return from([sale.stock]);
}

/** The best that anyone can do who doesn't know which hypothesis is true: the dynamic program over beliefs. */
function bayesOptimum(hypotheses: Sale[], prior: number[]): number {
  const [sale] = hypotheses;
  // Beliefs unnormalised, so that values are weighted by the chance of getting there.
  const value = (period: number, left: number, belief: number[]): number => {
    const mass = belief.reduce((sum, weight) => sum + weight, 0);
    if (period === sale.periods || left === 0) return mass * left * (sale.salvage - sale.unitCost);
    let best = -Infinity;
    for (let level = 0; level < sale.levels; level++) {
      let expected = 0;
      for (let k = 0; k <= left; k++) {
        const after = belief.map((weight, at) => weight * chance(hypotheses[at], period, level, left, k));
        const reached = after.reduce((sum, weight) => sum + weight, 0);
        if (reached > 0) expected += reached * margin(sale, level, k) + value(period + 1, left - k, after);
      }
      best = Math.max(best, expected);
    }
    return best;
  };
  return value(0, sale.stock, prior);
}

const tiny = [0.3, 1, 2.5].map((scale) => tinySale({ arrivals: [3 * scale, 8 * scale, 5 * scale] }));

test("the posterior is Bayes' rule, period after period", () => {
  const { policy, posterior } = learnDemand({ hypotheses: tiny, prior: [2, 1, 1] });
  const weights = [0.5, 0.25, 0.25];
  const stocks = [3, 2, 2];
  stocks.forEach((stock, period) => {
    const level = policy(period, stock, 0);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    weights.forEach((weight, at) => {
      assert.ok(Math.abs(posterior[at] - weight / total) < 1e-12, `period ${period}`);
      weights[at] *= chance(tiny[at], period, level, stock, stock - (stocks[period + 1] ?? 0));
    });
  });
  policy(0, 3, 0);
  [0.5, 0.25, 0.25].forEach((weight, at) => {
    assert.ok(Math.abs(posterior[at] - weight) < 1e-12, "a new sale begins with the prior");
  });
});

test("who knows the demand plays the optimum", () => {
  const sale = tinySale();
  for (const choice of ["expected", "thompson"] as const) {
    const { policy } = learnDemand({ hypotheses: [sale], choice, random: createRandom(1) });
    assert.ok(Math.abs(exactValue(sale, policy) - solve(sale).value) < 1e-12);
  }
});

test("a tiny sale, exactly: above the plan for the middle, within 2 % of the best that beliefs allow", () => {
  const prior = [1 / 3, 1 / 3, 1 / 3];
  const best = bayesOptimum(tiny, prior);
  const average = (value: (sale: Sale) => number) => tiny.reduce((sum, sale) => sum + value(sale) / 3, 0);
  const { policy } = learnDemand({ hypotheses: tiny });
  const learned = average((sale) => exactValue(sale, policy));
  const planned = average((sale) => evaluate(sale, solve(tiny[1]).policy).value);
  const known = average((sale) => solve(sale).value);
  assert.ok(learned <= best + 1e-12 && best < known, `${learned}, ${best}, ${known}`);
  assert.ok(learned > planned, `${learned}, ${planned}`);
  assert.ok((learned - idle(tiny[0])) / (best - idle(tiny[0])) > 0.98, `${learned} of ${best}`);
});

test("where elasticity is wrong by 30 % and traffic by 50 %, learning keeps more of the optimum than the plan", () => {
  const { arrivals } = exampleSale();
  const market = (elasticity: number, traffic: number) =>
    exampleSale({
      arrivals: arrivals.map((visitors) => visitors * traffic),
      response: constantElasticity({ conversion: 0.0055, referencePrice: 29, elasticity }),
    });
  const hypotheses = [-2.8, -4, -5.2].flatMap((elasticity) =>
    [0.5, 1, 1.5].map((traffic) => market(elasticity, traffic)),
  );
  const plan = asPolicy(hypotheses[4], solve(hypotheses[4]).policy);
  const { policy } = learnDemand({ hypotheses });
  let gain = 0;
  let variance = 0;
  for (const [elasticity, traffic] of [
    [-2.8, 0.5],
    [-2.8, 1.5],
    [-5.2, 0.5],
    [-5.2, 1.5],
  ]) {
    const truth = market(elasticity, traffic);
    const [learning, planned] = [policy, plan].map((one) => simulate(truth, one, { sales: 400, seed: 1 }).margins);
    const differences = learning.map((margin, run) => margin - planned[run]);
    const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
    gain += mean;
    variance += differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / differences.length ** 2;
  }
  assert.ok(gain > 3 * Math.sqrt(variance), `${gain} ± ${Math.sqrt(variance)}`);
});

test("Thompson sampling draws hypotheses as often as they are believed", () => {
  const level = tiny.map((sale) => solve(sale).policy.levels[sale.stock]);
  assert.is(new Set(level).size, 3, "the optima of the three differ at the start");
  const learner: DemandLearner = learnDemand({
    ...{ hypotheses: tiny, prior: [0.2, 0.3, 0.5], choice: "thompson", random: createRandom(5) },
  });
  const counts = new Map<number, number>();
  for (let i = 0; i < 4000; i++) {
    const shown = learner.policy(0, 3, 0);
    counts.set(shown, (counts.get(shown) ?? 0) + 1);
  }
  [0.2, 0.3, 0.5].forEach((p, at) => {
    assert.ok(Math.abs((counts.get(level[at]) ?? 0) / 4000 - p) < 4 * Math.sqrt((p * (1 - p)) / 4000));
  });
});

test("markdown-only: it never raises the price", () => {
  const hypotheses = [0.5, 1.5].map((scale) =>
    tinySale({ arrivals: [3 * scale, 8 * scale, 5 * scale], markdownOnly: true }),
  );
  for (const choice of ["expected", "thompson"] as const) {
    const { policy } = learnDemand({ hypotheses, choice, random: createRandom(2) });
    // The environment refuses a level that is shallower than the one before.
    const { mean, standardError } = simulate(hypotheses[0], policy, { sales: 500, seed: 1 });
    assert.ok(mean <= solve(hypotheses[0]).value + 4 * standardError);
  }
});

test("demand that may change: the filter of a hidden Markov chain, worked by hand", () => {
  const weights = [0.5, 0.2, 0.3];
  for (const lasting of [undefined, [7, 7, 9]]) {
    const { policy, posterior } = learnDemand({ hypotheses: tiny, prior: weights, change: 0.1, lasting });
    const level = policy(0, 3, 0);
    policy(1, 2, 0);
    const seen = weights.map((weight, at) => weight * chance(tiny[at], 0, level, 3, 1));
    const total = seen.reduce((sum, weight) => sum + weight, 0);
    // Where only the first two can change into each other, the third keeps what it has.
    const pairs = lasting === undefined ? [1, 1, 1] : [(seen[0] + seen[1]) / total, (seen[0] + seen[1]) / total, 1];
    const within = lasting === undefined ? 1 : 0.7;
    const fresh =
      lasting === undefined
        ? weights
        : [(pairs[0] * weights[0]) / within, (pairs[1] * weights[1]) / within, seen[2] / total];
    seen.forEach((weight, at) => {
      assert.ok(Math.abs(posterior[at] - (0.9 * weight) / total - 0.1 * fresh[at]) < 1e-12, `${lasting}, ${at}`);
    });
  }
});

test("when demand falls for good half-way, who allows for changes loses less than who doesn't", () => {
  const scaled = (factor: (period: number) => number) => {
    const { arrivals } = exampleSale();
    return exampleSale({ stock: 120, arrivals: arrivals.map((visitors, t) => 4 * visitors * factor(t)) });
  };
  const truth = scaled((period) => (period < 6 ? 1 : 0.4));
  const hypotheses = [0.4, 0.7, 1, 1.4].map((factor) => scaled(() => factor));
  const [allowing, trusting] = [0.1, 0].map((change) => {
    const { policy } = learnDemand({ hypotheses, change });
    return regret(truth, policy, { sales: 300, seed: 1 }).losses;
  });
  const differences = trusting.map((loss, run) => loss - allowing[run]);
  const mean = differences.reduce((sum, value) => sum + value / differences.length, 0);
  const error = Math.sqrt(differences.reduce((sum, value) => sum + (value - mean) ** 2, 0)) / differences.length;
  assert.ok(mean > 3 * error, `${mean} ± ${error}`);
});

test("what can't be learned from is refused", () => {
  assert.throws(() => learnDemand({ hypotheses: [] }), /number of hypotheses/);
  assert.throws(() => learnDemand({ hypotheses: [tinySale(), tinySale({ stock: 2 })] }), /hypotheses\[1\]/);
  assert.throws(() => learnDemand({ hypotheses: tiny, prior: [0, 0, 0] }), /not all 0/);
  assert.throws(() => learnDemand({ hypotheses: tiny, prior: [1, 1] }), /3 hypotheses/);
  assert.throws(() => learnDemand({ hypotheses: tiny, choice: "thompson" }), /random/);
  assert.throws(() => learnDemand({ hypotheses: tiny, change: 1.1 }), /change/);
  assert.throws(() => learnDemand({ hypotheses: tiny, lasting: [1] }), /a label belongs to each of 3/);
  const { policy } = learnDemand({ hypotheses: tiny });
  policy(0, 3, 0);
  assert.throws(() => policy(2, 3, 0), /period by period/);
  assert.throws(() => evaluate(tiny[0], policy), /period by period/);
});

test.run();
