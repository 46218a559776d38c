import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, openEngine } from "../../../lib/engine";
import { priceHistory, priceVariation } from "../../../lib/strategy/market/price-history";

/** Ten days; "a" at 10, 8 and 5 (cost 4), "b" below its cost, "c" at one price, "d" on few days. */
async function shop(): Promise<Engine> {
  const engine = await openEngine({ threads: 1 });
  await engine.run(`CREATE TABLE events AS
    SELECT TIMESTAMP '2000-11-01' + INTERVAL (day) DAY AS event_time, 'u' || buyer AS user_id, item AS item_id,
      'purchase' AS event_type, 'k' AS category_id, price, cost, 1.0 AS quantity, NULL AS malformed
    FROM (
      SELECT day, buyer, 'a' AS item, [10, 10, 10, 10, 8, 8, 8, 5, 5, 5][day + 1] AS price, 4 AS cost
      FROM range(10) d(day), range(20) b(buyer) WHERE buyer < 12 - [10, 10, 10, 10, 8, 8, 8, 5, 5, 5][day + 1]
      UNION ALL SELECT day, buyer, 'b', CASE WHEN day < 5 THEN 9 ELSE 3 END, 4 FROM range(10) d(day), range(5) b(buyer)
      UNION ALL SELECT day, buyer, 'c', 7, 4 FROM range(10) d(day), range(9) b(buyer)
      UNION ALL SELECT day, buyer, 'd', 5 + day, 4 FROM range(3) d(day), range(5) b(buyer))`);
  return engine;
}

test("the rule keeps products with levels, spread and a margin, and measures what they tell", async () => {
  const engine = await shop();
  const rule = { daysAtLevel: 2, levels: 2 };
  const found = await priceVariation(engine, "events", rule);
  assert.equal(found.array("item_id"), ["a"]);
  const row = found.object() as Record<string, number>;
  assert.is(row.days, 10);
  assert.is(row.buyers, 4 * 2 + 3 * 4 + 3 * 7);
  assert.is(row.levels, 3);
  assert.is(row.lowest, 5);
  assert.is(row.highest, 10);
  assert.is(row.regular, 10);
  assert.is(row.cost, 4);
  const weights = [8, 12, 21];
  const logs = [10, 8, 5].map(Math.log);
  const mean = weights.reduce((sum, weight, i) => sum + weight * logs[i], 0) / 41;
  const information = weights.reduce((sum, weight, i) => sum + weight * (logs[i] - mean) ** 2, 0);
  assert.ok(Math.abs(row.information - information) < 1e-9);
  assert.is((await priceVariation(engine, "events", { ...rule, spread: 2.1 })).numRows(), 0);
  assert.is((await priceVariation(engine, "events", { ...rule, levels: 1, spread: 1 })).numRows(), 2, "a and c");
  await engine.close();
});

test("a history has every open day, with the price carried over days without a sale", async () => {
  const engine = await shop();
  const history = await priceHistory(engine, "events", "d");
  assert.is(history.day.length, 10);
  assert.is(history.day[0], Date.UTC(2000, 10, 1) / 1000);
  assert.is(history.day[9] - history.day[0], 9 * 86400);
  assert.equal(Array.from(history.price), [5, 6, 7, 7, 7, 7, 7, 7, 7, 7]);
  assert.equal(Array.from(history.buyers), [5, 5, 5, 0, 0, 0, 0, 0, 0, 0]);
  assert.equal(Array.from(history.carried), [0, 0, 0, 1, 1, 1, 1, 1, 1, 1]);
  assert.ok(
    history.visitors.every((visitors) => visitors === 9),
    "product c has nine customers every day",
  );
  await engine.run("DELETE FROM events WHERE item_id = 'd' AND event_time < TIMESTAMP '2000-11-03'");
  assert.equal(Array.from((await priceHistory(engine, "events", "d")).price), new Array(10).fill(7));
  try {
    await priceHistory(engine, "events", "nothing");
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, /nobody bought.*nothing/);
  }
  await engine.close();
});

test.run();
