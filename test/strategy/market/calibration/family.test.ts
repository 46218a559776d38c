import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, openEngine } from "../../../../lib/engine/index";
import { createRandom } from "../../../../lib/random";
import { calibrateMarket } from "../../../../lib/strategy/market/calibration/calibration";
import { priceFamily } from "../../../../lib/strategy/market/calibration/family";

/**
 * A shop of 60 days with 400 customers, all of whom come every day for d: three products of one line, whose price moves together,
 * and another product at such prices; every buyer takes two.
 */
async function shop(): Promise<Engine> {
  const engine = await openEngine();
  const random = createRandom(4);
  const customers = Int32Array.from({ length: 400 }, (_, n) => n);
  const rows: string[] = [];
  for (let day = 0; day < 60; day++) {
    const price = [20, 25, 22][Math.floor(day / 6) % 3];
    const sell = (item: string, category: string, mean: number) => {
      random.shuffle(customers);
      const buyers = random.poisson(mean * (price / 22) ** -4);
      for (let n = 0; n < buyers; n++)
        rows.push(`(${day}, 'u${customers[n]}', '${item}', '${category}', ${price}, 2.0, 12.0)`);
    };
    sell("a", "tea", 12);
    sell("b", "tea", 8);
    sell("c", "tea", 6);
    sell("e", "soap", 9);
  }
  await engine.run(`CREATE TABLE events AS
    SELECT TIMESTAMP '2020-03-01 10:00:00' + day * INTERVAL 1 DAY AS event_time, user_id, item_id, category_id,
      'purchase' AS event_type, price, quantity, cost, NULL AS malformed
    FROM (VALUES ${rows.join(",")}) AS v(day, user_id, item_id, category_id, price, quantity, cost)
    UNION ALL SELECT TIMESTAMP '2020-03-01 10:00:00' + d.range * INTERVAL 1 DAY, 'u' || u.range, 'd', 'tea', 'purchase', 40, 1, 12, NULL
    FROM range(60) d, range(400) u`);
  return engine;
}

test("the family is the products of one category whose common price varied, and the calibration finds what made it", async () => {
  const engine = await shop();
  const family = await priceFamily(engine, "events");
  assert.equal([...family.items].sort(), ["a", "b", "c"]);
  assert.equal([family.category, family.cost, family.lowest], ["tea", 12, 20]);
  let failure = "";
  await priceFamily(engine, "events", { least: 4 }).catch((error) => {
    failure = error.message;
  });
  assert.match(failure, /no 4 products.*Lower `least`/);

  const calibration = await calibrateMarket(engine, "events", {
    ...{ weekday: 0, returned: { back: 1, of: 10 }, sources: [], currency: "money" },
    arrivals: { hours: [10], logRate: [0], covariance: [1], days: 9 },
  });
  await engine.close();
  const { mean, covariance } = calibration.demand;
  assert.is(mean.length, 4);
  assert.ok(Math.abs(mean[3] + 4) < 4 * Math.sqrt(covariance[15]), `${mean[3]}`);
  const conversions = calibration.products.map((item) => ({ a: 12, b: 8, c: 6 })[item] ?? 0);
  conversions.forEach((buyers, i) => {
    const expected = Math.log((buyers / 400) * (calibration.demand.price / 22) ** -4);
    assert.ok(
      Math.abs(mean[i] - expected) < 4 * Math.sqrt(covariance[i * 5]),
      `product ${i}: ${mean[i]}, not ${expected}`,
    );
  });
  assert.ok(calibration.units[1] > 100 && calibration.units[0] === 0, "everybody took two");
  assert.is(calibration.listPrice, family.regular);
});

test.run();
