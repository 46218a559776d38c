import { test } from "uvu";
import * as assert from "uvu/assert";
import { learnDemand } from "../../lib/strategy/agents/demand-learning";
import { fixedDiscount } from "../../lib/strategy/agents/fixed";
import { believedDemands, type DemandChange, wrongDemands } from "../../lib/strategy/demand-change";
import { constantElasticity } from "../../lib/strategy/market/demand";
import { misspecification, recovery, toldAt } from "../../lib/strategy/misspecification";
import { evaluate, solve } from "../../lib/strategy/optimum/dynamic-programming";
import { asPolicy } from "../../lib/strategy/policy";
import { exampleSale } from "./sales";

const ordinary = exampleSale();
const build = ({ elasticity, traffic }: DemandChange, scale = 1) =>
  exampleSale({
    stock: 30 * scale,
    arrivals: ordinary.arrivals.map((visitors, period) => scale * visitors * traffic[period]),
    response: constantElasticity({ conversion: 0.0055, referencePrice: 29, elasticity: -4 * elasticity }),
  });
const wrong = wrongDemands(12);
const markets = Object.fromEntries(Object.entries(wrong).map(([name, change]) => [name, build(change)]));
const believed = markets["as believed"];
const seeds = [1, 2, 3, 4, 5];

test("shares are those of exact values: 1 where the belief is right or the truth is told at once", () => {
  const plan = solve(believed).policy;
  const rows = misspecification(
    markets,
    { plan: () => plan, fixed: () => fixedDiscount(3), told: toldAt(believed, 0), late: toldAt(believed, 6) },
    { seeds, sales: 200 },
  );
  const row = (market: string, policy: string) =>
    rows.market.findIndex((name, i) => name === market && rows.policy[i] === policy);
  for (const [name, truth] of Object.entries(markets)) {
    const idle = truth.stock * (truth.salvage - truth.unitCost);
    const top = solve(truth).value - idle;
    assert.ok(Math.abs(rows.share[row(name, "told")] - 1) < 1e-12);
    const planned = row(name, "plan");
    assert.ok(Math.abs(rows.share[planned] - (evaluate(truth, plan).value - idle) / top) < 1e-12);
    assert.ok(rows.high[planned] - rows.low[planned] < 1e-9, "an exact value has no interval");
    const fixed = row(name, "fixed");
    const exact = (evaluate(truth, fixedDiscount(3)).value - idle) / top;
    assert.ok(Math.abs(rows.share[fixed] - exact) < 0.01, `${rows.share[fixed]}, exactly ${exact}`);
    assert.ok(rows.low[fixed] < rows.share[fixed] && rows.high[fixed] > rows.share[fixed]);
    assert.ok(rows.share[row(name, "late")] >= rows.share[planned] - 1e-12, "to be told the truth doesn't hurt");
    if (name !== "as believed") assert.ok(rows.share[planned] < 0.999);
  }
  assert.ok(Math.abs(rows.share[row("as believed", "plan")] - 1) < 1e-12);
});

test("half the traffic: who learns demand comes within 2 % of an informed plan, who doesn't stays below", () => {
  const truth = markets["traffic −50 %"];
  const belief = believedDemands(12);
  const learner = learnDemand({ hypotheses: belief.changes.map((change) => build(change)), prior: belief.prior });
  const options = { seeds, sales: 100 };
  const learned = recovery(truth, () => learner.policy, options);
  const plan = recovery(truth, () => asPolicy(truth, solve(believed).policy), options);
  assert.ok(learned.low[0] > plan.high[0], `${learned.low[0]}, ${plan.high[0]}`);
  assert.ok(learned.recovered < plan.recovered, `${learned.recovered}, ${plan.recovered}`);
  const informed = recovery(truth, () => solve(truth).policy, { ...options, from: 4 });
  assert.is(informed.recovered, 4);
  assert.ok(informed.share.every((share) => Math.abs(share - 1) < 1e-9));
  const told = recovery(truth, toldAt(believed, 5), options);
  assert.ok(told.recovered <= 5 && told.share[5] > 1 - 1e-9);
});

test("a competitor's sale half-way: who thinks it possible keeps more than the plan, and more than who thinks demand stays", () => {
  const scale = 4;
  const truth = build(wrong["competitor's sale half-way"], scale);
  const learn = (competitor: number) => {
    const belief = believedDemands(12, { competitor, every: 2 });
    return learnDemand({ hypotheses: belief.changes.map((change) => build(change, scale)), prior: belief.prior })
      .policy;
  };
  const [wary, trusting] = [learn(0.3), learn(0)];
  const rows = misspecification(
    { truth },
    { wary: () => wary, trusting: () => trusting, plan: () => solve(build(wrong["as believed"], scale)).policy },
    { seeds, sales: 60 },
  );
  const [first, second, plan] = rows.share;
  assert.ok(rows.low[0] > rows.high[1] && rows.low[1] > plan, `${first}, ${second}, ${plan}`);
});

test("what can't be tried is refused", () => {
  assert.throws(() => misspecification(markets, { fixed: () => fixedDiscount(0) }, { seeds: [1] }), /two values/);
  const empty = exampleSale({ arrivals: new Float64Array(12) });
  assert.throws(
    () => misspecification({ empty }, { fixed: () => fixedDiscount(0) }, { seeds }),
    /nothing can be gained/,
  );
  assert.throws(() => recovery(believed, () => fixedDiscount(0), { seeds, from: 12 }), /from/);
  assert.throws(
    () => misspecification(markets, { fixed: () => fixedDiscount(0) }, { seeds, signal: AbortSignal.abort() }),
    /was stopped/,
  );
});

test.run();
