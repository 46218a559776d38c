import { test } from "uvu";
import * as assert from "uvu/assert";
import { fixedDiscount } from "../../lib/strategy/agents/fixed";
import { createCampaign } from "../../lib/strategy/market/campaign";
import { evaluate } from "../../lib/strategy/optimum/dynamic-programming";
import { simulate } from "../../lib/strategy/simulate";
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
