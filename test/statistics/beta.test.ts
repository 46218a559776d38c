import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/errors";
import { betaCdf, betaPoint, logBeta } from "../../lib/statistics/beta";
import oracle from "./oracles/beta-and-draws.json";

test("both tails agree with 40-digit arithmetic in relative terms", () => {
  for (const [a, b, x, below, above] of oracle.tails) {
    const point = betaPoint(x, a, b);
    // 1 − x is rounded to 2^-53, which moves a tail by the density times as much; besides some hundreds of roundings.
    const shift = (4 * 2 ** -53 * point.kernel) / (x * (1 - x));
    assert.ok(Math.abs(point.below - below) <= 5e-14 * below + shift, `P(X <= ${x}) of (${a}, ${b}): ${point.below}`);
    assert.ok(Math.abs(point.above - above) <= 5e-14 * above + shift, `P(X > ${x}) of (${a}, ${b}): ${point.above}`);
  }
});

test("closed forms: beta(1, 1), beta(a, 1) and the binomial tail", () => {
  const close = (actual: number, expected: number) =>
    assert.ok(Math.abs(actual - expected) < 1e-13, `${actual} ${expected}`);
  for (const x of [0, 1e-9, 0.2, 0.5, 0.999, 1]) {
    close(betaCdf(x, 1, 1), x);
    close(betaCdf(x, 7, 1), x ** 7);
    // P(X <= x) of Beta(3, 2) is P(at least 3 of 4 successes).
    close(betaCdf(x, 3, 2), 4 * x ** 3 * (1 - x) + x ** 4);
  }
  close(logBeta(3, 2), Math.log(1 / 12));
});

test("the tails sum to 1, mirror each other and rise with x", () => {
  const shape = fc.double({ min: 0.05, max: 5000, noNaN: true });
  fc.assert(
    fc.property(shape, shape, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, x) => {
      const { below, above } = betaPoint(x, a, b);
      assert.ok(Math.abs(below + above - 1) < 1e-12);
      assert.ok(below >= 0 && above >= 0);
      assert.ok(betaCdf(Math.min(1, x + 0.01), a, b) >= below - 1e-12);
    }),
  );
});

test("a point outside [0, 1] is refused", () => {
  assert.throws(
    () => betaCdf(1.5, 1, 1),
    (error: unknown) => error instanceof InputError,
  );
  assert.throws(
    () => betaCdf(0.5, 0, 1),
    (error: unknown) => error instanceof InputError,
  );
});

test.run();
