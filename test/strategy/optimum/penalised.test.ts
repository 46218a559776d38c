import { test } from "uvu";
import * as assert from "uvu/assert";
import { evaluate, solve } from "../../../lib/strategy/optimum/dynamic-programming";
import { forecast } from "../../../lib/strategy/optimum/forecast";
import { budgetedOptimum, penalise, promotionCost } from "../../../lib/strategy/optimum/penalised";
import { tabulate } from "../../../lib/strategy/policy";
import { exampleSale, tinySale } from "../sales";

test("a penalised value is the margin less λ times the promotion cost, for any policy", () => {
  const sale = exampleSale();
  const table = tabulate(sale, (period, stock) => (period + stock) % sale.levels);
  for (const lambda of [0, 0.3, 2])
    assert.ok(
      Math.abs(
        evaluate(penalise(sale, lambda), table).value -
          (evaluate(sale, table).value - lambda * promotionCost(sale, table)),
      ) < 1e-9,
    );
  assert.equal(penalise(sale, 0).prices, sale.prices);
  assert.throws(() => penalise(sale, -1), /-1 at lambda/);
});

test("the optimum's promotion cost falls as λ rises, to nothing", () => {
  const sale = exampleSale();
  const costs = [0, 0.1, 0.3, 1, 3, 100].map((lambda) => promotionCost(sale, solve(penalise(sale, lambda)).policy));
  for (let i = 1; i < costs.length; i++) assert.ok(costs[i] <= costs[i - 1] + 1e-9, `${costs}`);
  assert.ok(costs[5] < 1e-9);
});

test("no policy of all of a tiny sale's earns more under the budget, and mixing two plans earns the bound", () => {
  const sale = tinySale({ stock: 2, arrivals: [4, 6] });
  // Every policy: a level for each of two stocks in two periods (the first starts at full stock).
  const all: { value: number; cost: number }[] = [];
  for (let code = 0; code < 27; code++) {
    const levels = [code % 3, Math.floor(code / 3) % 3, Math.floor(code / 9)];
    const table = tabulate(sale, (period, stock) => (period === 0 ? levels[0] : stock === 2 ? levels[1] : levels[2]));
    all.push({ value: evaluate(sale, table).value, cost: promotionCost(sale, table) });
  }
  for (const budget of [0, 0.5, 1, 2, 4, 50]) {
    const { value, plan } = budgetedOptimum(sale, budget);
    // The best mixture of two policies whose mean cost is the budget, or one that needs no more.
    let best = -Infinity;
    for (const a of all)
      for (const b of all) {
        if (a.cost <= budget) best = Math.max(best, a.value);
        if (a.cost <= budget && b.cost > budget) {
          const share = (budget - a.cost) / (b.cost - a.cost);
          best = Math.max(best, a.value + share * (b.value - a.value));
        }
      }
    assert.ok(Math.abs(value - best) < 1e-6, `budget ${budget}: ${value}, by enumeration ${best}`);
    assert.ok(promotionCost(sale, plan.policy) <= budget + 1e-9);
  }
});

test("an ample budget changes nothing", () => {
  const sale = exampleSale();
  const found = budgetedOptimum(sale, 1e6);
  assert.is(found.lambda, 0);
  assert.is(found.value, solve(sale).value);
  const { revenue, units } = forecast(sale, found.plan.policy);
  assert.ok(Math.abs(promotionCost(sale, found.plan.policy) - (units * sale.listPrice - revenue)) < 1e-9);
});

test.run();
