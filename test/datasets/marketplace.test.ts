import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { open } from "../../lib/datasets/index";
import { AliasTable } from "../../lib/datasets/marketplace/alias";
import { CART, EventBuffer, PURCHASE, REFUND } from "../../lib/datasets/marketplace/event-buffer";
import { startMarket } from "../../lib/datasets/marketplace/market";
import { assignmentChances, checkoutChance, makeOffer, type Offer } from "../../lib/datasets/marketplace/offers";
import { money, timeText } from "../../lib/datasets/marketplace/rows";
import { ARMS, marketSettings, SEGMENTS } from "../../lib/datasets/marketplace/settings";
import { writeMarket } from "../../lib/datasets/marketplace/write";
import { AbortedError } from "../../lib/errors";
import { createRandom } from "../../lib/random";
import { filesUnder, inFolder } from "./fixtures";

test("same seed same bytes, another seed others", () =>
  inFolder(async (folder) => {
    const digests = [];
    for (const [name, seed] of [
      ["a", 7],
      ["b", 7],
      ["c", 8],
    ] as const)
      digests.push((await writeMarket(join(folder, name), { events: 5000, seed })).files.events.sha256);
    assert.is(digests[0], digests[1]);
    assert.is.not(digests[0], digests[2]);
    for (const file of filesUnder(join(folder, "a")))
      assert.equal(readFileSync(join(folder, "a", file)), readFileSync(join(folder, "b", file)), file);
  }));

test("exactly the events asked for, in the order of time, in chunks of a bounded size", () => {
  const settings = marketSettings({ events: 200_000, seed: 3, users: 500, products: 100 });
  let count = 0;
  let last = -1;
  let largest = 0;
  for (const chunk of startMarket(settings).chunks()) {
    for (let row = 0; row < chunk.length; row++) {
      assert.ok(chunk.time[row] >= last);
      last = chunk.time[row];
    }
    count += chunk.length;
    largest = Math.max(largest, chunk.length);
  }
  assert.is(count, 200_000);
  assert.ok(largest < 3 * 65_536, `a chunk of ${largest}`);
});

test("what a running market holds doesn't grow with the events", () => {
  // The buffer of events that are made and not yet put out is all that could grow: it is measured after every chunk.
  const held = (events: number) => {
    let most = 0;
    const take = EventBuffer.prototype.take;
    EventBuffer.prototype.take = function (begin, end) {
      const chunk = take.call(this, begin, end);
      most = Math.max(most, this.length + chunk.length);
      return chunk;
    };
    try {
      for (const _ of startMarket(marketSettings({ events, seed: 3, users: 500, products: 100 })).chunks());
    } finally {
      EventBuffer.prototype.take = take;
    }
    return most;
  };
  const [small, large] = [held(150_000), held(600_000)];
  assert.ok(large < 1.5 * small, `${small} events held of 150,000, ${large} of 600,000`);
});

test("every purchase was in the cart of its visit, every refund was bought, no more than in stock was sold", () => {
  const market = startMarket(marketSettings({ events: 60_000, seed: 5 }));
  const carts = new Set<string>();
  const bought = new Set<string>();
  for (const chunk of market.chunks())
    for (let row = 0; row < chunk.length; row++) {
      const key = `${chunk.session[row]}/${chunk.item[row]}`;
      if (chunk.type[row] === CART) carts.add(key);
      if (chunk.type[row] === PURCHASE) {
        assert.ok(carts.has(key));
        bought.add(key);
      }
      if (chunk.type[row] === REFUND) assert.ok(bought.has(key));
      assert.ok(chunk.quantity[row] <= 255 && chunk.price[row] >= 0);
    }
  for (const item of market.sale.items) {
    assert.ok(item.sold <= item.taken && item.taken <= item.stock && item.taken <= item.wanted);
    assert.is(item.soldOutAt === null, item.taken < item.stock);
  }
  assert.ok(
    market.sale.items.some((item) => item.wanted > item.stock),
    "the flash sale has less than is wanted",
  );
});

test("the experiment's propensities and potential outcomes are what the model says", () => {
  const settings = marketSettings({ events: 100_000, seed: 2 });
  const offers: Offer[] = [];
  const market = startMarket(settings, (offer) => offers.push(offer));
  for (const _ of market.chunks());
  assert.is(new Set(offers.map((offer) => offer.user)).size, offers.length, "a user takes part once");
  for (const offer of offers) {
    assert.ok(Math.abs(offer.propensities.reduce((sum, chance) => sum + chance, 0) - 1) < 1e-12);
    assert.ok(Math.min(...offer.propensities) > 0.05, "every arm is possible");
    assert.equal(offer.propensities, assignmentChances(offer.cartValue));
    for (const [arm, { depth }] of ARMS.entries())
      assert.is(offer.checkoutChances[arm], checkoutChance(market.world, offer.user, offer.cartValue, depth));
    // One draw for all arms: who would buy at a lower chance would buy at a higher one.
    for (let arm = 1; arm < ARMS.length; arm++)
      if (offer.checkoutChances[arm] >= offer.checkoutChances[0]) assert.ok(offer.outcomes[arm] >= offer.outcomes[0]);
      else assert.ok(offer.outcomes[arm] <= offer.outcomes[0]);
  }
});

test("weighted by its propensities the log gives the true effect, and read naively another one", () => {
  const settings = marketSettings({ events: 1000, seed: 4, users: 2000 });
  const { world } = startMarket(settings);
  const random = createRandom(4);
  const visits = 150_000;
  let truth = 0;
  let weighted = 0;
  let squares = 0;
  const naive = ARMS.map(() => ({ visits: 0, converted: 0 }));
  for (let visit = 0; visit < visits; visit++) {
    const cartValue = Math.round(2500 * Math.exp(0.8 * random.normal()));
    const offer = makeOffer(world, { time: 0, user: random.integer(2000), session: visit, cartValue }, random);
    const converted = offer.outcomes[offer.arm];
    truth += offer.checkoutChances[2] - offer.checkoutChances[0];
    const sign = offer.arm === 2 ? 1 : offer.arm === 0 ? -1 : 0;
    const term = (sign * converted) / offer.propensities[offer.arm];
    weighted += term;
    squares += term * term;
    naive[offer.arm].visits++;
    naive[offer.arm].converted += converted;
  }
  const standardError = Math.sqrt((squares / visits - (weighted / visits) ** 2) / visits);
  assert.ok(Math.abs(weighted - truth) / visits < 4 * standardError, "inverse propensity weighting is unbiased");
  const naiveEffect = naive[2].converted / naive[2].visits - naive[0].converted / naive[0].visits;
  assert.ok(truth / visits - naiveEffect > 5 * standardError, `true ${truth / visits}, naive ${naiveEffect}`);
});

test("a coupon moves some segments, leaves one almost alone and puts one off", async () =>
  inFolder(async (folder) => {
    const { truth } = await writeMarket(join(folder, "market"), { events: 50_000, seed: 1 });
    const effects = truth.experiment.arms[2].effectBySegment;
    assert.ok(effects["bargain hunter"] > 0.2);
    assert.ok(Math.abs(effects.loyal) < 0.05);
    assert.ok(effects["offer averse"] < -0.05);
    assert.equal(
      Object.keys(effects),
      SEGMENTS.map((segment) => segment.name),
    );
    assert.is(truth.experiment.arms[0].effect, 0);
  }));

test("an opened market is events in the schema, and its truth agrees with its files", () =>
  inFolder(async (cacheFolder) => {
    const market = await open("marketplace", { events: 20_000, seed: 9, cacheFolder });
    const { engine, truth } = market;
    const counted = await engine.columns(`SELECT count(*) AS n, count(DISTINCT event_type) AS types,
      count(*) FILTER (event_type = 'purchase' AND NOT (price > 0 AND quantity > 0 AND cost > 0)) AS bad,
      count(*) FILTER ((item_id IS NULL) <> (event_type = 'search')) AS nameless FROM ${market.events}`);
    assert.equal(
      Object.values(counted).map((column) => column[0]),
      [20_000, 6, 0, 0],
    );
    const arms = await engine.columns(`SELECT arm, count(*) AS visits, avg(converted) AS observed
      FROM marketplace.offers GROUP BY arm ORDER BY arm DESC`);
    for (const arm of truth.experiment.arms) {
      const row = (arms.arm as string[]).indexOf(arm.arm);
      assert.equal([arms.visits[row], arms.observed[row]], [arm.visits, arm.observed]);
    }
    const effect = await engine.columns(
      "SELECT avg(chance_coupon_20 - chance_none) AS e FROM marketplace.offers_truth",
    );
    assert.ok(Math.abs(Number(effect.e[0]) - truth.experiment.arms[2].effect) < 1e-7);
    await market.close();
    const again = await open("marketplace", { events: 20_000, seed: 9, cacheFolder });
    assert.is(again.sha256, market.sha256);
    await again.close();
    writeFileSync(market.files.products, "item_id\n");
    const error = await open("marketplace", { events: 20_000, seed: 9, cacheFolder }).catch((caught) => caught);
    assert.match(error.message, /cached market is damaged/);
  }));

test("a stopped market leaves nothing", () =>
  inFolder(async (folder) => {
    const stop = new AbortController();
    const error = await writeMarket(
      join(folder, "market"),
      { events: 200_000 },
      {
        signal: stop.signal,
        onEvents: () => stop.abort(),
      },
    ).catch((caught) => caught);
    assert.instance(error, AbortedError);
    assert.equal(filesUnder(folder), []);
  }));

test("settings that can't be are refused by name", () => {
  for (const [settings, name] of [
    [{ events: 10 }, "events"],
    [{ seed: 0.5 }, "seed"],
    [{ days: 2 }, "days"],
    [{ products: 3 }, "products"],
  ] as const)
    assert.throws(() => marketSettings(settings), new RegExp(`at ${name}`));
});

test("the alias table draws by weight", () => {
  const weights = [0, 1, 5, 0.5, 3.5];
  const table = new AliasTable(weights);
  const random = createRandom(1);
  const counts = weights.map(() => 0);
  const draws = 100_000;
  for (let draw = 0; draw < draws; draw++) counts[table.draw(random)]++;
  assert.is(counts[0], 0);
  for (const [index, weight] of weights.entries()) {
    const expected = weight / 10;
    const error = Math.sqrt((expected * (1 - expected)) / draws);
    assert.ok(Math.abs(counts[index] / draws - expected) <= 5 * error);
  }
});

test("events come out of the buffer by time, those of a second as they went in, the rest later", () => {
  const buffer = new EventBuffer();
  for (const [order, time] of [5, 12, 3, 5, 30, 3].entries()) buffer.push(time, order, 0, 0, 0, 0, 0, 0);
  const first = buffer.take(0, 20);
  assert.equal([first.length, [...first.user]], [5, [2, 5, 0, 3, 1]]);
  assert.is(buffer.length, 1);
  assert.equal([...buffer.take(20, 40).user], [4]);
});

test("times and money are written as the schema wants them", () => {
  assert.is(timeText(Date.UTC(2025, 1, 28, 23, 59, 8) / 1000), "2025-02-28 23:59:08");
  assert.equal([0, 5, 10, 199, 12345].map(money), ["0.00", "0.05", "0.10", "1.99", "123.45"]);
});

test.run();
