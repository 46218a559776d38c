import { test } from "uvu";
import * as assert from "uvu/assert";
import { myopicGreedy } from "../../../lib/strategy/agents/greedy";
import { evaluate, solve } from "../../../lib/strategy/optimum/dynamic-programming";
import { stateOf } from "../../../lib/strategy/policy";
import { exampleSale, tinySale } from "../sales";

test("in the last period it is the optimum, whatever is left", () => {
  for (const markdownOnly of [false, true]) {
    const sale = exampleSale({ markdownOnly });
    const { levels } = solve(sale).policy;
    const greedy = myopicGreedy(sale);
    const period = sale.periods - 1;
    for (let stock = 1; stock <= sale.stock; stock++)
      for (let last = 0; last < sale.memory; last++)
        assert.is(greedy(period, stock, last), levels[stateOf(sale, period, stock, last)]);
  }
});

test("where stock can't run out it is the optimum; where it does it earns less, and sells cheaper than the optimum", () => {
  const plenty = exampleSale({ stock: 300 });
  assert.ok(Math.abs(evaluate(plenty, myopicGreedy(plenty)).value - solve(plenty).value) < 1e-6);
  const scarce = exampleSale({ stock: 10 });
  const optimum = solve(scarce);
  assert.ok(evaluate(scarce, myopicGreedy(scarce)).value < optimum.value - 1);
  const greedy = myopicGreedy(scarce);
  for (let stock = 1; stock <= 10; stock++)
    for (let period = 0; period < scarce.periods; period++)
      assert.ok(greedy(period, stock, 0) >= optimum.policy.levels[stateOf(scarce, period, stock, 0)]);
});

test("worked by hand: one unit, two prices", () => {
  // Buyers per period 16/3 · 0.9 e^(−p/4): at 10 it is chance 1 − e^−m of a sale worth 9; at 8 of one worth 7; at 5, of 4.
  const sale = tinySale({ stock: 1, arrivals: [16 / 3] });
  const gain = (price: number) => (1 - Math.exp(-(16 / 3) * 0.9 * Math.exp(-0.25 * price))) * (price - 1);
  const gains = [gain(10), gain(8), gain(5)];
  assert.is(myopicGreedy(sale)(0, 1, 0), gains.indexOf(Math.max(...gains)));
});

test("it never raises the price where that is forbidden, and stays where nothing is left", () => {
  const sale = tinySale({ markdownOnly: true });
  const greedy = myopicGreedy(sale);
  for (let last = 0; last < sale.levels; last++) {
    for (let stock = 1; stock <= sale.stock; stock++) assert.ok(greedy(0, stock, last) >= last);
    assert.is(greedy(0, 0, last), last);
  }
});

test.run();
