import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { betaCdf } from "../../../../lib/statistics/beta";
import { poissonCdf } from "../../../../lib/statistics/poisson";
import { binomialQuantile, poissonQuantile, poissonTable } from "../../../../lib/strategy/market/shop/quantiles";

/** P(X <= k) of Binomial(n, p), by the incomplete beta function. */
const binomialCdf = (k: number, n: number, p: number) => (k < 0 ? 0 : k >= n ? 1 : 1 - betaCdf(p, k + 1, n - k));

test("a binomial quantile is where the distribution function passes u", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5000 }),
      fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }),
      fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }),
      (n, p, u) => {
        const k = binomialQuantile(u, n, p);
        assert.ok(Number.isInteger(k) && k >= 0 && k <= n, `${k}`);
        assert.ok(binomialCdf(k, n, p) >= u - 1e-9, `P(X <= ${k}) is below u`);
        assert.ok(binomialCdf(k - 1, n, p) < u + 1e-9, `P(X <= ${k - 1}) is not below u`);
      },
    ),
    { seed: 1, numRuns: 2000 },
  );
});

test("the limits of a binomial", () => {
  assert.is(binomialQuantile(0.5, 0, 0.5), 0);
  assert.is(binomialQuantile(0.999, 10, 0), 0);
  assert.is(binomialQuantile(0.001, 10, 1), 10);
});

test("a Poisson quantile is where the distribution function passes u, for small means and large", () => {
  for (const mean of [0, 0.01, 1, 30, 450, 20_000]) {
    const table = poissonTable(mean);
    for (const u of [1e-9, 0.001, 0.3, 0.5, 0.9, 0.999999]) {
      const k = poissonQuantile(table, u);
      assert.ok(poissonCdf(mean, k) >= u - 1e-9 && poissonCdf(mean, k - 1) < u + 1e-9, `mean ${mean}, u ${u}: ${k}`);
    }
  }
});

test.run();
