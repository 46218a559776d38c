import { test } from "uvu";
import * as assert from "uvu/assert";
import { fixedDiscount } from "../../lib/strategy/agents/fixed";
import { ruleOfThumb } from "../../lib/strategy/agents/rule-of-thumb";
import { evaluate, solve } from "../../lib/strategy/optimum/dynamic-programming";
import { asPolicy } from "../../lib/strategy/policy";
import { regret } from "../../lib/strategy/regret";
import { simulate } from "../../lib/strategy/simulate";
import { exampleSale } from "./sales";

test("the losses of a policy's choices add up to its exact shortfall, with less noise than its margins", () => {
  for (const markdownOnly of [false, true]) {
    const sale = exampleSale({ markdownOnly });
    for (const policy of [fixedDiscount(3), ruleOfThumb(sale)]) {
      const shortfall = solve(sale).value - evaluate(sale, policy).value;
      const { loss, losses } = regret(sale, policy, { sales: 2000, seed: 1 });
      const mean = losses.reduce((sum, one) => sum + one / losses.length, 0);
      const spread = Math.sqrt(losses.reduce((sum, one) => sum + (one - mean) ** 2, 0)) / losses.length;
      assert.ok(Math.abs(mean - shortfall) < 4 * spread, `${mean} ± ${spread}, exactly ${shortfall}`);
      assert.ok(Math.abs(loss.reduce((sum, one) => sum + one, 0) - mean) < 1e-9);
      assert.ok(loss.every((one) => one >= -1e-9));
      const { standardError } = simulate(sale, policy, { sales: 2000, seed: 1 });
      assert.ok(spread < standardError, `${spread}, of margins ${standardError}`);
    }
  }
});

test("the optimum loses nothing; what is left to gain falls from the whole gain", () => {
  const sale = exampleSale();
  const optimum = solve(sale);
  const { loss, toGo } = regret(sale, asPolicy(sale, optimum.policy), { sales: 300, seed: 2, optimum });
  assert.ok(loss.every((one) => Math.abs(one) < 1e-12));
  assert.ok(Math.abs(toGo[0] - (optimum.value - sale.stock * (sale.salvage - sale.unitCost))) < 1e-9);
  for (let period = 1; period < sale.periods; period++) assert.ok(toGo[period] < toGo[period - 1]);
});

test("a level that the rules forbid is refused, a stop is heard", () => {
  const sale = exampleSale({ markdownOnly: true });
  assert.throws(() => regret(sale, (period) => 1 - (period % 2), { sales: 2, seed: 1 }), /can't be shown now/);
  assert.throws(
    () => regret(sale, fixedDiscount(0), { sales: 2, seed: 1, signal: AbortSignal.abort() }),
    /was stopped/,
  );
});

test.run();
