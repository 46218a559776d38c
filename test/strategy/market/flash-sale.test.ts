import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createRandom } from "../../../lib/random";
import { FlashSale } from "../../../lib/strategy/market/flash-sale";
import { chiSquare, fits } from "../../statistics/goodness-of-fit";
import { exampleSale, tinySale } from "../sales";

/** Runs one sale with random allowed actions; returns everything that happened, copied. */
function play(market: FlashSale, seed: number | undefined, choices: number) {
  const random = createRandom(choices);
  const { observation, info } = market.reset({ seed });
  const steps = [];
  for (let ended = false; !ended; ) {
    const open = Array.from(info.actionMask.keys()).filter((level) => info.actionMask[level] === 1);
    const action = open[random.integer(open.length)];
    const before = Array.from(observation);
    const step = market.step(action);
    steps.push({
      before,
      action,
      after: Array.from(observation),
      reward: step.reward,
      ...info,
      actionMask: [...info.actionMask],
    });
    ended = step.terminated;
    assert.not(step.truncated);
  }
  return steps;
}

test("one seed gives one sale; without a seed the next one follows", () => {
  const market = new FlashSale(exampleSale());
  const first = play(market, 5, 1);
  const second = play(market, undefined, 1);
  assert.equal(play(market, 5, 1), first);
  assert.equal(play(market, undefined, 1), second);
  assert.not.equal(first, second);
});

test("stock, clock and money add up in every sale", () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.boolean(), (seed, choices, markdownOnly) => {
      const sale = exampleSale({ markdownOnly });
      const market = new FlashSale(sale);
      let margin = 0;
      let sold = 0;
      let revenue = 0;
      const steps = play(market, seed, choices);
      steps.forEach((step, period) => {
        assert.is(step.before[0], period);
        assert.is(step.after[0], period + 1);
        assert.is(step.sales, Math.min(step.demand, step.before[1]));
        assert.is(step.after[1], step.before[1] - step.sales);
        sold += step.sales;
        revenue += step.sales * sale.prices[step.action];
        margin += step.reward;
        if (markdownOnly) {
          assert.is(step.after[2], step.action);
          assert.ok(step.action >= step.before[2]);
          assert.equal(
            step.actionMask,
            Array.from({ length: 8 }, (_, level) => (level >= step.action ? 1 : 0)),
          );
        } else assert.is(step.after.length, 2);
      });
      const left = steps[steps.length - 1].after[1];
      assert.is(left, sale.stock - sold);
      assert.ok(steps.length === sale.periods || left === 0, "ends with the time or the stock");
      assert.ok(Math.abs(margin - (revenue + left * sale.salvage - sale.stock * sale.unitCost)) < 1e-9);
    }),
  );
});

test("common random numbers: under one seed a lower price never sells less in a period", () => {
  const sale = exampleSale({ stock: 500 });
  const market = new FlashSale(sale);
  for (let seed = 0; seed < 50; seed++) {
    let previous: number[] = [];
    for (let level = 0; level < sale.levels; level++) {
      market.reset({ seed });
      const demand: number[] = [];
      for (let period = 0; period < sale.periods; period++) demand.push(market.step(level).info.demand);
      previous.forEach((before, period) => {
        assert.ok(demand[period] >= before, `seed ${seed}, level ${level}, period ${period}`);
      });
      previous = demand;
    }
  }
});

test("demand is Poisson at the price shown: chi-square on 20,000 first periods", () => {
  const sale = exampleSale();
  for (const level of [0, 7]) {
    const market = new FlashSale(sale, `chi-square ${level}`);
    const counts = new Float64Array(sale.stock + 1);
    const n = 20_000;
    for (let run = 0; run < n; run++) {
      market.reset();
      counts[market.step(level).info.demand]++;
    }
    const shares = sale.probabilities.subarray(level * sale.stock, (level + 1) * sale.stock);
    fits(chiSquare(counts, shares, n), `level ${level}`);
  }
});

test("a step allocates nothing: results are the market's own and are overwritten", () => {
  const market = new FlashSale(tinySale());
  const start = market.reset({ seed: 1 });
  const step = market.step(0);
  assert.is(step.observation, start.observation);
  assert.is(step.info, start.info);
});

test("what the rules forbid is refused", () => {
  const market = new FlashSale(tinySale({ markdownOnly: true, stock: 3, arrivals: [0, 0, 0] }));
  assert.throws(() => market.step(0), /not running.*reset/);
  market.reset({ seed: 1 });
  market.step(1);
  assert.throws(() => market.step(0), /0 at action.*actionMask/);
  assert.throws(() => market.step(3), /3 at action/);
  market.step(1);
  assert.ok(market.step(2).terminated);
  assert.throws(() => market.step(2), /not running/);
});

test.run();
