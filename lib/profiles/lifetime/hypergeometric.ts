import { FlashlabError, InputError } from "../../errors";

/**
 * Gauss's hypergeometric function ₂F₁(a, b; c; z) = Σ (a)ₙ (b)ₙ / (c)ₙ zⁿ / n! (DLMF 15.2.1), for z in [0, 1) and c > 0, by
 * its series: about 37 / −ln z terms, so meant for z up to 0.9999. Throws {@link InputError} for other arguments.
 */
export function hypergeometric(a: number, b: number, c: number, z: number): number {
  if (!(z >= 0 && z < 1 && c > 0))
    throw new InputError("the hypergeometric series needs z in [0, 1) and c above 0", { value: [a, b, c, z] });
  let term = 1;
  let sum = 1;
  for (let n = 0; n < 1e7; n++) {
    const ratio = (((a + n) * (b + n)) / ((c + n) * (n + 1))) * z;
    term *= ratio;
    sum += term;
    if (Math.abs(term) <= 1e-17 * (1 - z) * Math.abs(sum) && Math.abs(ratio) < 1) return sum;
  }
  throw new FlashlabError("the hypergeometric series does not settle", { value: [a, b, c, z] });
}
