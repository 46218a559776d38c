import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { campaignPrices } from "../../../lib/strategy/agents/campaign-prices";
import { campaignFixed, campaignRuleOfThumb } from "../../../lib/strategy/agents/campaign-rules";
import { drawCampaign } from "../../../lib/strategy/draw-campaign";
import { createCampaign } from "../../../lib/strategy/market/campaign";
import { constantElasticity } from "../../../lib/strategy/market/demand";
import { createSale } from "../../../lib/strategy/market/sale";
import { solve } from "../../../lib/strategy/optimum/dynamic-programming";
import { openFluid } from "../../../lib/strategy/optimum/fluid";
import { lagrangianBound } from "../../../lib/strategy/optimum/lagrangian";
import { openLinearSolver } from "../../../lib/strategy/optimum/linear-program";
import { gridAt, priceGrid } from "../../../lib/strategy/optimum/price-grid";
import { fluidPolicy, resolvePolicy } from "../../../lib/strategy/optimum/resolve";
import { planPriced, spendingOf, useOf } from "../../../lib/strategy/optimum/resource-prices";
import { tinySale } from "../sales";
import { jointValue } from "./joint";

const none = (periods: number) => ({ slots: new Float64Array(periods), budget: 0 });

/** Two small products with any costs, salvage values, stocks and traffic, sharing a slot and a budget or not. */
const tinyCampaign = fc
  .record({
    products: fc.array(
      fc.record({
        stock: fc.integer({ min: 1, max: 3 }),
        listPrice: fc.integer({ min: 6, max: 14 }),
        unitCost: fc.integer({ min: 1, max: 6 }),
        salvage: fc.integer({ min: 0, max: 7 }),
        arrivals: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 2 }),
        elasticity: fc.integer({ min: -6, max: -1 }),
      }),
      { minLength: 2, maxLength: 2 },
    ),
    slots: fc.integer({ min: 0, max: 2 }),
    budget: fc.oneof(fc.constant(Infinity), fc.integer({ min: 0, max: 12 })),
  })
  .map(({ products, slots, budget }) =>
    createCampaign(
      products.map(({ elasticity, ...sale }) =>
        createSale({
          ...{ ...sale, discounts: [0, 0.2, 0.5] },
          response: constantElasticity({ conversion: 0.3, referencePrice: sale.listPrice, elasticity }),
        }),
      ),
      { slots, budget },
    ),
  );

test("fluid bound ≥ Lagrangian bound ≥ exact joint optimum ≥ every policy, for any tiny campaign", async () => {
  const fluid = await openFluid();
  const linear = await openLinearSolver();
  fc.assert(
    fc.property(tinyCampaign, (campaign) => {
      const wide = fluid(campaign).bound;
      const { bound } = lagrangianBound(campaign, linear, { tolerance: 1e-9 });
      const exact = jointValue(campaign);
      assert.ok(wide >= bound - 1e-6, `${wide}, ${bound}`);
      assert.ok(bound >= exact - 1e-6, `${bound}, ${exact}`);
      const policies = [
        campaignPrices(campaign, priceGrid(campaign, linear, { points: 4 })).act,
        resolvePolicy(campaign, fluid),
        fluidPolicy(campaign, fluid),
        campaignFixed(campaign, 1),
        campaignRuleOfThumb(campaign),
      ];
      for (const policy of policies) assert.ok(jointValue(campaign, policy) <= exact + 1e-9);
    }),
    { numRuns: 60, seed: 1 },
  );
});

test("any prices bound the optimum, and the least bound has the least", async () => {
  const linear = await openLinearSolver();
  const campaign = createCampaign([tinySale(), tinySale({ listPrice: 9, stock: 2, arrivals: [9, 2, 4] })], {
    ...{ slots: 1, budget: 5 },
  });
  const least = lagrangianBound(campaign, linear, { tolerance: 1e-9 });
  const idle = campaign.products.reduce((sum, sale) => sum + sale.stock * (sale.unitCost - sale.salvage), 0);
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 8, noNaN: true }), { minLength: 3, maxLength: 3 }),
      fc.double({ min: 0, max: 3, noNaN: true }),
      (slots, budget) => {
        const prices = { slots: Float64Array.from(slots), budget };
        let bound = budget * campaign.budget + slots.reduce((sum, rent) => sum + rent, 0) - idle;
        for (const sale of campaign.products) bound += planPriced(sale, prices).gains[sale.stock];
        assert.ok(bound >= least.bound - 1e-6);
      },
    ),
    { numRuns: 200 },
  );
  const exact = jointValue(campaign);
  assert.ok(least.bound >= exact && least.bound - exact < 0.15 * (exact + idle), `${least.bound}, exactly ${exact}`);
});

test("where nothing is shared it is the products' own optima", async () => {
  const linear = await openLinearSolver();
  const products = [tinySale(), tinySale({ listPrice: 9, stock: 2, arrivals: [9, 2, 4] })];
  const { bound, rounds } = lagrangianBound(createCampaign(products), linear);
  const apart = products.reduce((sum, sale) => sum + solve(sale).value, 0);
  assert.ok(Math.abs(bound - apart) < 1e-6, `${bound}, ${apart}`);
  assert.is(rounds, 1);
});

test("a plan without rent is the sale's optimum in every state; its use is what it says", () => {
  const sale = tinySale();
  const { values } = solve(sale);
  const plan = planPriced(sale, none(sale.periods));
  for (let state = 0; state < values.length; state++) {
    const left = state % (sale.stock + 1);
    assert.ok(Math.abs(plan.gains[state] - values[state] - left * (sale.unitCost - sale.salvage)) < 1e-9);
  }
  const prices = { slots: Float64Array.of(0.4, 1.5, 0.2), budget: 0.3 };
  const priced = planPriced(sale, prices);
  const use = useOf(sale, priced, prices, { period: 0, stock: sale.stock });
  const rent = use.shown.reduce((sum, shown, t) => sum + shown * prices.slots[t], 0);
  assert.ok(Math.abs(use.gain - rent - 0.3 * use.spent - priced.gains[sale.stock]) < 1e-9);
  assert.ok(use.spent > 0 && use.spent <= spendingOf(sale, priced)[sale.stock] + 1e-9, "turning away spends no more");
});

test("20 products: below the fluid bound, nearer to it as the campaign grows, its prices the bound's slopes", async () => {
  const fluid = await openFluid();
  const linear = await openLinearSolver();
  const gaps = [1, 4].map((scale) => {
    const campaign = drawCampaign({ seed: 1, scale, periods: 6 });
    const idle = campaign.products.reduce((sum, sale) => sum + sale.stock * (sale.salvage - sale.unitCost), 0);
    const wide = fluid(campaign).bound;
    const { bound, gap } = lagrangianBound(campaign, linear);
    assert.ok(gap >= -1e-6 && gap <= 1e-5 * (bound - idle) + 1e-9);
    return (wide - bound) / (wide - idle);
  });
  assert.ok(gaps[0] > 0.01 && gaps[1] > 0 && gaps[1] < 0.7 * gaps[0], `${gaps}`);
  const campaign = drawCampaign({ seed: 1, periods: 6 });
  const at = (budget: number) =>
    lagrangianBound(createCampaign(campaign.products, { slots: campaign.slots, budget }), linear, { tolerance: 1e-8 });
  const price = at(campaign.budget).prices.budget;
  const slope = (at(campaign.budget + 1).bound - at(campaign.budget - 1).bound) / 2;
  assert.ok(price > 0 && Math.abs(slope / price - 1) < 0.02, `${slope}, ${price}`);
});

test("a grid's rents are the best for its budget prices; it plans the same again from its prices", async () => {
  const linear = await openLinearSolver();
  const campaign = drawCampaign({ seed: 2, products: 5, periods: 4, slots: 2 });
  const grid = priceGrid(campaign, linear, { points: 4 });
  assert.is(grid.points[0].budget, 0);
  const spent = grid.spending.map((all) => all.reduce((sum, one, i) => sum + one[campaign.products[i].stock], 0));
  spent.forEach((money, point) => {
    if (point > 0) assert.ok(money <= spent[point - 1] + 1e-6, "the dearer the budget, the less is spent");
  });
  assert.ok(spent[3] <= campaign.budget / 4 + 1e-9);
  assert.equal(gridAt(campaign, grid.points).plans[2], grid.plans[2]);
  const unlimited = priceGrid(createCampaign(campaign.products, { slots: 2 }), linear);
  assert.is(unlimited.points.length, 1);
});

test("what has no bound is refused", async () => {
  const linear = await openLinearSolver();
  const campaign = drawCampaign({ seed: 1, products: 4, periods: 3 });
  assert.throws(() => lagrangianBound(campaign, linear, { rounds: 1 }), /did not settle in 1 rounds/);
  assert.throws(() => lagrangianBound(campaign, linear, { budgetPrice: -1 }), /budgetPrice/);
  assert.throws(() => lagrangianBound(campaign, linear, { signal: AbortSignal.abort() }), /was stopped/);
});

test.run();
