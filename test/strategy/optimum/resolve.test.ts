import { test } from "uvu";
import * as assert from "uvu/assert";
import { bestFixedDiscount } from "../../../lib/strategy/agents/fixed";
import { createCampaign } from "../../../lib/strategy/market/campaign";
import { constantElasticity } from "../../../lib/strategy/market/demand";
import { evaluate, solve } from "../../../lib/strategy/optimum/dynamic-programming";
import { openFluid } from "../../../lib/strategy/optimum/fluid";
import { resolvePolicy, resolveTable } from "../../../lib/strategy/optimum/resolve";
import { simulateCampaign } from "../../../lib/strategy/simulate-campaign";
import { exampleSale } from "../sales";

test("one product: within 1 % of the optimum's gain over salvage, and above the best fixed discount", async () => {
  const fluid = await openFluid();
  for (const stock of [10, 30]) {
    const sale = exampleSale({ stock });
    const idle = stock * (sale.salvage - sale.unitCost);
    const optimum = solve(sale).value - idle;
    const resolved = evaluate(sale, resolveTable(sale, fluid)).value - idle;
    assert.ok(resolved <= optimum && resolved > 0.99 * optimum, `${resolved} of ${optimum}`);
    assert.ok(resolved > bestFixedDiscount(sale).plan.value - idle);
  }
});

test("with stock for everyone it is the optimum", async () => {
  const fluid = await openFluid();
  const sale = exampleSale({ stock: 120, arrivals: [200, 400, 300] });
  assert.ok(Math.abs(evaluate(sale, resolveTable(sale, fluid)).value - solve(sale).value) < 1e-9);
});

test("markdown-only: every level it shows is allowed", async () => {
  const fluid = await openFluid();
  const sale = exampleSale({ stock: 10, arrivals: [200, 400, 300], markdownOnly: true });
  const { value } = evaluate(sale, resolveTable(sale, fluid));
  assert.ok(value > 0 && value <= solve(sale).value);
});

test("six products, three slots, a budget: below the bound, above planning once and never again", async () => {
  const fluid = await openFluid();
  const products = Array.from({ length: 6 }, (_, i) =>
    exampleSale({
      ...{ stock: 10 + 4 * i, listPrice: 20 + i, unitCost: 12 + i / 2, salvage: 6, arrivals: [200, 300, 400, 300] },
      response: constantElasticity({ conversion: 0.02 + 0.003 * i, referencePrice: 20 + i, elasticity: -3 }),
    }),
  );
  const campaign = createCampaign(products, { slots: 3, budget: 150 });
  const { bound } = fluid(campaign);
  const resolve = resolvePolicy(campaign, fluid);
  const resolved = simulateCampaign(campaign, resolve, { campaigns: 150, seed: 1 });
  const start = products.map(({ stock }) => stock);
  const once = simulateCampaign(
    campaign,
    ({ period }) => {
      // Each period of the first plan, chosen from the stock that there was at the start.
      return resolve({ period, stock: start, budget: campaign.budget });
    },
    { campaigns: 150, seed: 1 },
  );
  const idle = products.reduce((sum, sale) => sum + sale.stock * (sale.salvage - sale.unitCost), 0);
  assert.ok(resolved.mean < bound + 2 * resolved.standardError);
  assert.ok((resolved.mean - idle) / (bound - idle) > 0.9, `${resolved.mean} of ${bound}`);
  const differences = resolved.margins.map((margin, run) => margin - once.margins[run]);
  const gain = differences.reduce((sum, value) => sum + value, 0) / differences.length;
  const spread = Math.sqrt(differences.reduce((sum, value) => sum + (value - gain) ** 2, 0)) / differences.length;
  assert.ok(gain > 2 * spread, `${gain} ± ${spread}`);
  assert.ok(resolved.spent.every((spent) => spent <= 150 + 1e-6));
});

test.run();
