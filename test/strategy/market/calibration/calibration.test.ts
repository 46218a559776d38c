import { test } from "uvu";
import * as assert from "uvu/assert";
import { createRandom, type Random } from "../../../../lib/random";
import {
  ASSUMPTIONS,
  drawMarket,
  loadCalibration,
  type MarketCalibration,
  saveCalibration,
} from "../../../../lib/strategy/market/calibration/calibration";
import { familyLogit, fitFamily } from "../../../../lib/strategy/market/calibration/family";
import type { PriceHistory } from "../../../../lib/strategy/market/price-history";
import { edited, meanOutcome } from "../shop/examples";

/** Histories of two products whose price moves together, drawn with a known elasticity and conversions. */
function histories(random: Random, elasticity = -4, conversions = [0.02, 0.01], days = 120): PriceHistory[] {
  const prices = Array.from({ length: days }, (_, day) => [20, 25, 22][Math.floor(day / 10) % 3]);
  return conversions.map((conversion) => ({
    day: Float64Array.from({ length: days }, (_, day) => day * 86400),
    price: Float64Array.from(prices),
    cost: new Float64Array(days).fill(10),
    buyers: Float64Array.from(prices, (price) => random.poisson(900 * conversion * (price / 22) ** elasticity)),
    visitors: new Float64Array(days).fill(900),
    carried: new Int32Array(days),
  }));
}

const fitted = fitFamily(histories(createRandom(1)), { price: 22, weekday: 4 });

const calibration = (): MarketCalibration => ({
  ...{ format: "flashlab-calibration", version: 1, currency: "money", sources: [{ what: "all", source: "made up" }] },
  ...{ products: ["a", "b"], listPrice: 25, unitCost: 10, lowest: 20, demand: fitted },
  arrivals: { hours: [10, 11], logRate: [0, Math.log(3)], covariance: [0.01, 0, 0, 0.01], days: 30 },
  ...{ units: [90, 9, 1, 0, 0, 0], returned: { back: 20, of: 1000 }, assumptions: ASSUMPTIONS },
});

const design = {
  ...{ stock: [30, 30], clock: { start: 10, steps: 2 }, salvageShare: 0.5 },
  offers: [{ mechanic: "price-cut" as const, depth: 0 }],
};

test("the fit finds the elasticity and the conversions that made the data, and its errors are right", () => {
  const random = createRandom(8);
  let inside = 0;
  const rounds = 100;
  for (let round = 0; round < rounds; round++) {
    const { mean, covariance } = fitFamily(histories(random), { price: 22, weekday: 4, lags: 0 });
    if (Math.abs(mean[2] + 4) < 1.96 * Math.sqrt(covariance[8])) inside++;
    assert.ok(Math.abs(mean[0] - Math.log(0.02)) < 5 * Math.sqrt(covariance[0]));
    assert.ok(Math.abs(mean[1] - Math.log(0.01)) < 5 * Math.sqrt(covariance[4]));
  }
  assert.ok(inside >= 85, `${inside} of ${rounds} intervals hold the truth`);
  const [one] = histories(random);
  assert.throws(() => fitFamily([one, { ...one, day: one.day.subarray(1) }], { price: 22, weekday: 0 }), /same days/);
});

test("the logit has the family's conversions and elasticity at its price", () => {
  const { taste, sensitivity } = familyLogit(fitted, 25);
  const shares = (price: number) => {
    const weights = taste.map((value) => Math.exp(value + sensitivity * (25 - price)));
    const total = 1 + weights[0] + weights[1];
    return weights.map((weight) => weight / total);
  };
  shares(22).forEach((share, i) => {
    assert.ok(Math.abs(share - Math.exp(fitted.mean[i])) < 1e-12);
  });
  const slope = (Math.log(shares(22.0001)[0]) - Math.log(shares(22)[0])) / Math.log(22.0001 / 22);
  assert.ok(Math.abs(slope - fitted.mean[2]) < 1e-4 * Math.abs(slope));
});

test("a market without draws is the estimate; drawn ones scatter about it, one seed one market", () => {
  const central = drawMarket(calibration(), design);
  const [segment] = central.segments;
  assert.equal(segment.arrivals.map(Math.round), [1500, 4500]);
  assert.is(segment.strategic?.share, 0.15);
  assert.ok(Math.abs((central.orders?.returned ?? 0) - 20.5 / 1001) < 1e-12);
  const draw = (seed: number) => drawMarket(calibration(), design, createRandom(seed));
  assert.equal(draw(1), draw(1));
  assert.not.equal(draw(1), draw(2));
  const sensitivities = Array.from({ length: 400 }, (_, seed) => draw(seed).segments[0].sensitivity);
  const mean = sensitivities.reduce((sum, value) => sum + value, 0) / 400;
  const spread = Math.sqrt(sensitivities.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 400);
  const error = Math.sqrt(fitted.covariance[8]) / (22 * (1 - 0.03));
  assert.ok(Math.abs(mean - segment.sensitivity) < 5 * (spread / 20), "centred");
  assert.ok(Math.abs(spread / error - 1) < 0.2, "as wide as the estimate's error");
  for (let seed = 0; seed < 50; seed++) {
    const { visitors } = ASSUMPTIONS;
    const [first, second] = draw(seed).segments[0].arrivals;
    assert.ok(first + second >= visitors[0] && first + second <= visitors[1]);
  }
  assert.ok(meanOutcome({ ...draw(3) }, [0, 0], 5).visitors > 3000);
  assert.throws(() => drawMarket(calibration(), { ...design, stock: [1] }), /2 products.*design.stock/);
});

test("a narrower belief changes no other draw", () => {
  const narrow = { ...calibration(), assumptions: { ...ASSUMPTIONS, visitors: [5000, 5000] as [number, number] } };
  const [a, b] = [calibration(), narrow].map((one) => drawMarket(one, design, createRandom(1)).segments[0]);
  assert.is(a.sensitivity, b.sensitivity);
  assert.equal(a.strategic, b.strategic);
  assert.equal(a.wants, b.wants);
});

test("saved and loaded it is the same; a broken document says where", () => {
  const saved = saveCalibration(calibration());
  assert.equal(loadCalibration(saved), calibration());
  const broken = (path: string, value: unknown) => () => loadCalibration(edited(saved, path.split("."), value));
  assert.throws(broken("format", "x"), /another kind.*flashlab-calibration/);
  assert.throws(broken("demand.mean", [1, 2]), /3 numbers.*2.*demand.mean/);
  assert.throws(broken("arrivals.covariance", [1]), /4 numbers.*arrivals.covariance/);
  assert.throws(broken("assumptions.patience", undefined), /lacks.*patience/);
  assert.throws(broken("assumptions.patience", [1, 0]), /range.*patience/);
});

test.run();
