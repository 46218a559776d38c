import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/errors";
import { logGamma, lowerGamma, upperGamma } from "../../lib/statistics/gamma";

const close = (actual: number, expected: number, relative: number) =>
  assert.ok(
    Math.abs(actual - expected) <= relative * Math.max(Math.abs(expected), 1e-300),
    `${actual} is not ${expected} within ${relative}`,
  );

test("logGamma of whole numbers is the logarithm of factorials", () => {
  let factorial = 1;
  for (let n = 1; n <= 22; n++) {
    // Γ(n) = (n − 1)!, exact in doubles up to 22!. Bringing n up to 12 subtracts numbers near 30: four of their roundings.
    const error = Math.abs(logGamma(n) - Math.log(factorial));
    assert.ok(error <= 4 * 30 * 2 ** -53 * Math.max(1, Math.log(factorial)), `n = ${n}: ${error}`);
    factorial *= n;
  }
});

test("logGamma of halves: Γ(1/2) = √π, and the reflection formula", () => {
  close(logGamma(0.5), Math.log(Math.sqrt(Math.PI)), 1e-14);
  for (const x of [0.01, 0.1, 0.25, 0.4, 0.73])
    close(logGamma(x) + logGamma(1 - x), Math.log(Math.PI / Math.sin(Math.PI * x)), 1e-13);
});

test("logGamma satisfies Legendre's duplication formula", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.05, max: 500, noNaN: true }), (x) => {
      const left = logGamma(x) + logGamma(x + 0.5);
      const right = (1 - 2 * x) * Math.LN2 + 0.5 * Math.log(Math.PI) + logGamma(2 * x);
      assert.ok(Math.abs(left - right) <= 1e-13 * (1 + Math.abs(left) + 2 * x));
    }),
  );
});

test("the upper incomplete gamma at a whole shape is a Poisson sum", () => {
  for (const mean of [0.1, 1, 3.7, 20, 80]) {
    let term = Math.exp(-mean);
    let sum = term;
    for (let k = 1; k <= 120; k++) {
      close(upperGamma(k, mean), sum, 2e-12);
      term *= mean / k;
      sum += term;
    }
  }
});

test("the exponential and the chi-square with one degree of freedom are special cases", () => {
  for (const x of [0.001, 0.5, 1, 4, 30]) close(upperGamma(1, x), Math.exp(-x), 1e-13);
  // P(χ²₁ > 3.841458820694124) = 0.05, the 95 % point of tables.
  close(upperGamma(0.5, 3.841458820694124 / 2), 0.05, 1e-13);
});

test("lower and upper sum to 1, and the lower keeps its digits near 0", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 200, noNaN: true }),
      fc.double({ min: 0, max: 400, noNaN: true }),
      (a, x) => {
        assert.ok(Math.abs(lowerGamma(a, x) + upperGamma(a, x) - 1) < 1e-13);
      },
    ),
  );
  // P(20, 0.1) = 0.1^20 e^−0.1 / 20! · (1 + 0.1/21 + …), by hand.
  close(
    lowerGamma(20, 0.1),
    (1e-20 * Math.exp(-0.1) * (1 + 0.1 / 21 + 0.01 / (21 * 22) + 1e-3 / (21 * 22 * 23))) / 2432902008176640000,
    1e-8,
  );
});

test("arguments outside the domain are refused", () => {
  assert.throws(
    () => logGamma(0),
    (error: unknown) => error instanceof InputError,
  );
  assert.throws(
    () => upperGamma(-1, 1),
    (error: unknown) => error instanceof InputError,
  );
  assert.throws(
    () => lowerGamma(1, -1),
    (error: unknown) => error instanceof InputError,
  );
  assert.throws(
    () => upperGamma(1, Number.NaN),
    (error: unknown) => error instanceof InputError,
  );
});

test.run();
