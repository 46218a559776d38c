import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { hourlyArrivals } from "../../../lib/strategy/market/arrivals";

const profile = Array.from({ length: 24 }, (_, hour) => 1 + hour);
const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);

test("a whole day brings a day's visitors, however it is cut", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 23.99, noNaN: true }), fc.integer({ min: 1, max: 200 }), (start, periods) => {
      const arrivals = hourlyArrivals({ visitors: 1000, profile, start, hours: 24, periods });
      assert.is(arrivals.length, periods);
      assert.ok(Math.abs(total(arrivals) - 1000) < 1e-8);
    }),
  );
});

test("one period an hour takes the profile's weights, past midnight too", () => {
  const arrivals = hourlyArrivals({ visitors: 300, profile, start: 22, hours: 4, periods: 4 });
  assert.equal(Array.from(arrivals, Math.round), [23, 24, 1, 2]);
});

test("a period across two hours takes its share of each", () => {
  const [first] = hourlyArrivals({ visitors: 300, profile, start: 9.75, hours: 1, periods: 1 });
  assert.ok(Math.abs(first - (0.25 * 10 + 0.75 * 11)) < 1e-12);
});

test("what makes no sense is refused", () => {
  const good = { visitors: 10, profile, start: 0, hours: 1, periods: 1 };
  assert.throws(() => hourlyArrivals({ ...good, profile: [1, 2] }), /24 weights/);
  assert.throws(() => hourlyArrivals({ ...good, profile: new Float64Array(24) }), /not all 0/);
  assert.throws(() => hourlyArrivals({ ...good, hours: 0 }), /hours/);
  assert.throws(() => hourlyArrivals({ ...good, visitors: -1 }), /visitors/);
});

test.run();
