import { test } from "uvu";
import * as assert from "uvu/assert";
import { fixedDiscount } from "../../../../lib/strategy/agents/fixed";
import { createSale } from "../../../../lib/strategy/market/sale";
import { ShopMarket } from "../../../../lib/strategy/market/shop/market";
import { createShop } from "../../../../lib/strategy/market/shop/shop";
import { evaluate, solve } from "../../../../lib/strategy/optimum/dynamic-programming";
import { chiSquare, fits } from "../../../statistics/goodness-of-fit";
import { CUTS, plainOptions } from "./examples";

/** The plain example as a {@link Sale}: the logit's share of one product is a price response. */
const { taste, sensitivity, arrivals } = plainOptions().segments[0];
const sale = createSale({
  ...{ stock: 12, listPrice: 30, unitCost: 15, salvage: 5, arrivals },
  discounts: CUTS.map(({ depth }) => depth),
  response: (price) => 1 / (1 + Math.exp(-taste[0] - sensitivity * (30 - price))),
});

/** Margins of sales run under a policy. */
function margins(act: (period: number, stock: number) => number, sales: number, seed: string): Float64Array {
  const market = new ShopMarket(createShop(plainOptions()), seed);
  return Float64Array.from({ length: sales }, () => {
    const { info } = market.reset();
    for (let step = 0; step < 6; step++) market.step([1, act(step, info.state.stock[0])]);
    return info.outcome().contribution;
  });
}

function near(values: Float64Array, expected: number, what: string) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  // Once in 30,000 seeds beyond; the seeds are fixed.
  assert.ok(Math.abs(mean - expected) < 4.2 * Math.sqrt(variance / values.length), `${what}: ${mean}, not ${expected}`);
}

test("with all else off it is the sale of one product: the exact optimum and fixed discounts earn what they must", () => {
  const best = solve(sale);
  const policy = best.policy.levels;
  near(
    margins((period, left) => policy[period * 13 + left], 20_000, "optimum"),
    best.value,
    "optimum",
  );
  for (const level of [0, 1])
    near(
      margins(() => level, 20_000, `fixed ${level}`),
      evaluate(sale, fixedDiscount(level)).value,
      `level ${level}`,
    );
});

test("with all else off, units sold in a step are distributed as in the sale of one product", () => {
  const market = new ShopMarket(createShop(plainOptions()), "distribution");
  for (const level of [0, 4]) {
    const counts = new Float64Array(13);
    const draws = 20_000;
    for (let run = 0; run < draws; run++) {
      const { info } = market.reset();
      market.step([1, level]);
      counts[info.state.sold[0]]++;
    }
    const shares = sale.probabilities.subarray(level * 12, level * 12 + 12);
    fits(chiSquare(counts, shares, draws), `level ${level}`);
  }
});

test("several products share visitors as the multinomial logit says, also when one is sold out or the offers differ", () => {
  const tastes = [-1, -1.5, -0.5];
  const prices = [20, 30, 40];
  const shop = createShop({
    clock: { steps: 1 },
    products: prices.map((listPrice, i) => ({
      ...{ name: `p${i}`, listPrice, unitCost: 0, stock: i === 2 ? 0 : 1_000_000, salvage: 0, offers: CUTS },
    })),
    segments: [
      { name: "a", arrivals: [60_000], taste: tastes, sensitivity: 0.1 },
      { name: "b", arrivals: [40_000], taste: [-2, 0, 3], sensitivity: 0.02 },
    ],
  });
  const market = new ShopMarket(shop, "logit");
  const draws = [
    { offers: [0, 0, 0], off: [0, 0] },
    { offers: [2, 0, 0], off: [4, 0] },
    { offers: [1, 4, 3], off: [2, 12] },
  ];
  for (const { offers, off } of draws) {
    const { info } = market.reset();
    market.step([1, ...offers]);
    // By hand: segment a's and b's logit over the two products in stock and nothing.
    const a = [Math.exp(-1 + 0.1 * off[0]), Math.exp(-1.5 + 0.1 * off[1])];
    const b = [Math.exp(-2 + 0.02 * off[0]), Math.exp(0 + 0.02 * off[1])];
    const expected = [0, 1].map((i) => (0.6 * a[i]) / (1 + a[0] + a[1]) + (0.4 * b[i]) / (1 + b[0] + b[1]));
    const { visitors, units, surplus } = info.outcome();
    assert.is(info.state.sold[2], 0);
    assert.is(units, info.state.sold[0] + info.state.sold[1]);
    fits(chiSquare(info.state.sold.subarray(0, 2), expected, visitors), JSON.stringify(offers));
    // Small and Rosen's surplus: each segment's logsum over its sensitivity.
    const logsum = (0.6 * Math.log(1 + a[0] + a[1])) / 0.1 + (0.4 * Math.log(1 + b[0] + b[1])) / 0.02;
    assert.ok(Math.abs(surplus - visitors * logsum) < 1e-6 * surplus);
  }
});

test("the surplus is what a cut is worth: its derivative by price is the number of buyers (Roy's identity)", () => {
  const step = 1e-6;
  const surplus = (depth: number) => {
    const { products } = plainOptions();
    const options = plainOptions({}, { clock: { steps: 6 } });
    options.products = [{ ...products[0], stock: 100_000, offers: [{ mechanic: "price-cut", depth }] }];
    const market = new ShopMarket(createShop(options), 4);
    const { info } = market.reset();
    for (let t = 0; t < 6; t++) market.step([1, 0]);
    return info.outcome();
  };
  const change = (surplus(0.2 + step).surplus - surplus(0.2).surplus) / (30 * step);
  const share = 1 / (1 + Math.exp(-taste[0] - sensitivity * 6));
  assert.ok(Math.abs(change / (surplus(0.2).visitors * share) - 1) < 1e-4);
});

test.run();
