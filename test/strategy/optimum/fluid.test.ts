import { test } from "uvu";
import * as assert from "uvu/assert";
import { createCampaign } from "../../../lib/strategy/market/campaign";
import { exponentialResponse } from "../../../lib/strategy/market/demand";
import { createSale, type Sale } from "../../../lib/strategy/market/sale";
import { solve } from "../../../lib/strategy/optimum/dynamic-programming";
import { openFluid } from "../../../lib/strategy/optimum/fluid";
import scipy from "../oracles/fluid.json";
import { exampleSale, tinySale } from "../sales";

/** The two products of oracles/fluid.py. */
function twoProducts(): Sale[] {
  return [
    { stock: 5, listPrice: 10, arrivals: [30, 50, 40], sensitivity: 0.3, unitCost: 4, salvage: 1 },
    { stock: 6, listPrice: 8, arrivals: [60, 20, 35], sensitivity: 0.4, unitCost: 3, salvage: 2 },
  ].map(({ sensitivity, ...rest }) =>
    createSale({
      ...{ ...rest, discounts: [0, 0.2, 0.4] },
      response: exponentialResponse({ conversion: 1, referencePrice: 0, sensitivity }),
    }),
  );
}

const idle = (sale: Sale) => sale.stock * (sale.salvage - sale.unitCost);

test("two products sharing a slot and a budget: scipy's bound, prices of stock and budget, and sales", async () => {
  const fluid = await openFluid();
  const products = twoProducts();
  const plan = fluid(createCampaign(products, { slots: 1, budget: 11 }));
  assert.ok(Math.abs(plan.bound - scipy.bound) < 1e-6, `${plan.bound}, scipy ${scipy.bound}`);
  assert.ok(Math.abs(plan.budgetPrice - scipy.budget_price) < 1e-6);
  products.forEach((sale, i) => {
    assert.ok(Math.abs(plan.unitPrices[i] - scipy.unit_prices[i]) < 1e-6);
    const sales = plan.shares[i].reduce((sum, share, cell) => sum + share * sale.rates[cell], 0);
    assert.ok(Math.abs(sales - scipy.sales[i]) < 1e-5);
  });
});

test("with stock for everyone, each period stands alone at its own best level", async () => {
  const fluid = await openFluid();
  const sale = exampleSale({ stock: 200 });
  let best = idle(sale);
  for (let period = 0; period < sale.periods; period++) {
    const gains = Array.from(sale.prices, (price, a) => (price - sale.salvage) * sale.rates[period * sale.levels + a]);
    best += Math.max(...gains);
  }
  assert.ok(Math.abs(fluid(sale).bound - best) < 1e-6);
});

test("the bound is above the exact optimum; the gap shrinks like 1 / √scale as stock and demand grow", async () => {
  const fluid = await openFluid();
  const base = exampleSale();
  const gaps = [1, 4, 16].map((scale) => {
    const sale = exampleSale({ stock: 30 * scale, arrivals: base.arrivals.map((visitors) => visitors * scale) });
    const { bound } = fluid(sale);
    assert.ok(Math.abs(bound - scale * fluid(base).bound) < 1e-6 * scale, "the fluid itself scales");
    return (bound - solve(sale).value) / (bound - idle(sale));
  });
  assert.ok(gaps[0] > 0 && gaps[0] < 0.05, `${gaps}`);
  // Four times the scale: half the gap, in the limit.
  for (const i of [1, 2]) assert.ok(gaps[i] / gaps[i - 1] > 0.3 && gaps[i] / gaps[i - 1] < 0.5, `${gaps}`);
});

test("it bounds tiny sales too, from every state, and under the markdown-only rule", async () => {
  const fluid = await openFluid();
  for (const markdownOnly of [false, true]) {
    const sale = tinySale({ markdownOnly });
    const { values } = solve(sale);
    for (let period = 0; period <= sale.periods; period++)
      for (let left = 0; left <= sale.stock; left++) {
        const { bound } = fluid(sale, { period, stock: [left], budget: Infinity });
        assert.ok(bound >= values[(period * (sale.stock + 1) + left) * sale.memory] - 1e-9);
      }
  }
});

/** The exact optimum of two products that share one slot, by backward induction over both stocks. */
function jointOptimum([one, two]: Sale[]): number {
  const value = (period: number, n: number, m: number): number => {
    if (period === one.periods) return n * (one.salvage - one.unitCost) + m * (two.salvage - two.unitCost);
    let best = value(period + 1, n, m);
    for (const first of [true, false]) {
      const sale = first ? one : two;
      const left = first ? n : m;
      for (let level = 0; level < sale.levels; level++) {
        const cell = period * sale.levels + level;
        let expected = 0;
        for (let k = 0; k <= left; k++) {
          const chance =
            k < left ? sale.probabilities[cell * sale.stock + k] : sale.survival[cell * (sale.stock + 1) + k];
          const later = first ? value(period + 1, n - k, m) : value(period + 1, n, m - k);
          expected += chance * (k * (sale.prices[level] - sale.unitCost) + later);
        }
        best = Math.max(best, expected);
      }
    }
    return best;
  };
  return value(0, one.stock, two.stock);
}

test("two products in one slot: above the exact joint optimum, below the sum of their own bounds", async () => {
  const fluid = await openFluid();
  const products = [tinySale(), tinySale({ listPrice: 9, stock: 2, arrivals: [9, 2, 4] })];
  const { bound } = fluid(createCampaign(products, { slots: 1 }));
  const exact = jointOptimum(products);
  assert.ok(bound >= exact && bound - exact < 0.5 * (bound - products.map(idle).reduce((a, b) => a + b)));
  assert.ok(bound < fluid(products[0]).bound + fluid(products[1]).bound);
});

test("prices of stock and budget are the bound's slopes", async () => {
  const fluid = await openFluid();
  const products = twoProducts();
  const start = { period: 0, stock: [5, 6], budget: 11 };
  const campaign = createCampaign(products, { slots: 1, budget: 11 });
  const plan = fluid(campaign, start);
  const richer = fluid(campaign, { ...start, budget: 11.01 });
  assert.ok(Math.abs((richer.bound - plan.bound) / 0.01 - plan.budgetPrice) < 1e-5);
  // One more slot in every period is worth no more than the periods' prices together, and those are not all 0.
  const roomier = fluid(createCampaign(products, { slots: 2, budget: 11 }), start);
  const rents = plan.slotPrices.reduce((sum, price) => sum + price, 0);
  assert.ok(rents > 0 && roomier.bound - plan.bound <= rents + 1e-9, `${roomier.bound - plan.bound}, ${rents}`);
  assert.equal(Array.from(roomier.slotPrices), [0, 0, 0]);
  products.forEach((sale, i) => {
    const stock = start.stock.map((left, j) => left + (i === j ? 0.01 : 0));
    const slope = (fluid(campaign, { ...start, stock }).bound - plan.bound) / 0.01 + sale.unitCost - sale.salvage;
    assert.ok(Math.abs(slope - plan.unitPrices[i]) < 1e-5, `product ${i}`);
  });
});

test("nothing to show, nothing to sell, no time left: what the stock brings as salvage", async () => {
  const fluid = await openFluid();
  const products = twoProducts();
  const all = idle(products[0]) + idle(products[1]);
  assert.ok(Math.abs(fluid(createCampaign(products, { slots: 0 })).bound - all) < 1e-9);
  const campaign = createCampaign(products);
  assert.ok(Math.abs(fluid(campaign, { period: 3, stock: [5, 6], budget: 0 }).bound - all) < 1e-9);
  assert.ok(Math.abs(fluid(campaign, { period: 1, stock: [0, 0], budget: 0 }).bound) < 1e-9);
  assert.throws(() => fluid(campaign, { period: 0, stock: [1], budget: 0 }), /2 products: 1 at stock/);
});

test.run();
