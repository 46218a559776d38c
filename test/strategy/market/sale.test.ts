import { test } from "uvu";
import * as assert from "uvu/assert";
import { poissonCdf } from "../../../lib/statistics/poisson";
import { createSale } from "../../../lib/strategy/market/sale";
import { exampleSale } from "../sales";

test("the tables are the demand's distribution: probabilities, survival and expected sales", () => {
  const sale = exampleSale();
  for (let cell = 0; cell < sale.periods * sale.levels; cell++) {
    const row = cell * (sale.stock + 1);
    assert.ok(Math.abs(sale.survival[row] - 1) < 1e-14);
    let expected = 0;
    for (let k = 0; k <= sale.stock; k++) {
      assert.ok(Math.abs(sale.survival[row + k] - (1 - poissonCdf(sale.rates[cell], k - 1))) < 1e-13);
      // E[min(D, k)] directly: Σ j p(j) below k, and k for the rest.
      expected = 0;
      let below = 0;
      for (let j = 0; j < k; j++) {
        expected += j * sale.probabilities[cell * sale.stock + j];
        below += sale.probabilities[cell * sale.stock + j];
      }
      expected += k * (1 - below);
      assert.ok(Math.abs(sale.expectedSales[row + k] - expected) < 1e-12 * sale.stock);
    }
  }
});

test("the counts beyond reach weigh less than a double's last digit, those within all count", () => {
  const sale = exampleSale({ stock: 400 });
  for (let cell = 0; cell < sale.periods * sale.levels; cell++) {
    const reach = sale.reach[cell];
    assert.ok(reach > sale.rates[cell] && reach < sale.stock);
    assert.ok(sale.survival[cell * (sale.stock + 1) + reach] < 2 ** -64);
    assert.ok(sale.survival[cell * (sale.stock + 1) + reach - 1] >= 2 ** -64);
  }
  assert.ok(exampleSale({ stock: 5 }).reach.every((reach) => reach <= 5));
});

test("prices and rates follow the ladder", () => {
  const sale = exampleSale();
  assert.ok(Math.abs(sale.prices[7] - 29 * 0.65) < 1e-12);
  assert.ok(Math.abs(sale.rates[2 * 8 + 7] - 300 * 0.0055 * 0.65 ** -4) < 1e-12);
  assert.is(sale.memory, 1);
  assert.is(exampleSale({ markdownOnly: true }).memory, 8);
});

test("options that make no sale are refused by name", () => {
  assert.throws(() => exampleSale({ stock: 0 }), /0 at stock/);
  assert.throws(() => exampleSale({ stock: 2.5 }), /2\.5 at stock/);
  assert.throws(() => exampleSale({ discounts: [0, 0.2, 0.1] }), /rises.*discounts\[2\]/);
  assert.throws(() => exampleSale({ discounts: [0, 1] }), /discounts\[1\]/);
  assert.throws(() => exampleSale({ discounts: [] }), /number of discounts/);
  assert.throws(() => exampleSale({ arrivals: [1, -1] }), /arrivals\[1\]/);
  assert.throws(() => exampleSale({ listPrice: 0 }), /listPrice/);
  assert.throws(() => exampleSale({ response: () => 1.5 }), /response\(29\)/);
  assert.throws(() => exampleSale({ unitCost: Number.NaN }), /unitCost/);
});

test("a sale that nobody visits has all its mass at no demand", () => {
  const sale = createSale({
    ...{ stock: 2, listPrice: 5, discounts: [0], arrivals: [0], response: () => 1, unitCost: 1, salvage: 0 },
  });
  assert.equal(Array.from(sale.probabilities), [1, 0]);
  assert.equal(Array.from(sale.expectedSales), [0, 0, 0]);
});

test.run();
