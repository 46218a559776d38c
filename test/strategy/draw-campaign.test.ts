import { test } from "uvu";
import * as assert from "uvu/assert";
import { drawCampaign } from "../../lib/strategy/draw-campaign";
import { createCampaign } from "../../lib/strategy/market/campaign";
import { openFluid } from "../../lib/strategy/optimum/fluid";

test("one seed, one campaign; other scales have the same products, larger", () => {
  const small = drawCampaign({ seed: 1 });
  assert.equal(drawCampaign({ seed: 1 }), small);
  assert.is.not(drawCampaign({ seed: 2 }).products[0].listPrice, small.products[0].listPrice);
  const large = drawCampaign({ seed: 1, scale: 4 });
  assert.is(large.slots, small.slots);
  assert.ok(Math.abs(large.budget / small.budget - 4) < 0.2);
  large.products.forEach((sale, i) => {
    const one = small.products[i];
    assert.is(sale.listPrice, one.listPrice);
    assert.ok(Math.abs(sale.stock - 4 * one.stock) <= 2);
    assert.ok(Math.abs(sale.rates[0] / one.rates[0] - 4) < 1e-9);
    assert.ok(one.salvage < one.unitCost && one.unitCost < one.listPrice);
  });
});

test("slots and budget bind: each of them costs the fluid plan more than 5 %", async () => {
  const fluid = await openFluid();
  for (const seed of [1, 2, 3]) {
    const campaign = drawCampaign({ seed });
    const { bound, slotPrices, budgetPrice } = fluid(campaign);
    const { products, slots, budget } = campaign;
    assert.ok(fluid(createCampaign(products, { budget })).bound > 1.05 * bound);
    assert.ok(fluid(createCampaign(products, { slots })).bound > 1.05 * bound);
    assert.ok(budgetPrice > 0 && slotPrices.every((price) => price > 0));
  }
});

test("what can't be drawn is refused", () => {
  assert.throws(() => drawCampaign({ seed: 1, products: 0 }), /products/);
  assert.throws(() => drawCampaign({ seed: 1, scale: 0 }), /scale/);
  assert.throws(() => drawCampaign({ seed: 1, slots: 21 }), /slots/);
});

test.run();
