import { test } from "uvu";
import * as assert from "uvu/assert";
import { createRandom } from "../../../lib/random";
import { fitPriceDemand, weekdayOf, weekdayResponse } from "../../../lib/strategy/market/price-demand";

/** Sixteen weeks of a product whose demand is known: elasticity −3, conversion 1 % at 29, half as much again on Saturdays. */
function history(seed: string) {
  const random = createRandom(seed);
  const days = 112;
  const day = Float64Array.from({ length: days }, (_, i) => Date.UTC(2000, 10, 1) / 1000 + 86400 * i);
  const price = day.map((_, i) => [29, 22, 29, 19, 25][Math.floor(i / 9) % 5]);
  const visitors = day.map(() => 800 + random.integer(600));
  const buyers = day.map((seconds, i) =>
    random.poisson(visitors[i] * 0.01 * (price[i] / 29) ** -3 * (weekdayOf(seconds) === 6 ? 1.5 : 1)),
  );
  return { day, price, visitors, buyers, cost: new Float64Array(days).fill(18), carried: new Int32Array(days) };
}

test("weekdays are the calendar's", () => {
  for (const text of ["2000-11-01", "2001-02-28", "1970-01-01", "1969-12-31", "2024-02-29"])
    assert.is(weekdayOf(Date.parse(text) / 1000), new Date(text).getUTCDay(), text);
});

test("known elasticity and conversions are recovered within their errors", () => {
  const demand = fitPriceDemand(history("known"), { referencePrice: 29 });
  assert.ok(Math.abs(demand.elasticity + 3) < 4 * demand.elasticityError, `${demand.elasticity}`);
  assert.ok(demand.elasticityError > 0.02 && demand.elasticityError < 0.3);
  demand.conversion.forEach((conversion, weekday) => {
    assert.ok(Math.abs(conversion / (weekday === 6 ? 0.015 : 0.01) - 1) < 0.25, `${weekday}: ${conversion}`);
  });
});

test("draws scatter around the estimate as the covariance says", () => {
  const demand = fitPriceDemand(history("draws"), { referencePrice: 29 });
  const random = createRandom("draws");
  const n = 4000;
  const draws = Float64Array.from({ length: n }, () => demand.draw(random).elasticity);
  const mean = draws.reduce((sum, value) => sum + value, 0) / n;
  const spread = Math.sqrt(draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
  assert.ok(Math.abs(mean - demand.elasticity) < (4 * demand.elasticityError) / Math.sqrt(n));
  assert.ok(Math.abs(spread / demand.elasticityError - 1) < 4 / Math.sqrt(2 * n));
});

test("the response is the fitted curve of its weekday", () => {
  const demand = fitPriceDemand(history("response"), { referencePrice: 29 });
  const saturday = weekdayResponse(demand, 29, 6);
  assert.ok(Math.abs(saturday(29) - demand.conversion[6]) < 1e-15);
  assert.ok(Math.abs(saturday(20) / saturday(29) - (20 / 29) ** demand.elasticity) < 1e-12);
  assert.throws(() => weekdayResponse(demand, 29, 7), /weekday/);
});

test("weekdays that never occur take the base's conversion", () => {
  const all = history("weekdays");
  const keep = Array.from(all.day.keys()).filter((i) => [0, 1].includes(weekdayOf(all.day[i])));
  const some = Object.fromEntries(
    Object.entries(all).map(([name, column]) => [name, Float64Array.from(keep, (i) => column[i])]),
  ) as unknown as ReturnType<typeof history>;
  const demand = fitPriceDemand(some, { referencePrice: 29, lags: 2 });
  assert.equal(demand.regression.terms, ["intercept", "ln price", "monday"]);
  assert.is(demand.conversion[4], demand.conversion[0]);
});

test.run();
