import { test } from "uvu";
import * as assert from "uvu/assert";
import { openEngine } from "../../../../lib/engine/index";
import { createRandom } from "../../../../lib/random";
import { fitHours, hourlyCounts, hourWeights } from "../../../../lib/strategy/market/calibration/hours";

test("counts are by the shop's own clock, day by day", async () => {
  const engine = await openEngine();
  await engine.run(`CREATE TABLE visits AS SELECT * FROM (VALUES
    (TIMESTAMP '2020-01-01 09:10:00', 'a'), (TIMESTAMP '2020-01-01 09:50:00', 'a'), (TIMESTAMP '2020-01-01 23:30:00', 'b'),
    (TIMESTAMP '2020-07-01 23:30:00', 'c'), (TIMESTAMP '2020-07-02 08:30:00', 'd')) AS v(event_time, session_id)`);
  const london = { zone: "Europe/London" };
  const all = await hourlyCounts(engine, "visits", london);
  // In July London is an hour ahead: 23:30 is 00:30 of the next day.
  assert.equal(all.hours, [0, 9, 23]);
  assert.is(all.days, 2);
  assert.equal([...all.counts], [0, 2, 1, 1, 1, 0]);
  const sessions = await hourlyCounts(engine, "visits", { ...london, count: "count(DISTINCT session_id)" });
  assert.equal([...sessions.counts], [0, 1, 1, 1, 1, 0]);
  let failure = "";
  await hourlyCounts(engine, "visits", { ...london, where: "false" }).catch((error) => {
    failure = error.message;
  });
  assert.match(failure, /nothing to count/);
  await engine.close();
});

test("the profile is the mean, and its uncertainty holds the truth as often as it says", () => {
  const rates = [2, 10, 40];
  const random = createRandom(3);
  let inside = 0;
  const rounds = 300;
  for (let round = 0; round < rounds; round++) {
    const days = 60;
    const counts = new Float64Array(days * 3);
    for (let day = 0; day < days; day++) {
      // Busy and quiet days: all hours together, so that counts are over-dispersed and correlated.
      const busy = random.gamma(4) / 4;
      rates.forEach((rate, hour) => {
        counts[day * 3 + hour] = random.poisson(rate * busy);
      });
    }
    const profile = fitHours({ hours: [9, 10, 11], days, counts });
    const error = Math.sqrt(profile.covariance[8]);
    if (Math.abs(profile.logRate[2] - Math.log(40)) < 1.96 * error) inside++;
    if (round === 0) {
      assert.ok(profile.covariance[5] > 0, "busy together");
      const weights = hourWeights(profile);
      assert.is(weights.length, 24);
      assert.ok(Math.abs(weights[9] - counts.filter((_, at) => at % 3 === 0).reduce((a, b) => a + b, 0) / days) < 1e-9);
      assert.is(weights[0], 0);
      const draws = Array.from({ length: 4000 }, () => Math.log(hourWeights(profile, random)[11]));
      const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
      const spread = Math.sqrt(draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length);
      assert.ok(Math.abs(spread / error - 1) < 0.06);
    }
  }
  // Binomial(300, 0.95): 4.2 standard errors either way.
  assert.ok(Math.abs(inside / rounds - 0.95) < 4.2 * Math.sqrt((0.95 * 0.05) / rounds), `${inside} of ${rounds}`);
});

test("few days: only the variances; one day: nothing can be said", () => {
  const counts = Float64Array.from([1, 5, 3, 9, 2, 8]);
  const profile = fitHours({ hours: [1, 2], days: 3, counts });
  assert.equal([profile.covariance[1], profile.covariance[2]], [0, 0]);
  assert.ok(profile.covariance[0] > 0);
  assert.throws(() => fitHours({ hours: [1], days: 1, counts: Float64Array.of(1) }), /two days/);
});

test.run();
