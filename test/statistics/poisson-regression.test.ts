import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/errors";
import { createRandom } from "../../lib/random";
import { poissonRegression, standardErrors } from "../../lib/statistics/poisson-regression";
import oracle from "./oracles/poisson-regression.json";

const fit = () =>
  poissonRegression({
    counts: oracle.buyers,
    terms: { "ln price": oracle.log_price, weekend: oracle.weekend },
    exposure: oracle.visitors,
  });

const near = (actual: ArrayLike<number>, expected: number[], relative: number, what: string) => {
  assert.is(actual.length, expected.length, what);
  for (let i = 0; i < expected.length; i++)
    assert.ok(
      Math.abs(actual[i] - expected[i]) <= relative * Math.abs(expected[i]) + 1e-14,
      `${what}[${i}]: ${actual[i]} is not ${expected[i]}`,
    );
};

test("estimates, likelihood and dispersion are those of statsmodels", () => {
  const result = fit();
  assert.equal(result.terms, ["intercept", "ln price", "weekend"]);
  near(result.coefficients, oracle.coefficients, 1e-10, "coefficients");
  near(result.fitted, oracle.fitted, 1e-10, "fitted");
  near([result.deviance], [oracle.deviance], 1e-10, "deviance");
  near([result.logLikelihood], [oracle.log_likelihood], 1e-10, "log likelihood");
  near([result.dispersion], [oracle.dispersion], 1e-10, "dispersion");
});

test("plain, White's and Newey and West's covariances are those of statsmodels", () => {
  const result = fit();
  near(result.covariance, oracle.covariance, 1e-8, "covariance");
  near(result.robustCovariance(), oracle.white, 1e-8, "White");
  near(result.robustCovariance(7), oracle.newey_west, 1e-8, "Newey-West");
});

test("an intercept alone gives the mean rate and its textbook error", () => {
  const counts = [3, 0, 5, 2, 10];
  const exposure = [1, 2, 3, 1, 4];
  const result = poissonRegression({ counts, terms: {}, exposure });
  assert.ok(Math.abs(Math.exp(result.coefficients[0]) - 20 / 11) < 1e-12);
  // The information about ln λ is the expected count, 20.
  assert.ok(Math.abs(standardErrors(result.covariance)[0] - 1 / Math.sqrt(20)) < 1e-12);
});

test("known parameters are covered by their intervals as often as they should be", () => {
  const random = createRandom("coverage");
  const repeats = 400;
  let covered = 0;
  for (let repeat = 0; repeat < repeats; repeat++) {
    const x = Float64Array.from({ length: 60 }, () => random.normal());
    const counts = x.map((value) => random.poisson(Math.exp(1 - 0.7 * value)));
    const result = poissonRegression({ counts, terms: { x } });
    if (Math.abs(result.coefficients[1] + 0.7) < 1.96 * standardErrors(result.covariance)[1]) covered++;
  }
  // 400 tries at 95 %: 380 expected, standard deviation 4.4; three and a half of them either way.
  assert.ok(covered > 364 && covered < 396, `${covered} of ${repeats}`);
});

test("bad input is named", () => {
  const counts = [1, 2, 3];
  const refused = (pattern: RegExp, work: () => unknown) =>
    assert.throws(work, (error: unknown) => error instanceof InputError && pattern.test(error.message));
  refused(/counts\[1\]/, () => poissonRegression({ counts: [1, -2, 3], terms: {} }));
  refused(/3.*at price/s, () => poissonRegression({ counts, terms: { price: [1, 2] } }));
  refused(/price\[2\]/, () => poissonRegression({ counts, terms: { price: [1, 2, Number.NaN] } }));
  refused(/exposure\[0\]/, () => poissonRegression({ counts, terms: {}, exposure: [0, 1, 1] }));
  refused(/at exposure/, () => poissonRegression({ counts, terms: {}, exposure: [1] }));
  refused(/all counts are 0/, () => poissonRegression({ counts: [0, 0], terms: {} }));
  refused(/not positive definite/, () => poissonRegression({ counts, terms: { a: [1, 2, 4], b: [2, 4, 8] } }));
});

test("a term whose rows all have count 0 has no finite estimate, and says so", () => {
  assert.throws(
    () => poissonRegression({ counts: [4, 6, 5, 0, 0], terms: { closed: [0, 0, 0, 1, 1] } }),
    /no finite maximum at closed/,
  );
});

test.run();
