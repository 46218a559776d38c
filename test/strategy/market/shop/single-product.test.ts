import { test } from "uvu";
import * as assert from "uvu/assert";
import { qLearning } from "../../../../lib/strategy/agents/q-learning";
import { aloneSale } from "../../../../lib/strategy/market/shop/alone";
import { ShopMarket } from "../../../../lib/strategy/market/shop/market";
import { createShop } from "../../../../lib/strategy/market/shop/shop";
import { SingleProductMarket } from "../../../../lib/strategy/market/shop/single-product";
import { evaluate, solve } from "../../../../lib/strategy/optimum/dynamic-programming";
import { policyFromActions } from "../../../../lib/strategy/policy";
import { fullOptions, plainOptions } from "./examples";

test("it is the shop's market, number by number", () => {
  const shop = createShop(plainOptions({}, { exposure: { lifts: [0.2] }, rules: { noRise: true } }));
  const single = new SingleProductMarket(shop, 4);
  const market = new ShopMarket(shop, 4);
  assert.equal(single.observationSpace.counts, [7, 13, 5]);
  for (let sale = 0; sale < 5; sale++) {
    const { observation, info } = single.reset();
    market.reset();
    for (const [step, offer] of [0, 1, 1, 3, 3, 4].entries()) {
      assert.equal([...observation], [step, market.state.stock[0], Math.max(0, market.state.last[0])]);
      assert.equal([...info.actionMask], [...market.state.mask.subarray(2, 7)]);
      const { reward, terminated } = single.step(offer);
      assert.is(reward, market.step([1, offer, 1]).reward);
      assert.is(terminated, step === 5);
    }
    assert.equal(info.outcome(), market.outcome());
  }
});

test("where the opening is free, the last action waits", () => {
  const single = new SingleProductMarket(createShop(plainOptions({}, { clock: { steps: 6, length: 3 } })), 1);
  const { observation, info } = single.reset();
  assert.is(single.actionSpace.count, 6);
  assert.equal([...info.actionMask], [1, 1, 1, 1, 1, 1]);
  single.step(5);
  assert.equal([...observation], [1, 12, 0]);
  assert.is(info.outcome().visitors, 0);
  single.step(2);
  assert.is(observation[2], 2);
  assert.is(info.actionMask[5], 0);
  assert.throws(() => single.step(5), /opening/);
});

test("an agent of one discrete action learns in it what is optimal", () => {
  const shop = createShop(plainOptions());
  const { sale } = aloneSale(shop, 0);
  const { greedy } = qLearning(new SingleProductMarket(shop, 1), { episodes: 40_000, seed: 1 });
  const best = solve(sale).value;
  const idle = 12 * (5 - 15);
  const learned = evaluate(sale, policyFromActions(sale, greedy())).value;
  assert.ok((learned - idle) / (best - idle) > 0.97, `${learned} of ${best}`);
});

test("a shop of several products is refused", () => {
  assert.throws(() => new SingleProductMarket(createShop(fullOptions())), /one product.*3.*ShopMarket/);
});

test.run();
