import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/errors";
import { createRandom } from "../../lib/random";
import { bootstrap, bootstrapDifference, bootstrapMean } from "../../lib/statistics/bootstrap";

/** Every resample of a few values with its chance, so the bootstrap's own distribution without simulation. */
function enumerate(values: number[]): number[] {
  let means = [0];
  for (let pick = 0; pick < values.length; pick++) means = means.flatMap((sum) => values.map((value) => sum + value));
  return means.map((sum) => sum / values.length).sort((a, b) => a - b);
}

test("a bootstrap of five values has the moments and quantiles of all 3,125 resamples", () => {
  for (const values of [
    [1, 2, 4, 8, 16],
    [0, 0, 0, 5, 12],
  ]) {
    const all = enumerate(values);
    const mean = values.reduce((sum, value) => sum + value) / 5;
    const deviation = Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length);
    const { estimate, standardError, low, high } = bootstrapMean(values, { random: createRandom(3), resamples: 40000 });
    assert.is(estimate, mean);
    // The error of a standard deviation from 40,000 draws is about 0.4 %; four of those.
    assert.ok(Math.abs(standardError / deviation - 1) < 0.016, `${standardError} ${deviation}`);
    // The ends lie between the exact quantiles 0.2 points (2.6 standard errors of a tail's share) to either side.
    const exact = (p: number) => all[Math.floor(p * all.length)];
    assert.ok(low >= exact(0.023) && low <= exact(0.027), `${low}`);
    assert.ok(high >= exact(0.973) && high <= exact(0.977), `${high}`);
  }
});

test("rows of zeros drawn as one count leave the distribution as it is", () => {
  // 30 clicks in 2,000: the mean of a resample is Binomial(2000, 0.015) / 2000.
  const values = Float64Array.from({ length: 2000 }, (_, row) => (row % 67 === 0 ? 1 : 0));
  const share = values.reduce((sum, value) => sum + value) / 2000;
  const { standardError } = bootstrapMean(values, { random: createRandom(8), resamples: 20000 });
  const exact = Math.sqrt((share * (1 - share)) / 2000);
  assert.ok(Math.abs(standardError / exact - 1) < 0.025, `${standardError} ${exact}`);
});

test("paired columns stay paired", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 2, maxLength: 20 }), (values) => {
      const shifted = values.map((value) => value + 2);
      const { estimate, low, high } = bootstrapDifference(shifted, values, { random: createRandom(1), resamples: 50 });
      for (const figure of [estimate, low, high]) assert.ok(Math.abs(figure - 2) < 1e-12);
      const ratio = bootstrap([values.map((value) => 3 * value + 1), values], ([a, b]) => (a - 1) / b, {
        random: createRandom(1),
        resamples: 1,
      });
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      if (Math.abs(mean) > 1e-3) assert.ok(Math.abs(ratio.estimate - 3) < 1e-9);
    }),
  );
});

test("equal values have no spread, and the same seed gives the same interval", () => {
  const { low, high, standardError } = bootstrapMean([7, 7, 7], { random: createRandom(2) });
  assert.equal([low, high, standardError], [7, 7, 0]);
  const again = () => bootstrapMean([1, 5, 9, 2], { random: createRandom(2), resamples: 100 });
  assert.equal(again(), again());
});

test("bad input is refused", () => {
  const random = createRandom(1);
  const refused = (work: () => unknown) => assert.throws(work, (error: unknown) => error instanceof InputError);
  refused(() => bootstrapMean([], { random }));
  refused(() => bootstrapMean([1, Number.NaN], { random }));
  refused(() => bootstrapMean([1], { random, level: 95 }));
  refused(() => bootstrapDifference([1, 2], [1], { random }));
});

test.run();
