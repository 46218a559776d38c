import { test } from "uvu";
import * as assert from "uvu/assert";
import { FlashlabError, InputError } from "../../lib/errors";
import { bfgs } from "../../lib/models/bfgs";

test("the bottom of Rosenbrock's valley is found, in two and in six dimensions", () => {
  for (const start of [
    [-1.2, 1],
    [-1.2, 1, -1.2, 1, -1.2, 1],
  ]) {
    const { x } = bfgs((at, gradient) => {
      let value = 0;
      gradient.fill(0);
      for (let i = 0; i + 1 < at.length; i += 2) {
        const [a, b] = [1 - at[i], at[i + 1] - at[i] ** 2];
        value += a * a + 100 * b * b;
        gradient[i] = -2 * a - 400 * at[i] * b;
        gradient[i + 1] = 200 * b;
      }
      return value;
    }, start);
    // The gradient is below 1e-9 and the smallest curvature is about 0.4.
    for (const part of x) assert.ok(Math.abs(part - 1) < 1e-8, `${x}`);
  }
});

test("a quadratic's minimum solves its linear system", () => {
  // ½ xᵀ A x − b x with A = [[4, 1], [1, 3]], b = [1, 2]: x = [1, 7] / 11.
  const { x, value } = bfgs(
    ([p, q], gradient) => {
      gradient[0] = 4 * p + q - 1;
      gradient[1] = p + 3 * q - 2;
      return 2 * p * p + p * q + 1.5 * q * q - p - 2 * q;
    },
    [10, -20],
  );
  assert.ok(Math.abs(x[0] - 1 / 11) < 1e-9 && Math.abs(x[1] - 7 / 11) < 1e-9);
  assert.ok(Math.abs(value + 15 / 22) < 1e-12);
});

test("walls of NaN and Infinity are stepped back from", () => {
  const { x } = bfgs(
    ([p], gradient) => {
      gradient[0] = 1 - 1e-3 / p;
      return p - 1e-3 * Math.log(p);
    },
    [5],
  );
  assert.ok(Math.abs(x[0] - 1e-3) < 1e-9, `${x[0]}`);
});

test("without a minimum, or a finite start, it says so", () => {
  const slope = (_: Float64Array, gradient: Float64Array) => gradient.fill(1)[0] * _[0];
  assert.throws(
    () => bfgs(slope, [0], { iterations: 20 }),
    (error: unknown) => error instanceof FlashlabError && /20 iterations/.test(error.message),
  );
  assert.throws(
    () => bfgs(() => Number.NaN, [0]),
    (error: unknown) => error instanceof InputError,
  );
});

test.run();
