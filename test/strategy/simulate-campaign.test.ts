import { test } from "uvu";
import * as assert from "uvu/assert";
import { createRandom } from "../../lib/random";
import { campaignPrices } from "../../lib/strategy/agents/campaign-prices";
import { campaignFixed } from "../../lib/strategy/agents/campaign-rules";
import { fixedDiscount } from "../../lib/strategy/agents/fixed";
import { drawCampaign } from "../../lib/strategy/draw-campaign";
import { type CampaignPolicy, createCampaign } from "../../lib/strategy/market/campaign";
import { evaluate } from "../../lib/strategy/optimum/dynamic-programming";
import { lagrangianBound } from "../../lib/strategy/optimum/lagrangian";
import { openLinearSolver } from "../../lib/strategy/optimum/linear-program";
import { priceGrid } from "../../lib/strategy/optimum/price-grid";
import { meanAndError, simulate } from "../../lib/strategy/simulate";
import { simulateCampaign } from "../../lib/strategy/simulate-campaign";
import { exampleSale, tinySale } from "./sales";

test("a campaign of one product is its sale: the exact value within 4 standard errors, and as much noise", () => {
  const sale = exampleSale();
  const campaign = simulateCampaign(createCampaign([sale]), () => [3], { campaigns: 4000, seed: 1 });
  const exact = evaluate(sale, fixedDiscount(3)).value;
  assert.ok(Math.abs(campaign.mean - exact) < 4 * campaign.standardError);
  const alone = simulate(sale, fixedDiscount(3), { sales: 4000, seed: 2 });
  assert.ok(Math.abs(campaign.standardError / alone.standardError - 1) < 0.1);
});

test("products without a shared limit add up", () => {
  const products = [tinySale(), tinySale({ listPrice: 9, stock: 2 })];
  const { mean, standardError } = simulateCampaign(createCampaign(products), () => [1, 2], {
    ...{ campaigns: 20_000, seed: 3 },
  });
  const exact = evaluate(products[0], fixedDiscount(1)).value + evaluate(products[1], fixedDiscount(2)).value;
  assert.ok(Math.abs(mean - exact) < 4 * standardError, `${mean} ± ${standardError}, exactly ${exact}`);
});

test("the budget is hard; a product that is not shown sells nothing; the list price needs no budget", () => {
  const products = [exampleSale(), exampleSale()];
  const campaign = createCampaign(products, { slots: 1, budget: 20 });
  const run = (levels: number[]) => simulateCampaign(campaign, () => levels, { campaigns: 50, seed: 4 });
  // A discount of 10 % of 29 is 2.90: six units of it, 17.40, are what 20 pays for.
  assert.ok(run([2, -1]).spent.every((spent) => spent <= 20 && (spent === 0 || Math.abs(spent / 2.9 - 6) < 1e-9)));
  assert.ok(run([0, -1]).spent.every((spent) => spent === 0));
  assert.ok(run([0, -1]).mean > run([2, -1]).mean);
  const idle = 2 * products[0].stock * (products[0].salvage - products[0].unitCost);
  assert.ok(run([-1, -1]).margins.every((margin) => margin === idle));
});

test("luck is 0 on average for any policy; under a sensible one the rest of the margins has far less noise", async () => {
  const linear = await openLinearSolver();
  const campaign = drawCampaign({ seed: 4, products: 6, periods: 6, slots: 3 });
  const { prices, plans } = lagrangianBound(campaign, linear);
  const any = createRandom("any");
  const policies: [CampaignPolicy, number][] = [
    [campaignPrices(campaign, priceGrid(campaign, linear)).act, 0.5],
    [campaignFixed(campaign, 4), 0.8],
    [() => campaign.products.map((_, i) => (i % 2 === 0 ? any.integer(8) : -1)), Infinity],
  ];
  for (const [policy, noise] of policies) {
    const run = simulateCampaign(campaign, policy, { campaigns: 1500, seed: 6, baseline: { prices, plans } });
    const luck = meanAndError(run.luck);
    assert.ok(Math.abs(luck.mean) < 4 * luck.standardError, `${luck.mean} ± ${luck.standardError}`);
    const skill = meanAndError(run.margins.map((margin, i) => margin - run.luck[i]));
    assert.ok(skill.standardError < noise * run.standardError, `${skill.standardError}, ${run.standardError}`);
  }
  const without = simulateCampaign(campaign, () => [0, -1, -1, -1, -1, -1], { campaigns: 3, seed: 6 });
  assert.ok(without.luck.every((luck) => luck === 0));
});

test("what breaks the rules is refused", () => {
  const campaign = createCampaign([tinySale(), tinySale()], { slots: 1 });
  const run = (levels: number[]) => () => simulateCampaign(campaign, () => levels, { campaigns: 2, seed: 1 });
  assert.throws(run([0, 0]), /1 slots at period 0/);
  assert.throws(run([3, -1]), /3 at level of product 0/);
  assert.throws(() => createCampaign([]), /number of products/);
  assert.throws(() => createCampaign([tinySale(), exampleSale()]), /12 at products\[1\]/);
  assert.throws(() => createCampaign([tinySale({ markdownOnly: true })]), /markdownOnly/);
  assert.throws(() => createCampaign([tinySale()], { budget: -1 }), /budget/);
});

test.run();
