import { test } from "uvu";
import * as assert from "uvu/assert";
import { fixedDiscount } from "../../../lib/strategy/agents/fixed";
import { evaluate, solve } from "../../../lib/strategy/optimum/dynamic-programming";
import { forecast } from "../../../lib/strategy/optimum/forecast";
import { asPolicy } from "../../../lib/strategy/policy";
import { simulate } from "../../../lib/strategy/simulate";
import { exampleSale, tinySale } from "../sales";

test("forward and backward recursions agree on the margin", () => {
  for (const sale of [exampleSale(), exampleSale({ markdownOnly: true }), tinySale()]) {
    const optimum = solve(sale);
    assert.ok(Math.abs(forecast(sale, optimum.policy).margin - optimum.value) < 1e-9);
    const fixed = fixedDiscount(1);
    assert.ok(Math.abs(forecast(sale, fixed).margin - evaluate(sale, fixed).value) < 1e-9);
  }
});

test("each period's stock is a distribution whose mean falls by the sales", () => {
  const sale = exampleSale();
  const result = forecast(sale, solve(sale).policy);
  let before = sale.stock;
  for (let period = 0; period <= sale.periods; period++) {
    const row = result.stock.subarray(period * (sale.stock + 1), (period + 1) * (sale.stock + 1));
    let mass = 0;
    let mean = 0;
    row.forEach((probability, left) => {
      mass += probability;
      mean += probability * left;
    });
    assert.ok(Math.abs(mass - 1) < 1e-12);
    if (period > 0) assert.ok(Math.abs(before - mean - result.sales[period - 1]) < 1e-10);
    before = mean;
  }
  assert.ok(Math.abs(result.units - (sale.stock - before)) < 1e-10);
  assert.is(result.soldOut, result.stock[sale.periods * (sale.stock + 1)]);
  assert.ok(Math.abs(result.sellThrough - result.units / 30) < 1e-15);
});

test("a fixed discount is forecast at its price, and its units are a Poisson count cut at the stock", () => {
  const sale = exampleSale();
  const result = forecast(sale, fixedDiscount(2));
  result.price.forEach((price) => {
    assert.ok(Math.abs(price - 29 * 0.9) < 1e-10);
  });
  let mean = 0;
  for (let period = 0; period < sale.periods; period++) mean += sale.rates[period * sale.levels + 2];
  let term = Math.exp(-mean);
  let below = 0;
  let units = 0;
  for (let k = 0; k < sale.stock; k++) {
    below += term;
    units += k * term;
    term *= mean / (k + 1);
  }
  assert.ok(Math.abs(result.units - (units + sale.stock * (1 - below))) < 1e-9);
  assert.ok(Math.abs(result.soldOut - (1 - below)) < 1e-10);
  assert.ok(Math.abs(result.revenue - result.units * 29 * 0.9) < 1e-9);
});

test("simulated sell-through agrees", () => {
  const sale = exampleSale({ markdownOnly: true });
  const optimum = solve(sale);
  const expected = forecast(sale, optimum.policy);
  const { units } = simulate(sale, asPolicy(sale, optimum.policy), { sales: 10_000, seed: 11 });
  const mean = units.reduce((sum, value) => sum + value, 0) / units.length;
  const spread = Math.sqrt(units.reduce((sum, value) => sum + (value - mean) ** 2, 0)) / units.length;
  assert.ok(Math.abs(mean - expected.units) < 4 * spread);
});

test("after a certain sell-out there is no price to show", () => {
  const sale = tinySale({ arrivals: [4000, 1, 1], response: () => 1 });
  const result = forecast(sale, fixedDiscount(0));
  assert.ok(Number.isNaN(result.price[1]));
  assert.is(result.soldOut, 1);
});

test.run();
