import { InputError } from "../errors";

/** Stirling's series: B(2k) / (2k (2k − 1)), k = 1 … 8. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400];

/**
 * The logarithm of the gamma function, ln Γ(x), for x > 0.
 *
 * Stirling's series from x = 12 on (its first dropped term is below 1e-17 there), brought there by
 * Γ(x) = Γ(x + 1) / x. Throws {@link InputError} for x <= 0.
 */
export function logGamma(x: number): number {
  if (!(x > 0)) throw new InputError("the logarithm of gamma is taken above 0", { value: x, place: "x" });
  let product = 1;
  let z = x;
  while (z < 12) product *= z++;
  const inverse = 1 / z;
  const square = inverse * inverse;
  let series = 0;
  for (let k = STIRLING.length - 1; k >= 0; k--) series = series * square + STIRLING[k];
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series * inverse - Math.log(product);
}

/**
 * The regularised upper incomplete gamma function Q(a, x) = Γ(a, x) / Γ(a), a > 0, x >= 0; in [0, 1].
 *
 * It is the tail of the distributions built on gamma: a Poisson count of mean x is at most k with probability
 * Q(k + 1, x); a chi-square with d degrees of freedom is above c with probability Q(d / 2, c / 2).
 * Power series below x = a + 1, the continued fraction by the modified Lentz method above (DLMF 8.7.1 and 8.9.2).
 */
export function upperGamma(a: number, x: number): number {
  requireArguments(a, x);
  if (x === 0) return 1;
  if (x === Infinity) return 0;
  return x < a + 1 ? 1 - scale(a, x) * lowerSeries(a, x) : scale(a, x) * upperFraction(a, x);
}

/** The regularised lower incomplete gamma function P(a, x) = 1 − Q(a, x), without the loss of digits near 0. */
export function lowerGamma(a: number, x: number): number {
  requireArguments(a, x);
  if (x === 0) return 0;
  if (x === Infinity) return 1;
  return x < a + 1 ? scale(a, x) * lowerSeries(a, x) : 1 - scale(a, x) * upperFraction(a, x);
}

function requireArguments(a: number, x: number): void {
  if (!(a > 0)) throw new InputError("the shape of an incomplete gamma is above 0", { value: a, place: "a" });
  if (!(x >= 0)) throw new InputError("an incomplete gamma is taken at 0 or above", { value: x, place: "x" });
}

/** x^a e^−x / Γ(a), which both expansions share. */
function scale(a: number, x: number): number {
  return Math.exp(a * Math.log(x) - x - logGamma(a));
}

function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = Infinity;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; ; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / guard(numerator * d + b);
    c = guard(b + numerator / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-16 || n > 10000) return fraction;
  }
}

function guard(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value;
}
