import { InputError, requireInteger, requireNumber } from "../../errors";
import { logGamma } from "../../statistics/gamma";

/**
 * The closed form of Gallego and van Ryzin (1994, Management Science 40(8), section 2.3): prices may be any number
 * and change at any moment, buyers come as a Poisson process of rate λ(p) = a · exp(−α p).
 *
 *   V(n, A) = n s + (1 / α) ln Σ_{i = 0}^{n} (A e^{−α s} / e)^i / i!,    p*(n, A) = V(n, A) − V(n − 1, A) + 1 / α,
 *
 * where A = ∫ a is how many buyers the time left would bring at price 0 and s the salvage value. The paper's case is a
 * constant a and s = 0; a rate that varies over time is the same process on another clock, and a salvage value shifts
 * prices. Unit costs of the stock, being spent, are left out: subtract n · cost for the contribution margin.
 *
 * @param options.potential A, buyers to come at price 0; at least 0.
 * @param options.sensitivity α, relative loss of demand for one currency unit more price; above 0.
 * @param options.stock n, units left.
 * @param options.salvage s, default 0.
 * @returns value: expected revenue and salvage to come; price: the best price to show now (for n = 0: Infinity).
 */
export function gallegoVanRyzin(options: { potential: number; sensitivity: number; stock: number; salvage?: number }): {
  value: number;
  price: number;
} {
  const potential = requireNumber(options.potential, "potential", 0);
  const stock = requireInteger(options.stock, "stock", 0);
  const salvage = requireNumber(options.salvage ?? 0, "salvage");
  const sensitivity = options.sensitivity;
  if (!(sensitivity > 0 && sensitivity < Infinity))
    throw new InputError("a price sensitivity is above 0", { value: sensitivity, place: "sensitivity" });
  const effective = potential * Math.exp(-sensitivity * salvage - 1);
  const value = (units: number) => units * salvage + logExponentialSum(effective, units) / sensitivity;
  return {
    value: value(stock),
    price: stock === 0 ? Infinity : value(stock) - value(stock - 1) + 1 / sensitivity,
  };
}

/** ln Σ_{i = 0}^{n} x^i / i!, by the largest term first so that nothing overflows. */
function logExponentialSum(x: number, n: number): number {
  if (x === 0) return 0;
  const mode = Math.min(n, Math.floor(x));
  let sum = 1;
  let term = 1;
  for (let i = mode; i > 0; i--) {
    term *= i / x;
    sum += term;
  }
  term = 1;
  for (let i = mode + 1; i <= n; i++) {
    term *= x / i;
    sum += term;
  }
  return Math.log(sum) + (mode === 0 ? 0 : mode * Math.log(x) - logGamma(mode + 1));
}
