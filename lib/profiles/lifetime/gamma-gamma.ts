import { InputError } from "../../errors";
import { logGamma } from "../../statistics/gamma";
import { digamma } from "./digamma";
import { countEach, describeFit, maximumLikelihood } from "./maximum-likelihood";

/** What Gamma-Gamma knows of customers who came back. */
export interface SpendHistory {
  /** Purchases that the mean is of, above 0, [customers]. */
  frequency: ArrayLike<number>;
  /** Their mean value in money, above 0, [customers]. */
  value: ArrayLike<number>;
}

/** Parameters of Gamma-Gamma, all above 0. */
export interface GammaGammaParameters {
  /** A customer's purchases vary by gamma(p, ν) … */
  p: number;
  /** … and ν between customers by gamma(q, v). */
  q: number;
  v: number;
}

/** A fitted Gamma-Gamma model. */
export interface GammaGamma extends GammaGammaParameters {
  standardErrors: GammaGammaParameters;
  logLikelihood: number;
  customers: number;
  iterations: number;
}

/**
 * Fits the Gamma-Gamma model of spend by maximum likelihood (Fader and Hardie 2013, "The Gamma-Gamma model of monetary
 * value", equation 1a): the density of a mean m of x purchases is
 * Γ(px+q) / (Γ(px) Γ(q)) · v^q m^(px−1) x^(px) / (v + m x)^(px+q).
 *
 * It takes spend to be independent of how often one buys. Customers without a repeat purchase, or whose purchases cost nothing,
 * say nothing: leave them out. Throws {@link InputError} for a frequency or value that isn't above 0.
 */
export function fitGammaGamma(history: SpendHistory): GammaGamma {
  const { frequency, value } = history;
  const customers = frequency.length;
  if (customers === 0 || value.length !== customers)
    throw new InputError("there is a mean value for each customer", { value: value.length, place: "value" });
  let mean = 0;
  for (let row = 0; row < customers; row++) {
    if (!(frequency[row] > 0 && value[row] > 0 && value[row] < Infinity && frequency[row] < Infinity))
      throw new InputError("frequency and value are above 0", {
        value: [frequency[row], value[row]],
        place: `customer ${row}`,
        remedy: "Leave out customers without a repeat purchase, and free purchases.",
      });
    mean += value[row] / customers;
  }
  const counts = countEach(frequency);
  const likelihood = (p: Float64Array, gradient: Float64Array) => logLikelihood(history, counts, p, gradient);
  return describeFit(maximumLikelihood(likelihood, [2, 2, mean], customers), named, customers);
}

/**
 * A customer's expected mean spend per purchase, p (v + x m) / (p x + q − 1) (equation 5): between what they spent and what
 * everybody spends. Without a repeat purchase it is everybody's, p v / (q − 1). Throws {@link InputError} where that is
 * infinite (p x + q <= 1).
 */
export function expectedSpend({ p, q, v }: GammaGammaParameters, frequency: number, value: number): number {
  const weight = p * frequency + q - 1;
  if (weight > 0) return (p * (v + (frequency > 0 ? frequency * value : 0))) / weight;
  throw new InputError("expected spend is infinite for q of at most 1 without repeat purchases", {
    value: q,
    place: "q",
  });
}

function logLikelihood(
  { frequency, value }: SpendHistory,
  counts: Map<number, number>,
  [p, q, v]: Float64Array,
  gradient: Float64Array,
): number {
  gradient.fill(0);
  let sum = 0;
  // The terms of x alone, once for each x.
  for (const [x, customers] of counts) {
    const ends = logGamma(p * x + q) - logGamma(p * x) - logGamma(q);
    sum += customers * (ends + q * Math.log(v) + p * x * Math.log(x));
    const both = digamma(p * x + q);
    gradient[0] += customers * x * (both - digamma(p * x) + Math.log(x));
    gradient[1] += customers * (both - digamma(q) + Math.log(v));
    gradient[2] += (customers * q) / v;
  }
  for (let row = 0; row < frequency.length; row++) {
    const x = frequency[row];
    const logMean = Math.log(value[row]);
    const logTotal = Math.log(x * value[row] + v);
    sum += (p * x - 1) * logMean - (p * x + q) * logTotal;
    gradient[0] += x * (logMean - logTotal);
    gradient[1] -= logTotal;
    gradient[2] -= (p * x + q) / (x * value[row] + v);
  }
  return sum;
}

function named([p, q, v]: Float64Array): GammaGammaParameters {
  return { p, q, v };
}
