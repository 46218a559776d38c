import { InputError, requireNumber } from "../errors";
import { logGamma } from "./gamma";

/** ln B(a, b) = ln Γ(a) + ln Γ(b) − ln Γ(a + b), a and b above 0. */
export function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** Where a point lies in a beta distribution; the smaller tail keeps its relative precision. */
export interface BetaPoint {
  /** P(X <= x) */
  below: number;
  /** P(X > x) */
  above: number;
  /** xᵃ (1 − x)ᵇ / B(a, b): the density times x (1 − x), which is the density of the log-odds ln(x / (1 − x)). */
  kernel: number;
}

/**
 * Both tails and the density of X ~ Beta(a, b) at x in [0, 1], a and b above 0.
 *
 * The continued fraction of the incomplete beta function (DLMF 8.17.22) by the modified Lentz method, on the side of
 * the mean where it converges fast; the other tail is its complement.
 * Throws {@link InputError} for a shape that isn't above 0 and for x outside [0, 1].
 */
export function betaPoint(x: number, a: number, b: number): BetaPoint {
  requireNumber(x, "x", 0, 1);
  if (!(a > 0 && b > 0))
    throw new InputError("a beta distribution's shapes are above 0", { value: [a, b], place: "a, b" });
  if (x === 0) return { below: 0, above: 1, kernel: 0 };
  if (x === 1) return { below: 1, above: 0, kernel: 0 };
  const kernel = betaKernel(x, a, b);
  if (x < (a + 1) / (a + b + 2)) {
    const below = Math.min(1, (kernel / a) * betaFraction(x, a, b));
    return { below, above: 1 - below, kernel };
  }
  const above = Math.min(1, (kernel / b) * betaFraction(1 - x, b, a));
  return { below: 1 - above, above, kernel };
}

/** P(X <= x) of X ~ Beta(a, b): the regularised incomplete beta function. */
export function betaCdf(x: number, a: number, b: number): number {
  return betaPoint(x, a, b).below;
}

/**
 * xᵃ (1 − x)ᵇ / B(a, b) as a deviation from the mean p = a / (a + b), after Loader (2000): large shapes would lose
 * their digits in the difference of logarithms of gamma.
 */
function betaKernel(x: number, a: number, b: number): number {
  const n = a + b;
  const off = x - a / n;
  const logX = Math.abs(off) < 0.5 * (a / n) ? a * Math.log1p((off * n) / a) : a * Math.log((x * n) / a);
  const logRest = b * Math.log1p((-off * n) / b);
  const remainder = stirlingRemainder(a) + stirlingRemainder(b) - stirlingRemainder(n);
  return Math.sqrt((a / n) * (b / (2 * Math.PI))) * Math.exp(logX + logRest - remainder);
}

/** ln Γ(z) less Stirling's (z − ½) ln z − z + ½ ln 2π; its series' first dropped term is below 1e-16 from z = 30 on. */
function stirlingRemainder(z: number): number {
  if (z < 30) return logGamma(z) - ((z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI));
  const square = 1 / (z * z);
  return (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / z;
}

function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  let c = 1;
  let d = 1 - ((a + b) * x) / (a + 1);
  d = 1 / (Math.abs(d) < tiny ? tiny : d);
  let fraction = d;
  for (let m = 1; m < 100000; m++) {
    let change = 1;
    for (const numerator of [
      (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
      (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
    ]) {
      d = 1 + numerator * d;
      d = 1 / (Math.abs(d) < tiny ? tiny : d);
      c = 1 + numerator / c;
      if (Math.abs(c) < tiny) c = tiny;
      change = c * d;
      fraction *= change;
    }
    if (Math.abs(change - 1) < 1e-16) break;
  }
  return fraction;
}
