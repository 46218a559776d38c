import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, openEngine } from "../../../../lib/engine/index";
import { createRandom } from "../../../../lib/random";
import { calibrateMarket } from "../../../../lib/strategy/market/calibration/calibration";
import { priceFamily } from "../../../../lib/strategy/market/calibration/family";

/** A shop of 60 days: three products of one line, whose price moves together, and two others; every buyer takes two. */
async function shop(): Promise<Engine> {
  const engine = await openEngine();
  const random = createRandom(4);
  const rows: string[] = [];
  for (let day = 0; day < 60; day++) {
    const price = [20, 25, 22][Math.floor(day / 6) % 3];
    const sell = (item: string, category: string, money: number, mean: number) => {
      const buyers = 1 + random.poisson(mean);
      for (let n = 0; n < buyers; n++)
        rows.push(
          `(TIMESTAMP '2020-03-01 10:00:00' + INTERVAL ${day} DAY, 'u${random.integer(400)}', '${item}', '${category}', 'purchase', ${money}, 2.0, 12.0)`,
        );
    };
    const demand = (price / 22) ** -4;
    sell("a", "tea", price, 12 * demand);
    sell("b", "tea", price, 8 * demand);
    sell("c", "tea", price, 6 * demand);
    sell("d", "tea", 40, 30);
    sell("e", "soap", price, 9 * demand);
  }
  await engine.run(`CREATE TABLE events AS SELECT *, NULL AS malformed FROM (VALUES ${rows.join(",")})
    AS v(event_time, user_id, item_id, category_id, event_type, price, quantity, cost)`);
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
  // Poisson(mean) and one more buyer a day, so the elasticity is a little nearer to 0 than −4.
  assert.ok(Math.abs(mean[3] + 3.6) < 4 * Math.sqrt(covariance[15]) + 0.3, `${mean[3]}`);
  assert.ok(calibration.units[1] > 100 && calibration.units[0] === 0, "everybody took two");
  assert.is(calibration.listPrice, family.regular);
});

test.run();
