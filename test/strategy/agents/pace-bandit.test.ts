import { test } from "uvu";
import * as assert from "uvu/assert";
import { createRandom } from "../../../lib/random";
import { bestFixedDiscount } from "../../../lib/strategy/agents/fixed";
import { linearBandit } from "../../../lib/strategy/agents/linear-bandit";
import { PACE_CONTEXT, runPaceBandit } from "../../../lib/strategy/agents/pace-bandit";
import type { Sale } from "../../../lib/strategy/market/sale";
import { solve } from "../../../lib/strategy/optimum/dynamic-programming";
import { openFluid } from "../../../lib/strategy/optimum/fluid";
import { exampleSale } from "../sales";

const bandit = (sale: Sale, method: "ucb" | "thompson", seed: number) =>
  linearBandit({
    ...{ width: PACE_CONTEXT, actions: sale.levels, method, random: createRandom(seed) },
    ...{ ridge: 0.05, exploration: 1.5 },
  });
const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

for (const method of ["ucb", "thompson"] as const)
  test(`${method}, told nothing of demand, comes to beat the best fixed discount of those who know it`, () => {
    const sale = exampleSale();
    const optimum = solve(sale).value;
    const fixed = bestFixedDiscount(sale).plan.value;
    const late = [1, 2, 3, 4, 5].map((seed) => {
      const { margins } = runPaceBandit(sale, bandit(sale, method, seed), { sales: 1200, seed });
      return mean(margins.subarray(400));
    });
    const average = late.reduce((sum, value) => sum + value, 0) / late.length;
    assert.ok(average > fixed && average < optimum, `${late}; fixed ${fixed}, optimum ${optimum}`);
  });

test("what it learns of demand is the demand: units of the levels it shows", () => {
  const sale = exampleSale({ stock: 60, arrivals: new Float64Array(12).fill(250) });
  const model = bandit(sale, "thompson", 1);
  runPaceBandit(sale, model, { sales: 1500, seed: 1 });
  // Of all levels the one whose estimate is surest, so the one shown most.
  const context = [1, 1];
  const levels = Array.from({ length: sale.levels }, (_, level) => level);
  const often = levels.reduce((a, b) => (model.deviation(context, b) < model.deviation(context, a) ? b : a));
  const error = (model.estimate(context, often) * sale.stock) / sale.periods - sale.rates[often];
  // Censored and chosen by what came before, so not quite a mean of independent draws.
  assert.ok(Math.abs(error) < 0.1 * sale.rates[often], `${error} of ${sale.rates[often]}`);
});

test("λ comes near the fluid program's price of a unit, from either side; with stock for everyone it is 0", async () => {
  const fluid = await openFluid();
  const sale = exampleSale({ stock: 300, arrivals: exampleSale().arrivals.map((visitors) => 10 * visitors) });
  const [price] = fluid(sale).unitPrices;
  for (const start of [0, 2 * price]) {
    const { unitPrices } = runPaceBandit(sale, bandit(sale, "ucb", 1), { sales: 600, seed: 1, unitPrice: start });
    const late = mean(unitPrices.subarray(300));
    assert.ok(Math.abs(late - price) < 0.2 * price, `${late}, ${price}`);
  }
  const plenty = exampleSale({ stock: 500 });
  assert.is(Math.max(...runPaceBandit(plenty, bandit(plenty, "ucb", 1), { sales: 50, seed: 1 }).unitPrices), 0);
});

test("one seed, one run; the markdown-only rule is kept", () => {
  const sale = exampleSale({ markdownOnly: true });
  const run = (seed: number) => runPaceBandit(sale, bandit(sale, "thompson", seed), { sales: 40, seed }).margins;
  assert.equal(run(1), run(1));
  assert.not.equal(run(1), run(2));
});

test.run();
