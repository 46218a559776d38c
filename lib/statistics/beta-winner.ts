import { FlashlabError, InputError, requireInteger } from "../errors";
import type { Random } from "../random";
import { type BetaPoint, betaPoint } from "./beta";

/** Which places to tell apart, beside the shapes of the beta variables. */
export interface PlaceOptions {
  /** How many of the largest are wanted: 1 (the default) for the winner alone, 3 for a list of three. */
  places?: number;
}

/**
 * The probability that each of several independent beta variables is the largest, the second largest, …: the choice
 * probabilities of Thompson sampling, where arm i's chance of success is believed to be Beta(αᵢ, βᵢ) and a list of
 * `places` arms is filled by the largest draws in order.
 *
 * P(i in place k) = ∫ fᵢ(x) · P(exactly k − 1 of the others exceed x) dx. The probability inside is a Poisson binomial,
 * kept up to `places` terms by convolution. The integral is taken over the log-odds t = ln(x / (1 − x)), where the
 * integrand is smooth and falls off exponentially on both sides, so that the trapezoidal rule converges
 * exponentially (Trefethen and Weideman 2014): the error is near rounding, checked by each place summing to 1.
 *
 * @param alpha successes, [arms], each above 0
 * @param beta failures, [arms], each above 0
 * @returns [places × arms], row by row; each row sums to 1 and is the policy of its place.
 * Throws {@link InputError} for shapes that aren't positive and for more places than arms.
 */
export function placeProbabilities(
  alpha: ArrayLike<number>,
  beta: ArrayLike<number>,
  options: PlaceOptions = {},
): Float64Array {
  const { arms, places } = check(alpha, beta, options);
  let narrowest = Infinity;
  for (let i = 0; i < arms; i++) narrowest = Math.min(narrowest, 1 / alpha[i] + 1 / beta[i]);
  const step = Math.sqrt(narrowest) / 6;
  const exceed = new Exceedance(alpha, beta, places);
  const low = crossing(exceed, ({ few }) => few > 1e-16);
  const high = crossing(exceed, ({ none }) => none > 1 - 1e-15);
  const points = Math.ceil((high - low) / step) + 1;
  if (points > 4e6)
    throw new FlashlabError("the arms' beliefs are of too different widths to integrate on one grid", {
      value: `${points} points`,
      remedy: "Use samplePlaceProbabilities, or group the arms.",
    });
  const result = new Float64Array(arms * places);
  for (let point = 0; point < points; point++) {
    exceed.moveTo(low + point * step);
    for (let i = 0; i < arms; i++) {
      const mass = step * exceed.density[i];
      if (mass > 0) for (let k = 0; k < places; k++) result[k * arms + i] += mass * exceed.others(i, k);
    }
  }
  for (let k = 0; k < places; k++) {
    let total = 0;
    for (let i = 0; i < arms; i++) total += result[k * arms + i];
    if (Math.abs(total - 1) > 1e-9)
      throw new FlashlabError("the probabilities of a place don't sum to 1", {
        value: total,
        place: `place ${k + 1}`,
        remedy: "Use samplePlaceProbabilities for these shapes.",
      });
  }
  return result;
}

/**
 * {@link placeProbabilities} by simulation: the share of `draws` in which each arm took each place. Its standard
 * error is √(p (1 − p) / draws).
 */
export function samplePlaceProbabilities(
  alpha: ArrayLike<number>,
  beta: ArrayLike<number>,
  options: PlaceOptions & { draws: number; random: Pick<Random, "beta"> },
): Float64Array {
  const { arms, places } = check(alpha, beta, options);
  const draws = requireInteger(options.draws, "draws", 1);
  const result = new Float64Array(arms * places);
  const values = new Float64Array(places);
  const winners = new Int32Array(places);
  for (let draw = 0; draw < draws; draw++) {
    values.fill(-1);
    for (let i = 0; i < arms; i++) {
      const value = options.random.beta(alpha[i], beta[i]);
      if (value <= values[places - 1]) continue;
      let k = places - 1;
      for (; k > 0 && values[k - 1] < value; k--) {
        values[k] = values[k - 1];
        winners[k] = winners[k - 1];
      }
      values[k] = value;
      winners[k] = i;
    }
    for (let k = 0; k < places; k++) result[k * arms + winners[k]]++;
  }
  return result.map((count) => count / draws);
}

function check(alpha: ArrayLike<number>, beta: ArrayLike<number>, { places = 1 }: PlaceOptions) {
  const arms = alpha.length;
  if (arms === 0 || beta.length !== arms)
    throw new InputError("alpha and beta have one shape for each arm", { value: [arms, beta.length], place: "beta" });
  for (let i = 0; i < arms; i++)
    if (!(alpha[i] > 0 && beta[i] > 0 && alpha[i] < Infinity && beta[i] < Infinity))
      throw new InputError("a beta distribution's shapes are above 0", {
        value: [alpha[i], beta[i]],
        place: `arm ${i}`,
      });
  return { arms, places: requireInteger(places, "places", 1, arms) };
}

/** How many of the arms exceed a point: a Poisson binomial cut at `places` terms, for all arms and leaving one out. */
class Exceedance {
  /** Each arm's density of the log-odds at the point. */
  readonly density: Float64Array;
  private readonly arms: number;
  /** before[i]: the distribution over arms 0 … i − 1; after[i]: over arms i … arms − 1; [(arms + 1) × places]. */
  private readonly before: Float64Array;
  private readonly after: Float64Array;

  constructor(
    private readonly alpha: ArrayLike<number>,
    private readonly beta: ArrayLike<number>,
    private readonly places: number,
  ) {
    this.arms = alpha.length;
    this.density = new Float64Array(this.arms);
    this.before = new Float64Array((this.arms + 1) * places);
    this.after = new Float64Array((this.arms + 1) * places);
    this.before[0] = 1;
    this.after[this.arms * places] = 1;
  }

  /** Computes the distributions at log-odds `t`. */
  moveTo(t: number): void {
    const { arms, places, before, after } = this;
    const tails = Array.from({ length: arms }, (_, i) => atLogOdds(t, this.alpha[i], this.beta[i]));
    tails.forEach(({ kernel }, i) => {
      this.density[i] = kernel;
    });
    for (let i = 0; i < arms; i++)
      for (let k = 0; k < places; k++) {
        const fewer = k === 0 ? 0 : before[i * places + k - 1];
        before[(i + 1) * places + k] = before[i * places + k] * tails[i].below + fewer * tails[i].above;
      }
    for (let i = arms - 1; i >= 0; i--)
      for (let k = 0; k < places; k++) {
        const fewer = k === 0 ? 0 : after[(i + 1) * places + k - 1];
        after[i * places + k] = after[(i + 1) * places + k] * tails[i].below + fewer * tails[i].above;
      }
  }

  /** P(exactly `count` arms other than `arm` exceed the point). */
  others(arm: number, count: number): number {
    const { places, before, after } = this;
    let sum = 0;
    for (let k = 0; k <= count; k++) sum += before[arm * places + k] * after[(arm + 1) * places + count - k];
    return sum;
  }

  /** P(fewer than `places` arms exceed the point) and P(none does). */
  summary(): { few: number; none: number } {
    const end = this.before.subarray(this.arms * this.places);
    return { few: end.reduce((sum, p) => sum + p, 0), none: end[0] };
  }
}

/** A beta at x = 1 / (1 + exp(−t)), told from the end that x lies nearer to, so that none of it rounds away. */
function atLogOdds(t: number, a: number, b: number): BetaPoint {
  if (t <= 0) return betaPoint(1 / (1 + Math.exp(-t)), a, b);
  const { below, above, kernel } = betaPoint(1 / (1 + Math.exp(t)), b, a);
  return { below: above, above: below, kernel };
}

/** The log-odds from which on a condition holds, to within 0.01, by bisection. */
function crossing(exceed: Exceedance, holds: (summary: { few: number; none: number }) => boolean): number {
  let low = -700;
  let high = 700;
  while (high - low > 0.01) {
    const middle = (low + high) / 2;
    exceed.moveTo(middle);
    if (holds(exceed.summary())) high = middle;
    else low = middle;
  }
  return high;
}
