import { test } from "uvu";
import * as assert from "uvu/assert";
import { bestFixedDiscount, fixedDiscount } from "../../../lib/strategy/agents/fixed";
import { evaluate } from "../../../lib/strategy/optimum/dynamic-programming";
import { exampleSale } from "../sales";

test("the best fixed discount is the best of all of them", () => {
  for (const markdownOnly of [false, true]) {
    const sale = exampleSale({ markdownOnly });
    const values = Array.from({ length: sale.levels }, (_, level) => evaluate(sale, fixedDiscount(level)).value);
    const { level, plan } = bestFixedDiscount(sale);
    assert.is(plan.value, Math.max(...values));
    assert.is(values[level], plan.value);
  }
});

test("the markdown-only rule doesn't bind a discount that never moves", () => {
  for (let level = 0; level < 8; level++) {
    const free = evaluate(exampleSale(), fixedDiscount(level)).value;
    const bound = evaluate(exampleSale({ markdownOnly: true }), fixedDiscount(level)).value;
    assert.ok(Math.abs(free - bound) < 1e-10);
  }
});

test("of equal levels the shallowest is taken", () => {
  assert.is(bestFixedDiscount(exampleSale({ arrivals: [0] })).level, 0);
  assert.throws(() => fixedDiscount(-1), /-1 at level/);
});

test.run();
