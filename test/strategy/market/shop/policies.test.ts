import { test } from "uvu";
import * as assert from "uvu/assert";
import { fixedDiscount } from "../../../../lib/strategy/agents/fixed";
import { aloneSale, eachAlone, plannedAlone, shopRuleOfThumb } from "../../../../lib/strategy/market/shop/alone";
import { compareOnMarket } from "../../../../lib/strategy/market/shop/compare";
import { fixedOffers, type ShopPolicy } from "../../../../lib/strategy/market/shop/policy";
import { meanOf, runShop } from "../../../../lib/strategy/market/shop/run";
import { bestFixedOffers, bestRuleOfThumb } from "../../../../lib/strategy/market/shop/search";
import { createShop } from "../../../../lib/strategy/market/shop/shop";
import { evaluate, solve } from "../../../../lib/strategy/optimum/dynamic-programming";
import { meanAndError } from "../../../../lib/strategy/simulate";
import { fullOptions, plainOptions } from "./examples";

const plain = createShop(plainOptions());

test("a product alone is its sale: the planned policy earns the exact optimum, the lifted one its exact value", () => {
  const { sale, offers } = aloneSale(plain, 0);
  assert.equal([...offers], [0, 1, 2, 3, 4]);
  const sales = 6000;
  const check = (policy: ShopPolicy, value: number, what: string) => {
    const { mean, standardError } = meanAndError(runShop(plain, policy, { sales, seed: what }).contribution);
    assert.ok(Math.abs(mean - value) < 4.2 * standardError, `${what}: ${mean}, not ${value}`);
  };
  check(plannedAlone(plain), solve(sale).value, "planned");
  check(
    eachAlone(plain, () => fixedDiscount(1)),
    evaluate(sale, fixedDiscount(1)).value,
    "fixed",
  );
});

test("a product alone among others: its share is the logit's with the others at their offers", () => {
  const shop = createShop({ ...fullOptions(), rules: {} });
  const { sale, offers } = aloneSale(shop, 0, { others: [0, 2, 0], opens: 1 });
  // Only price cuts make the ladder, and the third product has no stock.
  assert.equal([...offers], [0, 1, 2, 3, 4]);
  const share = (own: number, other: number) => own / (1 + own + other);
  const regulars = share(Math.exp(-3 + 0.05 * 6), Math.exp(-3.5 + 0.05 * 9));
  const hunters = share(Math.exp(-4 + 0.15 * 6), Math.exp(-4 + 0.15 * 9));
  const expected = (2 * regulars + hunters) / 3;
  assert.ok(Math.abs(sale.rates[2] / sale.arrivals[0] - expected) < 1e-12);
  assert.is(sale.arrivals[0], 90);
});

test("every policy stays within mask, slots and budget, whatever the shop", () => {
  const shop = createShop(fullOptions());
  const policies = {
    fixed: fixedOffers(shop, [6, 4, 4], { opens: 2, slots: [2, -1] }),
    rule: shopRuleOfThumb(shop, { start: 1, band: 0.1, opens: 2 }),
    planned: plannedAlone(shop, { others: [1, 1, 0] }),
  };
  for (const [name, policy] of Object.entries(policies)) {
    const { spent, visitors } = runShop(shop, policy, { sales: 50, seed: 1 });
    assert.ok(spent.every((value) => value <= 90 + 1e-9) && visitors.every((count) => count > 0), name);
  }
});

test("the search finds the best fixed offer of one product, and not less than any for several", () => {
  const { sale } = aloneSale(plain, 0);
  const values = [0, 1, 2, 3, 4].map((level) => evaluate(sale, fixedDiscount(level)).value);
  const found = bestFixedOffers(plain, { sales: 1000, seed: 1 });
  assert.is(found.choice.offers[0], values.indexOf(Math.max(...values)));
  const shop = createShop(fullOptions());
  const several = bestFixedOffers(shop, { sales: 60, seed: 2 });
  for (const offers of [
    [0, 0, 0],
    [2, 2, 2],
    [4, 4, 4],
  ]) {
    const policy = fixedOffers(shop, offers);
    assert.ok(several.reward >= meanOf(runShop(shop, policy, { sales: 60, seed: 2 }).reward) - 1e-9, String(offers));
  }
  assert.ok(bestRuleOfThumb(plain, { sales: 300, seed: 1 }).reward > 0);
});

test("comparison: a policy with itself differs by nothing; pairs have shorter intervals than means", () => {
  const markets = [plain, createShop(plainOptions({ sensitivity: 0.1 }))];
  const rows = compareOnMarket(
    {
      a: (shop) => fixedOffers(shop, [1]),
      same: (shop) => fixedOffers(shop, [1]),
      b: (shop) => fixedOffers(shop, [0]),
    },
    markets,
    [1, 2, 3, 4, 5],
    { sales: 40, measures: ["contribution", "participation"] },
  );
  const row = (policy: string, measure: string) => {
    const found = rows.find((one) => one.policy === policy && one.measure === measure);
    assert.ok(found);
    return found as (typeof rows)[0];
  };
  assert.equal(row("same", "contribution").difference, { estimate: 0, low: 0, high: 0, level: 0.95 });
  assert.is(row("same", "contribution").better, 0);
  const worse = row("b", "participation");
  assert.ok(worse.difference.high < 0, "fewer buy at the list price");
  const width = ({ low, high }: { low: number; high: number }) => high - low;
  assert.ok(width(worse.difference) < 0.7 * width(worse.mean), "common random numbers");
  // By hand: the mean over both markets of both sets of sales.
  const hand = markets.map((shop, m) =>
    [1, 2, 3, 4, 5].map((seed) =>
      meanOf(runShop(shop, fixedOffers(shop, [1]), { sales: 40, seed: `${seed}/${m}` }).contribution),
    ),
  );
  const mean = hand.flat().reduce((sum, value) => sum + value, 0) / 10;
  assert.ok(Math.abs(row("a", "contribution").mean.estimate - mean) < 1e-9);
});

test("wrong plans and comparisons are refused, by name", () => {
  assert.throws(() => fixedOffers(plain, [7]), /offers\[0\]/);
  assert.throws(() => fixedOffers(plain, [0, 1]), /1 products/);
  assert.throws(() => fixedOffers(plain, [0], { slots: [1] }), /0 slots/);
  assert.throws(
    () => compareOnMarket({ a: plannedAlone }, [plain], [1, 2], { baseline: "b" }),
    /"b" at baseline.*There are: a/,
  );
  assert.throws(() => compareOnMarket({ a: plannedAlone }, [plain], [1]), /number of seeds/);
  const stop = new AbortController();
  stop.abort();
  assert.throws(() => runShop(plain, plannedAlone(plain), { sales: 1, seed: 1, signal: stop.signal }), /stopped/);
});

test.run();
