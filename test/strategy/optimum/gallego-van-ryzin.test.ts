import { test } from "uvu";
import * as assert from "uvu/assert";
import { exponentialResponse } from "../../../lib/strategy/market/demand";
import { createSale } from "../../../lib/strategy/market/sale";
import { solve } from "../../../lib/strategy/optimum/dynamic-programming";
import { gallegoVanRyzin } from "../../../lib/strategy/optimum/gallego-van-ryzin";

/** Exponential demand on a ladder so fine that only the length of a period separates it from the closed form. */
function discretised(options: { periods: number; stock: number; potential: number; salvage?: number; wave?: boolean }) {
  const { periods, stock, potential, salvage = 0, wave = false } = options;
  const levels = 240;
  const weights = Array.from({ length: periods }, (_, t) => (wave ? 1 + 0.8 * Math.sin((5 * (t + 0.5)) / periods) : 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return createSale({
    stock,
    listPrice: 6 + salvage,
    discounts: Array.from({ length: levels }, (_, level) => (level * (5.6 / (6 + salvage))) / levels),
    arrivals: weights.map((weight) => (potential * weight) / total),
    response: exponentialResponse({ conversion: 1, referencePrice: 0, sensitivity: 1 }),
    unitCost: 0,
    salvage,
  });
}

test("the closed form worked by hand", () => {
  // One unit, α = 1: V = ln(1 + A/e), p* = V + 1.
  const { value, price } = gallegoVanRyzin({ potential: 10, sensitivity: 1, stock: 1 });
  assert.ok(Math.abs(value - Math.log(1 + 10 / Math.E)) < 1e-14);
  assert.ok(Math.abs(price - value - 1) < 1e-14);
  // Two units, α = 2: V = ln(1 + x + x²/2) / 2, x = A/e.
  const x = 10 / Math.E;
  const two = gallegoVanRyzin({ potential: 10, sensitivity: 2, stock: 2 });
  assert.ok(Math.abs(two.value - Math.log(1 + x + (x * x) / 2) / 2) < 1e-14);
  assert.ok(Math.abs(two.price - (two.value - Math.log(1 + x) / 2 + 0.5)) < 1e-14);
});

test("limits: nothing to sell, nobody to come, plenty of stock", () => {
  assert.equal(gallegoVanRyzin({ potential: 5, sensitivity: 1, stock: 0 }), { value: 0, price: Infinity });
  assert.ok(Math.abs(gallegoVanRyzin({ potential: 0, sensitivity: 2, stock: 3, salvage: 4 }).value - 12) < 1e-14);
  // Without a limit of stock each buyer pays 1/α and A/e of them come.
  const plenty = gallegoVanRyzin({ potential: 100, sensitivity: 0.5, stock: 400 });
  assert.ok(Math.abs(plenty.value - 200 / Math.E) < 1e-10);
  assert.ok(Math.abs(plenty.price - 2) < 1e-10);
  assert.throws(() => gallegoVanRyzin({ potential: 1, sensitivity: 0, stock: 1 }), /sensitivity/);
});

test("it satisfies the Hamilton–Jacobi equation dV/dA = max over p of e^−αp (p − V(n) + V(n − 1))", () => {
  for (const [stock, potential, salvage] of [
    [1, 3, 0],
    [4, 20, 0],
    [6, 8, 0.7],
  ]) {
    const at = (units: number, a: number) =>
      gallegoVanRyzin({ potential: a, sensitivity: 1.3, stock: units, salvage }).value;
    const slope = (at(stock, potential + 1e-4) - at(stock, potential - 1e-4)) / 2e-4;
    const cost = at(stock, potential) - at(stock - 1, potential);
    const { price } = gallegoVanRyzin({ potential, sensitivity: 1.3, stock, salvage });
    const gain = (p: number) => Math.exp(-1.3 * p) * (p - cost);
    assert.ok(Math.abs(slope - gain(price)) < 1e-8);
    assert.ok(gain(price) > gain(price * 1.01) && gain(price) > gain(price * 0.99));
  }
});

test("backward induction converges to it from below, the error halving with the period's length", () => {
  for (const setting of [
    { stock: 4, potential: 12 },
    { stock: 4, potential: 12, wave: true },
    { stock: 3, potential: 30, salvage: 0.8 },
  ]) {
    const exact = gallegoVanRyzin({ ...setting, sensitivity: 1 }).value;
    const errors = [8, 16, 32, 64].map((periods) => exact - solve(discretised({ ...setting, periods })).value);
    errors.forEach((error, i) => {
      assert.ok(error > 0, `a fixed price within a period can't beat a free one: ${errors}`);
      if (i > 0) assert.ok(error < 0.6 * errors[i - 1] && error > 0.4 * errors[i - 1], `${errors}`);
    });
    assert.ok(errors[3] < 0.01 * exact, `${errors[3]} of ${exact}`);
  }
});

test("the ladder's price follows the closed form's", () => {
  const sale = discretised({ stock: 4, potential: 12, periods: 64 });
  const { policy } = solve(sale);
  for (const stock of [1, 2, 3, 4]) {
    const { price } = gallegoVanRyzin({ potential: 12, sensitivity: 1, stock });
    const shown = sale.prices[policy.levels[stock]];
    assert.ok(Math.abs(shown - price) < 0.06, `stock ${stock}: ${shown} and ${price}`);
  }
});

test.run();
