import { InputError } from "../errors";
import { upperGamma } from "./gamma";

/** The standard normal distribution function Φ(x); accurate in relative terms in the lower tail too. */
export function normalCdf(x: number): number {
  const tail = 0.5 * upperGamma(0.5, 0.5 * x * x);
  return x < 0 ? tail : 1 - tail;
}

/**
 * The standard normal quantile Φ⁻¹(p), p in (0, 1): Newton steps with Halley's correction on {@link normalCdf} from
 * the start of Abramowitz and Stegun 26.2.23 (error below 4.5e-4), which three steps bring to machine precision.
 * Throws {@link InputError} for p outside (0, 1).
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1))
    throw new InputError("a normal quantile needs a probability in (0, 1)", { value: p, place: "p" });
  if (p > 0.5) return -normalQuantile(1 - p);
  const t = Math.sqrt(-2 * Math.log(p));
  let x = -(t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))));
  for (let step = 0; step < 3; step++) {
    const slope = Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
    const miss = (normalCdf(x) - p) / slope;
    x -= miss / (1 + 0.5 * x * miss);
  }
  return x;
}
