import { test } from "uvu";
import * as assert from "uvu/assert";
import { constantElasticity, exponentialResponse } from "../../../lib/strategy/market/demand";

test("constant elasticity: a percent of price moves demand by elasticity percent, everywhere", () => {
  const response = constantElasticity({ conversion: 0.02, referencePrice: 30, elasticity: -2.5 });
  assert.is(response(30), 0.02);
  for (const price of [12, 20, 30, 45]) {
    const slope = (Math.log(response(price * 1.0001)) - Math.log(response(price))) / Math.log(1.0001);
    assert.ok(Math.abs(slope + 2.5) < 1e-9);
  }
});

test("exponential: elasticity is −sensitivity · price", () => {
  const response = exponentialResponse({ conversion: 0.02, referencePrice: 30, sensitivity: 0.1 });
  assert.is(response(30), 0.02);
  for (const price of [12, 20, 30, 45]) {
    const slope = (Math.log(response(price + 1e-4)) - Math.log(response(price))) / 1e-4;
    assert.ok(Math.abs(slope + 0.1) < 1e-9);
  }
});

test("nobody buys with a probability above 1", () => {
  assert.is(constantElasticity({ conversion: 0.5, referencePrice: 30, elasticity: -4 })(1), 1);
  assert.is(exponentialResponse({ conversion: 0.9, referencePrice: 30, sensitivity: 1 })(0), 1);
});

test("parameters outside their domain are refused", () => {
  assert.throws(
    () => constantElasticity({ conversion: 1.2, referencePrice: 30, elasticity: -1 }),
    /1\.2 at conversion/,
  );
  assert.throws(() => constantElasticity({ conversion: 0.1, referencePrice: 0, elasticity: -1 }), /referencePrice/);
  assert.throws(
    () => constantElasticity({ conversion: 0.1, referencePrice: 30, elasticity: 0.5 }),
    /0\.5 at elasticity/,
  );
  assert.throws(
    () => exponentialResponse({ conversion: 0.1, referencePrice: 30, sensitivity: -1 }),
    /-1 at sensitivity/,
  );
});

test.run();
