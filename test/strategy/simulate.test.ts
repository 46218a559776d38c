import { test } from "uvu";
import * as assert from "uvu/assert";
import { fixedDiscount } from "../../lib/strategy/agents/fixed";
import { evaluate, solve } from "../../lib/strategy/optimum/dynamic-programming";
import { asPolicy } from "../../lib/strategy/policy";
import { meanAndError, simulate, watch } from "../../lib/strategy/simulate";
import { exampleSale } from "./sales";

test("a policy compared with itself under one seed differs by nothing", () => {
  const sale = exampleSale();
  const policy = asPolicy(sale, solve(sale).policy);
  assert.equal(simulate(sale, policy, { sales: 200, seed: 3 }), simulate(sale, policy, { sales: 200, seed: 3 }));
});

test("common random numbers shrink the noise of a difference and leave it unbiased", () => {
  // Stock for everyone, so that the only difference is the price.
  const sale = exampleSale({ stock: 300 });
  const options = { sales: 4000, seed: "paired" };
  const shallow = simulate(sale, fixedDiscount(2), options);
  const deep = simulate(sale, fixedDiscount(3), options);
  const exact = evaluate(sale, fixedDiscount(3)).value - evaluate(sale, fixedDiscount(2)).value;
  const paired = meanAndError(deep.margins.map((margin, run) => margin - shallow.margins[run]));
  const apart = Math.hypot(shallow.standardError, deep.standardError);
  assert.ok(Math.abs(paired.mean - exact) < 4 * paired.standardError, `${paired.mean}, exactly ${exact}`);
  assert.ok(paired.standardError < 0.4 * apart, `${paired.standardError} against ${apart}`);
});

test("mean and standard error are the textbook's", () => {
  const { mean, standardError } = meanAndError(Float64Array.of(2, 4, 4, 4, 5, 5, 7, 9));
  assert.is(mean, 5);
  assert.ok(Math.abs(standardError - Math.sqrt(32 / 7 / 8)) < 1e-15);
});

test("a watched sale adds up, and stops at the sell-out", () => {
  const sale = exampleSale({ stock: 6 });
  const trace = watch(sale, fixedDiscount(7), 1);
  const sold = trace.sales.reduce((sum, units) => sum + units, 0);
  assert.is(sold, 6);
  assert.ok(Math.abs(trace.margin - sold * (sale.prices[7] - 18)) < 1e-9);
  const end = trace.stock.indexOf(0);
  trace.price.forEach((price, period) => {
    assert.is(Number.isNaN(price), period > end);
  });
});

test("it can be stopped", () => {
  const controller = new AbortController();
  controller.abort();
  assert.throws(
    () => simulate(exampleSale(), fixedDiscount(0), { sales: 10, seed: 1, signal: controller.signal }),
    /simulation was stopped/,
  );
});

test.run();
