import { test } from "uvu";
import * as assert from "uvu/assert";
import { campaignFixed, campaignRuleOfThumb } from "../../../lib/strategy/agents/campaign-rules";
import { fixedDiscount } from "../../../lib/strategy/agents/fixed";
import { ruleOfThumb } from "../../../lib/strategy/agents/rule-of-thumb";
import { createCampaign } from "../../../lib/strategy/market/campaign";
import { evaluate } from "../../../lib/strategy/optimum/dynamic-programming";
import { jointValue } from "../optimum/joint";
import { exampleSale, tinySale } from "../sales";

test("with room for all, each product is sold as its own rule would: exactly that value", () => {
  const products = [tinySale(), tinySale({ listPrice: 9, stock: 2, arrivals: [9, 2, 4] })];
  const campaign = createCampaign(products);
  const apart = (value: (sale: (typeof products)[0]) => number) => products.reduce((sum, sale) => sum + value(sale), 0);
  const fixed = apart((sale) => evaluate(sale, fixedDiscount(2)).value);
  assert.ok(Math.abs(jointValue(campaign, campaignFixed(campaign, 2)) - fixed) < 1e-9);
  const rule = apart((sale) => evaluate(sale, ruleOfThumb(sale, { start: 1 })).value);
  assert.ok(Math.abs(jointValue(campaign, campaignRuleOfThumb(campaign, { start: 1 })) - rule) < 1e-9);
});

test("one slot: it goes to what earns most now; the rule of thumb deepens what lags", () => {
  const products = [exampleSale(), exampleSale({ listPrice: 58, unitCost: 36, salvage: 18 })];
  const campaign = createCampaign(products, { slots: 1 });
  const rule = campaignRuleOfThumb(campaign);
  const lagging = rule({ period: 6, stock: [28, 30], budget: Infinity })[0];
  const leading = rule({ period: 6, stock: [6, 30], budget: Infinity })[0];
  assert.ok(lagging > leading && leading >= 0, `${lagging}, ${leading}`);
  assert.is(rule({ period: 6, stock: [0, 30], budget: Infinity })[0], -1);
  // The response of both is that of a list price of 29: at 58 hardly anyone buys.
  assert.equal(Array.from(campaignFixed(campaign, 3)({ period: 0, stock: [30, 30], budget: Infinity })), [3, -1]);
  assert.equal(Array.from(campaignFixed(campaign, 3)({ period: 0, stock: [0, 30], budget: Infinity })), [-1, 3]);
});

test("without budget they show the deepest discount that is still paid for; the rule spreads it", () => {
  const campaign = createCampaign([exampleSale()], { budget: 100 });
  // 10 % of 29 is 2.90, 15 % is 4.35.
  assert.equal(Array.from(campaignFixed(campaign, 5)({ period: 0, stock: [30], budget: 3 })), [2]);
  assert.equal(Array.from(campaignRuleOfThumb(campaign)({ period: 11, stock: [30], budget: 0 })), [0]);
  // Half-way through, 58.3 of 100 may be spent by the end of the period: the rule pauses when 61 are.
  const late = { period: 6, stock: [30] };
  assert.ok(campaignRuleOfThumb(campaign)({ ...late, budget: 50 })[0] > 0);
  assert.is(campaignRuleOfThumb(campaign)({ ...late, budget: 39 })[0], 0);
  assert.throws(() => campaignFixed(campaign, 8), /level of product 0/);
});

test.run();
