import { InputError } from "../../errors";
import { logGamma } from "../../statistics/gamma";
import { digamma } from "./digamma";
import { hypergeometric } from "./hypergeometric";
import { countEach, describeFit, maximumLikelihood } from "./maximum-likelihood";

/** What BG/NBD knows of each customer; times in one unit, counted from the first purchase. */
export interface RepeatHistory {
  /** Repeat purchases x, [customers]. */
  frequency: ArrayLike<number>;
  /** Time of the last purchase, 0 without repeats, [customers]. */
  recency: ArrayLike<number>;
  /** Time that the customer has been observed, T, [customers]. */
  age: ArrayLike<number>;
}

/** Parameters of BG/NBD, all above 0. */
export interface BgNbdParameters {
  /** Purchase rates vary by gamma(r, α): mean r / α purchases a unit of time while a customer is active. */
  r: number;
  alpha: number;
  /** The chance to leave after a purchase varies by beta(a, b): mean a / (a + b). */
  a: number;
  b: number;
}

/** One customer's history: repeat purchases, time of the last, time observed. */
export interface OneHistory {
  frequency: number;
  recency: number;
  age: number;
}

/** A fitted BG/NBD model. */
export interface BgNbd extends BgNbdParameters {
  standardErrors: BgNbdParameters;
  logLikelihood: number;
  customers: number;
  iterations: number;
}

/**
 * Fits BG/NBD by maximum likelihood (Fader, Hardie and Lee 2005, "Counting your customers" the easy way, Marketing Science
 * 24(2), equation 6):
 *
 * L = B-term × [ (1/(α+T))^(r+x) + 1{x>0} · a/(b+x−1) · (1/(α+tₓ))^(r+x) ], with the B-term
 * Γ(r+x) α^r / Γ(r) · Γ(a+b) Γ(b+x) / (Γ(b) Γ(a+b+x)).
 *
 * Standard errors come from the observed information. Throws {@link InputError} for a history that can't be, and
 * {@link FlashlabError} where the data don't determine the parameters (nobody returns, nobody leaves).
 */
export function fitBgNbd(history: RepeatHistory): BgNbd {
  check(history);
  const customers = history.frequency.length;
  const counts = countEach(history.frequency);
  const likelihood = (p: Float64Array, gradient: Float64Array) => logLikelihood(history, counts, p, gradient);
  return describeFit(maximumLikelihood(likelihood, [1, mean(history.age), 1, 1], customers), named, customers);
}

/** P(still active | history), equation 10's denominator; 1 without a repeat purchase, for only a purchase can be the last. */
export function probabilityAlive(model: BgNbdParameters, { frequency, recency, age }: OneHistory): number {
  if (frequency === 0) return 1;
  const odds = Math.log(model.a / (model.b + frequency - 1));
  return 1 / (1 + Math.exp(odds + (model.r + frequency) * Math.log((model.alpha + age) / (model.alpha + recency))));
}

/**
 * Expected purchases in the `time` after a customer's observed time (equation 10); for a customer seen first just now
 * (frequency, recency and age 0) it is equation 9.
 *
 * Differs from the paper in form: Euler's transformation (DLMF 15.8.1) gives
 * (1 − z)^(r+x) ₂F₁(r+x, b+x; a+b+x−1; z) = (1 − z)^(a−1) ₂F₁(a+b−1−r, a−1; a+b+x−1; z), z = time / (α + T + time),
 * which doesn't overflow for frequent customers. At a = 1 the mean of a = 1 ± 1e-4 is taken.
 */
export function expectedPurchases(model: BgNbdParameters, history: OneHistory, time: number): number {
  if (!(time >= 0)) throw new InputError("a time ahead is at least 0", { value: time, place: "time" });
  if (Math.abs(model.a - 1) < 1e-6)
    return [1 - 1e-4, 1 + 1e-4].reduce((sum, a) => sum + expectedPurchases({ ...model, a }, history, time) / 2, 0);
  const { r, alpha, a, b } = model;
  const z = time / (alpha + history.age + time);
  const c = a + b + history.frequency - 1;
  // c falls below 0 only where a + b < 1 and nothing was repeated; one term of the recurrence in the paper's form then.
  const survival = c > 0 ? (1 - z) ** (a - 1) * hypergeometric(a + b - 1 - r, a - 1, c, z) : negativeCase(model, z);
  return (c / (a - 1)) * (1 - survival) * probabilityAlive(model, history);
}

/**
 * (1 − z)^r ₂F₁(r, b; c; z) for x = 0 and c = a + b − 1 below 0, by the relation ₂F₁(r, b; c) = ₂F₁(r, b; c+1) +
 * r b z / (c (c+1)) ₂F₁(r+1, b+1; c+2), whose series have denominators above 0.
 */
function negativeCase({ r, a, b }: BgNbdParameters, z: number): number {
  const c = a + b - 1;
  const next = hypergeometric(r, b, c + 1, z);
  return (1 - z) ** r * (next + ((r * b * z) / (c * (c + 1))) * hypergeometric(r + 1, b + 1, c + 2, z));
}

function logLikelihood(
  { frequency, recency, age }: RepeatHistory,
  counts: Map<number, number>,
  [r, alpha, a, b]: Float64Array,
  gradient: Float64Array,
): number {
  gradient.fill(0);
  let sum = 0;
  // The terms of x alone, once for each x.
  for (const [x, customers] of counts) {
    const start = logGamma(a + b) - logGamma(b) - logGamma(r) + r * Math.log(alpha);
    sum += customers * (start + logGamma(r + x) + logGamma(b + x) - logGamma(a + b + x));
    const both = digamma(a + b) - digamma(a + b + x);
    gradient[0] += customers * (Math.log(alpha) - digamma(r) + digamma(r + x));
    gradient[1] += (customers * r) / alpha;
    gradient[2] += customers * both;
    gradient[3] += customers * (both - digamma(b) + digamma(b + x));
  }
  for (let row = 0; row < frequency.length; row++) {
    const x = frequency[row];
    const logSeen = Math.log(alpha + age[row]);
    const logLast = Math.log(alpha + recency[row]);
    const stayed = -(r + x) * logSeen;
    const left = x > 0 ? Math.log(a / (b + x - 1)) - (r + x) * logLast : -Infinity;
    const high = Math.max(stayed, left);
    const total = high + Math.log(Math.exp(stayed - high) + Math.exp(left - high));
    const alive = Math.exp(stayed - total);
    const gone = 1 - alive;
    sum += total;
    gradient[0] -= alive * logSeen + gone * logLast;
    gradient[1] -= (r + x) * (alive / (alpha + age[row]) + gone / (alpha + recency[row]));
    if (x === 0) continue;
    gradient[2] += gone / a;
    gradient[3] -= gone / (b + x - 1);
  }
  return sum;
}

function check({ frequency, recency, age }: RepeatHistory): void {
  if (frequency.length === 0) throw new InputError("there are no customers", { place: "frequency" });
  for (const [name, values] of Object.entries({ recency, age }))
    if (values.length !== frequency.length)
      throw new InputError(`there are ${frequency.length} customers`, { value: values.length, place: name });
  for (let row = 0; row < frequency.length; row++) {
    const [x, last, seen] = [frequency[row], recency[row], age[row]];
    if (!(Number.isInteger(x) && x >= 0 && last >= 0 && last <= seen && seen < Infinity && (x > 0 || last === 0)))
      throw new InputError("frequency is a count, recency from 0 to age, and 0 without a repeat purchase", {
        value: { frequency: x, recency: last, age: seen },
        place: `customer ${row}`,
      });
  }
}

function named([r, alpha, a, b]: Float64Array): BgNbdParameters {
  return { r, alpha, a, b };
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return Math.max(sum / values.length, 1e-3);
}
