import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ShopMarket } from "../../../../lib/strategy/market/shop/market";
import { ShopMarkets } from "../../../../lib/strategy/market/shop/markets";
import { createShop } from "../../../../lib/strategy/market/shop/shop";
import { fullOptions, plainOptions, randomAction, uniforms } from "./examples";

test("units, money, budget and mask hold in every sale, whatever is done", () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.boolean(), fc.boolean(), (seed, choices, noRise, hidden) => {
      const options = fullOptions();
      const shop = createShop({
        ...options,
        exposure: { ...options.exposure, hidden },
        rules: { ...options.rules, noRise },
      });
      const market = new ShopMarket(shop, seed);
      const uniform = uniforms(choices);
      const action = new Int32Array(shop.counts.length);
      const { info } = market.reset();
      const { state } = info;
      let total = 0;
      const shown: number[] = [];
      for (let step = 0; step < shop.spec.clock.steps; step++) {
        randomAction(shop, info.actionMask, uniform, action);
        const before = info.outcome();
        const stock = Array.from(state.stock, (left, i) => left + state.pending[i]);
        const { reward, terminated } = market.step(action);
        const after = info.outcome();
        total += reward;
        assert.is(terminated, step === shop.spec.clock.steps - 1);
        const open = state.opened[0] >= 0 && step < state.opened[0] + shop.spec.clock.length;
        let ordered = 0;
        for (let i = 0; i < stock.length; i++) {
          assert.ok(state.stock[i] >= 0 && state.pending[i] >= 0);
          // Ordered units leave the stock; those of cancelled orders come back, at once at the window's end.
          const held = state.stock[i] + state.pending[i];
          assert.ok(held <= stock[i] && held >= stock[i] - state.sold[i], `product ${i}: ${held} of ${stock[i]}`);
          if (!terminated) assert.is(state.stock[i], stock[i] - state.sold[i]);
          ordered += state.sold[i];
          const price = open ? shop.netPrices[i * shop.menu + state.last[i]] : 0;
          if (open && noRise && shown[i] !== undefined) assert.ok(price <= shown[i] + 1e-9, "the price rose");
          if (open) shown[i] = price;
        }
        if (!open) assert.equal([ordered, after.visitors], [0, before.visitors]);
        assert.ok(after.orders - before.orders <= ordered);
        assert.ok(after.buyers === after.orders - after.cancelled && after.orders <= after.demanded);
        assert.ok(after.demanded <= after.visits && after.visits >= after.visitors);
      }
      const end = info.outcome();
      const left = state.stock.reduce((sum, units) => sum + units, 0);
      assert.is(
        end.units + left,
        shop.stock.reduce((sum, units) => sum + units, 0),
        "units sold and left",
      );
      assert.ok(end.returned <= end.units);
      assert.ok(end.spent <= 90 + 1e-9, `spent ${end.spent}`);
      assert.ok(Math.abs(state.budget[0] + end.spent - 90) < 1e-9, "budget and what was spent of it");
      assert.ok(end.promotion <= end.spent + 1e-9, "refunds only lower what promotion cost");
      assert.ok(Math.abs(end.contribution - total) < 1e-9, "the rewards sum to the contribution");
      assert.ok(end.surplus >= 0 && end.gmv >= 0 && end.borrowed >= 0);
      assert.is(
        state.pools.reduce((sum, waiting) => sum + waiting, 0),
        0,
        "at the end nobody waits",
      );
    }),
    { seed: 5, numRuns: 300 },
  );
});

test("without gifts and refunds, contribution is cash: paid, salvage, less all units' cost and what is borrowed", () => {
  const options = fullOptions({ orders: { cancelled: 0.1, returned: 0 } });
  for (const product of options.products) product.offers = product.offers.filter(({ mechanic }) => mechanic !== "gift");
  const shop = createShop(options);
  const market = new ShopMarket(shop, 3);
  const uniform = uniforms(3);
  const action = new Int32Array(shop.counts.length);
  for (let sale = 0; sale < 50; sale++) {
    const { info } = market.reset();
    for (let step = 0; step < shop.spec.clock.steps; step++) {
      randomAction(shop, info.actionMask, uniform, action);
      market.step(action);
    }
    const end = info.outcome();
    let cash = end.gmv - end.borrowed;
    shop.spec.products.forEach((product, i) => {
      cash += info.state.stock[i] * product.salvage - product.stock * product.unitCost;
    });
    assert.ok(Math.abs(cash - end.contribution) < 1e-9, `${cash}, ${end.contribution}`);
  }
});

test("N side by side are, bit for bit, N single ones with the same seeds", () => {
  const shop = createShop(fullOptions());
  const rows = 7;
  const batch = new ShopMarkets(shop, rows, 100);
  const singles = Array.from({ length: rows }, (_, row) => new ShopMarket(shop, 100 + row));
  const uniform = uniforms("batch");
  const numbers = shop.counts.length;
  const actions = new Int32Array(rows * numbers);
  for (let sale = 0; sale < 3; sale++) {
    const answer = batch.reset();
    const starts = singles.map((single) => single.reset());
    for (let step = 0; step < shop.spec.clock.steps; step++) {
      for (let row = 0; row < rows; row++) randomAction(shop, answer.actionMasks, uniform, actions, row * numbers, row);
      batch.step(actions);
      singles.forEach((single, row) => {
        const result = single.step(actions.subarray(row * numbers, (row + 1) * numbers));
        const width = result.observation.length;
        assert.is(result.reward, answer.rewards[row]);
        assert.equal([...result.observation], [...answer.observations.subarray(row * width, (row + 1) * width)]);
        const entries = shop.staticMask.length;
        assert.equal([...result.info.actionMask], [...answer.actionMasks.subarray(row * entries, (row + 1) * entries)]);
        assert.is(Number(result.terminated), answer.terminated[row]);
        assert.equal(starts[row].info.outcome(), batch.outcome(row));
      });
    }
  }
});

test("one seed gives one sale; without a seed the next one follows; a batch takes seeds of its own", () => {
  const shop = createShop(plainOptions());
  const market = new ShopMarket(shop, 9);
  const play = (seed?: number | string) => {
    const { info } = market.reset({ seed });
    for (let step = 0; step < 6; step++) market.step([1, 2]);
    return info.outcome();
  };
  const first = play(9);
  const second = play();
  assert.not.equal(first, second);
  assert.equal(play(9), first);
  assert.equal(play(), second);
  const batch = new ShopMarkets(shop, 2);
  batch.reset({ seeds: ["a", 9] });
  for (let step = 0; step < 6; step++) batch.step([1, 2, 1, 2]);
  assert.equal(batch.outcome(1), first);
  assert.equal(batch.outcome(0), play("a"));
});

test("common random numbers: other offers never change who visits, and a deeper cut never sells less", () => {
  const { products } = plainOptions();
  const market = new ShopMarket(createShop(plainOptions({}, { products: [{ ...products[0], stock: 500 }] })));
  for (let seed = 0; seed < 40; seed++) {
    let units = -1;
    let visitors = -1;
    for (let offer = 0; offer < 5; offer++) {
      const { info } = market.reset({ seed });
      for (let step = 0; step < 6; step++) market.step([1, offer]);
      const end = info.outcome();
      if (visitors >= 0) assert.is(end.visitors, visitors);
      assert.ok(end.units >= units);
      visitors = end.visitors;
      units = end.units;
    }
  }
});

test("results are the market's own and are overwritten", () => {
  const market = new ShopMarket(createShop(fullOptions()), 1);
  const start = market.reset();
  const mask = start.info.actionMask;
  const action = new Int32Array(market.shop.counts.length);
  action[0] = 1;
  const step = market.step(action);
  assert.is(step.observation, start.observation);
  assert.is(step.info.actionMask, mask);
  assert.is(step.observation.length, market.observationSpace.names.length);
  step.observation.forEach((value, i) => {
    assert.ok(value >= 0 && value <= 1, market.observationSpace.names[i]);
  });
});

test("what the rules forbid is refused, with the place and what to do", () => {
  const market = new ShopMarket(createShop(plainOptions({}, { rules: { noRise: true } })), 1);
  assert.throws(() => market.step([1, 0]), /not running.*reset/);
  market.reset();
  assert.throws(() => market.step([0, 0]), /0 at opening.*actionMask/);
  market.step([1, 2]);
  assert.throws(() => market.step([1, 1]), /1 at offer of lamp.*actionMask/);
  assert.throws(() => market.step([1, 2.5]), /2.5 at offer of lamp/);
  assert.throws(() => market.step([1]), /offer of lamp/);
  for (let step = 1; step < 6; step++) market.step([1, 3]);
  assert.throws(() => market.step([1, 3]), /not running/);
  const batch = new ShopMarkets(createShop(plainOptions()), 2);
  batch.reset();
  assert.throws(() => batch.step([1, 0]), /2 sales take actions of 2 numbers.*2 at actions.length/);
  assert.throws(() => batch.step([1, 0, 1, 9]), /9 at offer of lamp.*sale 1/);
  assert.throws(() => batch.reset({ seeds: [1] }), /2 sales take as many seeds/);
});

test("the sale opens when told, or by itself when waiting longer would cut it; closed it sells nothing", () => {
  const shop = createShop(plainOptions({}, { clock: { steps: 6, length: 2 } }));
  const market = new ShopMarket(shop, 1);
  const { info } = market.reset();
  assert.equal([...info.actionMask.subarray(0, 2)], [1, 1]);
  for (let step = 0; step < 4; step++) market.step([0, 4]);
  assert.equal([...info.actionMask.subarray(0, 2)], [0, 1]);
  assert.is(info.outcome().visitors, 0);
  market.step([1, 4]);
  assert.ok(info.outcome().visitors > 100);
  market.reset();
  market.step([1, 4]);
  market.step([1, 4]);
  const open = info.outcome();
  market.step([1, 4]);
  assert.is(info.outcome().visitors, open.visitors);
});

test.run();
