import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { loadShop, saveShop } from "../../../../lib/strategy/market/shop/document";
import { fixedOffers } from "../../../../lib/strategy/market/shop/policy";
import { renderPlotly, renderText } from "../../../../lib/strategy/market/shop/render";
import { runShop } from "../../../../lib/strategy/market/shop/run";
import { createShop } from "../../../../lib/strategy/market/shop/shop";
import { watchShop } from "../../../../lib/strategy/market/shop/watch";
import { edited, fullOptions, plainOptions } from "./examples";

const shop = createShop(fullOptions());

test("a shop that was saved and loaded is the same shop", () => {
  const again = loadShop(saveShop(shop));
  assert.equal(again.spec, shop.spec);
  const run = (one: typeof shop) => runShop(one, fixedOffers(one, [1, 1, 0]), { sales: 5, seed: 3 });
  assert.equal(run(again), run(shop));
});

test("any number survives", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 50, noNaN: true }), (sensitivity) => {
      const one = createShop(plainOptions({ sensitivity }));
      assert.is(loadShop(saveShop(one)).spec.segments[0].sensitivity, sensitivity);
    }),
  );
});

test("a document that is none says where and what to do", () => {
  const saved = saveShop(shop);
  const change = (path: string, value: unknown) => () =>
    loadShop(
      edited(
        saved,
        path.split(".").map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
        value,
      ),
    );
  assert.throws(() => loadShop("{"), /not JSON/);
  assert.throws(() => loadShop("3"), /another kind.*"flashlab-shop"/);
  assert.throws(change("version", 9), /version.*9.*1/);
  assert.throws(change("shop.clock.length", undefined), /lacks a field.*length.*document.shop.clock/);
  assert.throws(change("shop.products.1.stock", "many"), /a number.*many.*document.shop.products\[1\].stock/);
  assert.throws(change("shop.rules.budjet", 1), /isn't known.*budjet.*Known are:.*budget/);
  assert.throws(change("shop.segments", {}), /a list.*document.shop.segments/);
  assert.throws(change("shop.segments.0.sensitivity", -1), /above 0.*-1.*segments\[0\].sensitivity/);
  assert.throws(change("shop.segments.0.wants", [0.5]), /sum to 1.*wants/);
  assert.throws(change("shop.segments.1.arrivals", [1, 2]), /8 steps.*2.*segments\[1\].arrivals/);
  assert.throws(change("shop.products.0.offers.0.mechanic", "raffle"), /raffle.*There are: price-cut/);
  assert.throws(change("shop.rules.minimumMargin", 0.9), /no offer.*0.9.*lowest price/);
  assert.throws(change("shop.rules.cap", 1), /spend-and-save.*rules.cap/);
  assert.throws(change("shop.exposure", { lifts: [], hidden: true }), /need a slot/);
});

test("what is watched is what happened: steps add up to the account, the text and the figure show them", () => {
  const trace = watchShop(shop, fixedOffers(shop, [2, 3, 0], { opens: 1 }), 5);
  const { outcome, steps } = trace;
  for (const name of ["visitors", "buyers", "units", "gmv", "surplus"] as const)
    assert.ok(Math.abs(steps[name].reduce((sum, value) => sum + value, 0) - outcome[name]) < 1e-9, name);
  assert.ok(Math.abs(trace.rewards.reduce((sum, value) => sum + value, 0) - outcome.contribution) < 1e-9);
  assert.equal([...trace.open], [0, 1, 1, 1, 1, 1, 1, 0]);
  assert.is(trace.prices[3], 24);
  assert.ok(Number.isNaN(trace.prices[0]));
  const text = renderText(trace);
  const lines = text.split("\n");
  assert.is(lines.length, 1 + 8 + 4);
  assert.match(lines[1], /^12:00 +closed +20 left/);
  assert.match(
    lines[2],
    new RegExp(`^13:00 +${steps.visitors[1]} .*20 % off: ${trace.ordered[3]}, ${trace.stock[3]} left\\*`),
  );
  assert.match(text, new RegExp(`= contribution ${outcome.contribution.toFixed(2)} money`));
  const figure = renderPlotly(trace);
  assert.is(figure.data.length, 3 * 2 + 2 + (trace.waiting.some((count) => count > 0) ? 1 : 0));
  assert.equal((figure.data[0].y as number[]).slice(1, 3), [24, 24]);
  assert.equal(JSON.parse(JSON.stringify(figure)).layout.yaxis.title.text, "price (money)");
});

test.run();
