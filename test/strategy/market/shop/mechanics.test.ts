import { test } from "uvu";
import * as assert from "uvu/assert";
import { ShopMarket } from "../../../../lib/strategy/market/shop/market";
import { createShop } from "../../../../lib/strategy/market/shop/shop";
import type { Mechanic, SegmentOptions, ShopOptions } from "../../../../lib/strategy/market/shop/spec";
import { fullOptions, meanOutcome, plainOptions } from "./examples";

/** The plain sale with ample stock, a menu of the list price and one offer, and changes. */
function oneOffer(
  mechanic: Mechanic,
  depth: number,
  segment: Partial<SegmentOptions> = {},
  more: Partial<ShopOptions> = {},
) {
  const options = plainOptions(segment, more);
  const offers = [
    { mechanic: "price-cut" as const, depth: 0 },
    { mechanic, depth },
  ];
  return { ...options, products: [{ ...options.products[0], stock: 500, offers }] };
}

/** Expected buyers of the plain sale when an offer is worth `benefit`. */
const expected = (benefit: number) => 1200 / (1 + Math.exp(5 - 0.12 * benefit));
/** Within 4.2 standard errors of a mean of Poisson counts. */
const poissonNear = (mean: number, target: number, sales: number, what: string) =>
  assert.ok(Math.abs(mean - target) < 4.2 * Math.sqrt(target / sales), `${what}: ${mean}, not ${target}`);

const SALES = 1000;

test("a price cut: each unit sold costs its depth, demand follows its worth", () => {
  const { units, promotion, gmv } = meanOutcome(oneOffer("price-cut", 0.2), [1], SALES);
  poissonNear(units, expected(6), SALES, "units");
  assert.ok(Math.abs(promotion - 6 * units) < 1e-9);
  assert.ok(Math.abs(gmv - 24 * units) < 1e-9);
});

test("a coupon: only those who redeem it buy more and cost; used by all it is a price cut, by none nothing", () => {
  const { units, promotion, gmv } = meanOutcome(oneOffer("coupon", 0.2, { couponUse: 0.4 }), [1], SALES);
  poissonNear(units, 0.4 * expected(6) + 0.6 * expected(0), SALES, "units");
  poissonNear(promotion / 6, 0.4 * expected(6), SALES, "coupons redeemed");
  assert.ok(Math.abs(gmv - (30 * units - promotion)) < 1e-9);
  assert.equal(
    meanOutcome(oneOffer("coupon", 0.2, { couponUse: 1 }), [1], 20),
    meanOutcome(oneOffer("price-cut", 0.2), [1], 20),
  );
  assert.equal(
    meanOutcome(oneOffer("coupon", 0.2, { couponUse: 0 }), [1], 20),
    meanOutcome(oneOffer("price-cut", 0.2), [0], 20),
  );
});

test("a gift: worth giftValue to the customer, costs giftCost, leaves the price", () => {
  const gift = oneOffer("gift", 0.2, { giftValue: 0.7 }, { mechanics: { giftCost: 0.4 } });
  const { units, promotion, gmv } = meanOutcome(gift, [1], SALES);
  poissonNear(units, expected(0.7 * 6), SALES, "units");
  assert.ok(Math.abs(promotion - 0.4 * 6 * units) < 1e-9);
  assert.ok(Math.abs(gmv - 30 * units) < 1e-9);
});

test("spend-and-save: orders that reach its units save, some take more to reach it, the others see the list price", () => {
  const segment = { wants: [0.7, 0.2, 0.1], topUp: 0.3 };
  const result = meanOutcome(oneOffer("spend-and-save", 0.2, segment), [1], SALES);
  const qualify = 0.3 + 0.7 * 0.3;
  poissonNear(result.buyers, qualify * expected(6) + (1 - qualify) * expected(0), SALES, "buyers");
  // Units that save: 3 by those who want 3, else 2.
  const saving = (0.1 * 3 + 0.2 * 2 + 0.21 * 2) * expected(6);
  assert.ok(Math.abs(result.promotion / 6 - saving) < 4.2 * Math.sqrt((9 * qualify * expected(6)) / SALES));
  const none = meanOutcome(oneOffer("spend-and-save", 0.2, { wants: [1], topUp: 0 }), [1], 50);
  assert.is(none.promotion, 0);
  // Without the offer shown, those who would have topped up take what they want.
  const quiet = meanOutcome(oneOffer("spend-and-save", 0.2, segment), [0], SALES);
  assert.ok(Math.abs(quiet.units / quiet.buyers - 1.4) < 0.02);
});

test("a cap: nobody gets more units than it, those who want more take it", () => {
  const wants = { wants: [0.5, 0.3, 0.2] };
  const free = meanOutcome(oneOffer("price-cut", 0.2, wants), [1], SALES);
  const two = meanOutcome(oneOffer("price-cut", 0.2, wants, { rules: { cap: 2 } }), [1], SALES);
  assert.ok(Math.abs(free.units / free.buyers - 1.7) < 0.02);
  assert.ok(Math.abs(two.units / two.buyers - 1.5) < 0.02);
  const one = meanOutcome(oneOffer("price-cut", 0.2, wants, { rules: { cap: 1 } }), [1], 20);
  assert.is(one.units, one.buyers);
});

test("urgency: the countdown sells more near the end, and only there; scarcity when few are left; without them nothing", () => {
  const still = meanOutcome(oneOffer("price-cut", 0.2), [1], 200);
  const clock = meanOutcome(oneOffer("price-cut", 0.2, { countdown: 1 }, { urgency: { countdownHours: 3 } }), [1], 200);
  assert.ok(clock.units > 1.1 * still.units);
  const scarce = (scarcity: number, scarceBelow: number) => {
    const options = plainOptions({ scarcity }, { urgency: { scarceBelow } });
    return meanOutcome(options, [1], 400);
  };
  assert.ok(scarce(2, 10).units > scarce(0, 10).units * 1.05);
  assert.equal(scarce(2, 1), scarce(0, 1), "never shown, since nothing is below one unit");
  // In the first three of six hours a countdown of three hours does nothing.
  const market = (countdown: number) => {
    const market = new ShopMarket(createShop(plainOptions({ countdown }, { urgency: { countdownHours: 3 } })), 1);
    const { info } = market.reset();
    for (let step = 0; step < 3; step++) market.step([1, 2]);
    return info.outcome();
  };
  assert.equal(market(2), market(0));
});

test("strategic customers: they wait for what they expect, and come back; not where it is shown, or nobody would", () => {
  const waiting = (share: number, discount: number, patience = 1, offer = 0) =>
    meanOutcome(plainOptions({ strategic: { share, discount, patience, returns: 0.3 } }), [offer], 300);
  const none = waiting(0, 0.4);
  const all = waiting(1, 0.4);
  assert.is(none.visits, none.visitors);
  assert.ok(all.visits > all.visitors, "some come back");
  assert.is(all.visitors, none.visitors, "the same people");
  const idle = { ...waiting(1, 0.4, 0) };
  assert.is(idle.visits, idle.visitors, "without patience nobody waits");
  const met = waiting(1, 0.4, 1, 4);
  assert.is(met.visits, met.visitors, "what they hope for is shown");
  assert.ok(waiting(1, 0.4).visits > waiting(1, 0.2).visits, "more wait for more");
});

test("strategic customers: who waits, and how many are back by the last step, follow the definition", () => {
  const strategic = { share: 0.6, discount: 0.4, patience: 0.8, returns: 0.25 };
  const options = plainOptions({ strategic, taste: [-1], arrivals: [20_000, 0, 0, 0, 0, 0] });
  options.products = [{ ...options.products[0], stock: 1_000_000 }];
  const market = new ShopMarket(createShop(options), 2);
  const { info } = market.reset();
  market.step([1, 0]);
  const { visitors, buyers } = info.outcome();
  const now = Math.exp(-1);
  const later = 0.8 * Math.exp(-1 + 0.12 * 12);
  const close = (value: number, share: number, n: number, what: string) =>
    assert.ok(
      Math.abs(value - n * share) < 4.2 * Math.sqrt(n * share * (1 - share)),
      `${what}: ${value / n}, not ${share}`,
    );
  close(info.state.pools[0], (0.6 * later) / (1 + now + later), visitors, "wait");
  close(buyers, (0.4 * now) / (1 + now) + (0.6 * now) / (1 + now + later), visitors, "buy at once");
  const pool = info.state.pools[0];
  market.step([1, 4]);
  const back = pool - info.state.pools[0];
  close(back, 0.25, pool, "come back");
  const deep = Math.exp(-1 + 0.12 * 12);
  close(info.outcome().buyers - buyers, deep / (1 + deep), back, "of them buy");
  for (let step = 2; step < 6; step++) market.step([1, 4]);
  assert.is(info.state.pools[0], 0);
  assert.is(info.outcome().visits, visitors + pool);
});

test("exposure: a slot sells more of its product and less of the others; hidden ones sell nothing", () => {
  const bare = { ...fullOptions(), rules: {}, orders: {}, clock: { steps: 8 } };
  const runs = (lifts: number[], hidden: boolean, shown: number) => {
    const shop = createShop({ ...bare, exposure: { lifts, hidden } });
    const market = new ShopMarket(shop, 1);
    const sold = [0, 0];
    for (let sale = 0; sale < 200; sale++) {
      market.reset();
      const { sold: units } = market.step([1, 0, 0, 0, shown]).info.state;
      sold[0] += units[0];
      sold[1] += units[1];
    }
    return sold;
  };
  const nobody = runs([1], false, 0);
  const lamp = runs([1], false, 1);
  assert.ok(lamp[0] > 1.5 * nobody[0], "the product in the slot");
  assert.ok(lamp[1] < nobody[1], "the other one");
  assert.equal(runs([0], false, 1), nobody, "a slot without effect");
  assert.is(runs([1], true, 1)[1], 0);
  assert.equal(runs([1], true, 0), [0, 0]);
});

test("cancelled orders earn and cost nothing and are sold again; returns refund the price and lose the gift", () => {
  const never = meanOutcome(plainOptions(), [4], 400);
  const some = meanOutcome(plainOptions({}, { orders: { cancelled: 0.3 } }), [4], 400);
  assert.ok(some.cancelled > 0.2 * some.orders && some.orders > never.orders, "units are sold again");
  assert.ok(some.units < never.units && some.contribution < never.contribution);
  const all = meanOutcome(plainOptions({}, { orders: { cancelled: 1 } }), [4], 20);
  assert.equal([all.units, all.gmv, all.promotion, all.spent], [0, 0, 0, 0]);
  assert.is(all.leftovers, 12 * (5 - 15));

  const gift = (returned: number) =>
    meanOutcome({ ...oneOffer("gift", 0.2, {}, { orders: { returned, handling: 3 } }) }, [1], 50);
  const back = gift(1);
  assert.equal([back.margin, back.returned], [0, back.units]);
  assert.ok(Math.abs(back.promotion - 3 * back.units) < 1e-9, "gifts of 20 % of 30, at half, are lost");
  assert.ok(Math.abs(back.returns - (3 + 15 - 5) * back.units) < 1e-9);
  assert.ok(gift(0.2).contribution < gift(0).contribution);
  assert.is(meanOutcome(oneOffer("price-cut", 0.2, {}, { orders: { returned: 1 } }), [1], 50).promotion, 0);
});

test("pull-forward: borrowed sales cost their margin at the list price, in proportion to the depth", () => {
  const cut = meanOutcome(oneOffer("price-cut", 0.2, { pullForward: 0.5 }), [1], 50);
  assert.ok(Math.abs(cut.borrowed - 0.5 * 0.2 * 15 * cut.units) < 1e-9);
  assert.is(meanOutcome(oneOffer("price-cut", 0.2, { pullForward: 0.5 }), [0], 50).borrowed, 0);
  assert.ok(
    Math.abs(meanOutcome(oneOffer("price-cut", 0.2, { pullForward: 100 }), [1], 50).borrowed / cut.units - 15) < 1e-9,
  );
});

test("rules: a budget ends the promotion, a minimum margin takes offers off the menu, a price doesn't rise", () => {
  const poor = meanOutcome(oneOffer("price-cut", 0.2, {}, { rules: { budget: 30 } }), [0], 10);
  assert.is(poor.spent, 0);
  const shop = createShop(oneOffer("price-cut", 0.2, {}, { rules: { budget: 31 } }));
  const market = new ShopMarket(shop, 1);
  const { info } = market.reset();
  market.step([1, 1]);
  while (info.actionMask[3] === 1) market.step([1, 1]);
  assert.is(info.outcome().spent, 30, "five units at 6, for no sixth the money suffices");
  assert.equal([...info.actionMask.subarray(2)], [1, 0]);

  const menu = createShop(plainOptions({}, { rules: { minimumMargin: 0.3 } }));
  // 15 of cost: 30 % of the price are left down to a price of 21.43, so at 20 % off but not at 30 %.
  assert.equal([...menu.staticMask.subarray(2)], [1, 1, 1, 0, 0]);

  const falling = new ShopMarket(createShop(fullOptions({ rules: { noRise: true } })), 1);
  const start = falling.reset();
  falling.step([1, 2, 0, 0, 0, 0]);
  // The lamp's menu: five cuts, coupon and spend-and-save of 20 % (the same price), gift (the list price).
  assert.equal([...start.info.actionMask.subarray(2, 10)], [0, 0, 1, 1, 1, 1, 0, 1]);
});

test("weights: the reward is the weighted sum of the account's columns", () => {
  const weights = { margin: 2, promotion: 3, borrowed: 5, returns: 7, leftovers: 11, gmv: 13, buyers: 17, surplus: 19 };
  const market = new ShopMarket(createShop(fullOptions({ weights })), 6);
  const { info } = market.reset();
  let total = 0;
  for (let step = 0; step < 8; step++) total += market.step([1, 1, 1, 0, 1, 2]).reward;
  const end = info.outcome();
  const sum =
    2 * end.margin -
    3 * end.promotion -
    5 * end.borrowed -
    7 * end.returns +
    11 * end.leftovers +
    13 * end.gmv +
    17 * end.buyers +
    19 * end.surplus;
  assert.ok(Math.abs(total - sum) < 1e-9 * Math.abs(sum));
});

test.run();
