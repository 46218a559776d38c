import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createRandom } from "../../../lib/random";
import { bestFixedDiscount, fixedDiscount } from "../../../lib/strategy/agents/fixed";
import { ruleOfThumb } from "../../../lib/strategy/agents/rule-of-thumb";
import { allowed, type Sale } from "../../../lib/strategy/market/sale";
import { evaluate, solve } from "../../../lib/strategy/optimum/dynamic-programming";
import { openFluid } from "../../../lib/strategy/optimum/fluid";
import { asPolicy, stateOf } from "../../../lib/strategy/policy";
import { simulate } from "../../../lib/strategy/simulate";
import { exampleSale, tinySale } from "../sales";
import { everyPolicy, valueByPaths } from "./enumeration";

function bestByEnumeration(sale: Sale): { best: number; policies: number } {
  let best = -Infinity;
  let policies = 0;
  for (const choices of everyPolicy(sale)) {
    best = Math.max(best, valueByPaths(sale, choices));
    policies++;
  }
  return { best, policies };
}

test("the optimum is the best of all policies, each valued path by path", () => {
  const { best, policies } = bestByEnumeration(tinySale());
  assert.is(policies, 3 ** 7);
  assert.ok(Math.abs(solve(tinySale()).value - best) < 1e-12, `${solve(tinySale()).value} and ${best}`);
});

test("the same when a discount may only deepen, which costs something", () => {
  const sale = tinySale({ markdownOnly: true, stock: 2 });
  const { best, policies } = bestByEnumeration(sale);
  assert.is(policies, 3 * 36 * 36);
  assert.ok(Math.abs(solve(sale).value - best) < 1e-12);
  assert.ok(best < solve(tinySale({ stock: 2 })).value - 1e-6);
});

test("for any tiny sale, under either rule: fluid bound ≥ dynamic program = best of every policy", async () => {
  const fluid = await openFluid();
  const anySale = fc.record({
    stock: fc.integer({ min: 1, max: 2 }),
    listPrice: fc.integer({ min: 2, max: 20 }),
    // Leftovers may be worthless or worth more than they cost; a loss leader may cost more than its price.
    unitCost: fc.integer({ min: 0, max: 25 }),
    salvage: fc.integer({ min: 0, max: 25 }),
    arrivals: fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { minLength: 1, maxLength: 3 }),
    discounts: fc.constantFrom([0, 0.4], [0.1], [0, 0.3]),
    markdownOnly: fc.boolean(),
  });
  fc.assert(
    fc.property(anySale, (options) => {
      const sale = tinySale(options);
      const { value } = solve(sale);
      const { best } = bestByEnumeration(sale);
      assert.ok(Math.abs(value - best) < 1e-9 * Math.max(1, Math.abs(best)), `${value}, ${best}`);
      assert.ok(fluid(sale).bound >= value - 1e-6);
    }),
    { numRuns: 100, seed: 1 },
  );
});

test("any policy's value is the one found path by path", () => {
  const random = createRandom("policies");
  for (const sale of [tinySale(), tinySale({ markdownOnly: true, stock: 2 })]) {
    const all = [...everyPolicy(sale)].length;
    const picks = new Set(Array.from({ length: 20 }, () => random.integer(all)));
    let index = 0;
    for (const choices of everyPolicy(sale))
      if (picks.has(index++)) {
        const policy = (period: number, left: number, last: number) =>
          choices.get(`${period}/${left}/${sale.markdownOnly ? last : "any"}`) ?? last;
        assert.ok(Math.abs(evaluate(sale, policy).value - valueByPaths(sale, choices)) < 1e-12);
      }
  }
});

test("the optimal policy, valued, gives the optimum, and no policy beats it", () => {
  for (const markdownOnly of [false, true]) {
    const sale = exampleSale({ markdownOnly });
    const optimum = solve(sale);
    const again = evaluate(sale, optimum.policy);
    for (let state = 0; state < optimum.values.length; state++)
      assert.ok(Math.abs(again.values[state] - optimum.values[state]) < 1e-9);
    assert.ok(bestFixedDiscount(sale).plan.value < optimum.value);
    assert.ok(evaluate(sale, ruleOfThumb(sale)).value < optimum.value);
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = createRandom(seed);
        const anything = (_period: number, _left: number, last: number) =>
          markdownOnly ? last + random.integer(sale.levels - last) : random.integer(sale.levels);
        assert.ok(evaluate(sale, anything).value <= optimum.value);
      }),
      { numRuns: 20 },
    );
  }
});

test("the markdown-only optimum never raises the price and is worth less than a free hand", () => {
  const sale = exampleSale({ markdownOnly: true });
  const { policy, value } = solve(sale);
  for (let period = 0; period < sale.periods; period++)
    for (let left = 0; left <= sale.stock; left++)
      for (let last = 0; last < sale.levels; last++)
        assert.ok(allowed(sale, last, policy.levels[stateOf(sale, period, left, last)]));
  assert.ok(value < solve(exampleSale()).value);
});

test("with more stock than anyone can want, each period takes the level of best margin over salvage", () => {
  const sale = exampleSale({ stock: 1500, arrivals: [200, 250, 300] });
  const gain = (period: number, level: number) =>
    sale.rates[period * sale.levels + level] * (sale.prices[level] - sale.salvage);
  let expected = sale.stock * (sale.salvage - sale.unitCost);
  for (let period = 0; period < 3; period++)
    expected += Math.max(...Array.from({ length: sale.levels }, (_, level) => gain(period, level)));
  assert.ok(Math.abs(solve(sale).value - expected) < 1e-8);
});

test("no visitors, no sales: the stock is worth its salvage", () => {
  const sale = exampleSale({ arrivals: [0, 0, 0] });
  assert.ok(Math.abs(solve(sale).value - 30 * (9 - 18)) < 1e-12);
  assert.is(solve(sale).policy.levels[stateOf(sale, 0, 30, 0)], 0, "of equal levels the shallowest");
});

test("one level leaves no choice", () => {
  const sale = exampleSale({ discounts: [0.1] });
  assert.is(solve(sale).value, evaluate(sale, fixedDiscount(0)).value);
});

test("a unit more and a period more never hurt while prices are above salvage", () => {
  const sale = exampleSale();
  const { values } = solve(sale);
  const gross = (period: number, left: number) =>
    values[stateOf(sale, period, left, 0)] + left * (sale.unitCost - sale.salvage);
  for (let period = 0; period < sale.periods; period++)
    for (let left = 1; left <= sale.stock; left++) {
      assert.ok(gross(period, left) >= gross(period, left - 1) - 1e-9);
      assert.ok(gross(period, left) >= gross(period + 1, left) - 1e-9);
    }
});

test("simulated sales agree with exact values", () => {
  for (const markdownOnly of [false, true]) {
    const sale = exampleSale({ markdownOnly });
    const optimum = solve(sale);
    for (const [policy, value] of [
      [asPolicy(sale, optimum.policy), optimum.value],
      [ruleOfThumb(sale), evaluate(sale, ruleOfThumb(sale)).value],
    ] as const) {
      const { mean, standardError } = simulate(sale, policy, { sales: 10_000, seed: 7 });
      assert.ok(Math.abs(mean - value) < 4 * standardError, `${mean} ± ${standardError}, exactly ${value}`);
    }
  }
});

test("a table of another sale is refused", () => {
  assert.throws(() => evaluate(exampleSale(), solve(tinySale()).policy), /states.*at policy/);
});

test.run();
