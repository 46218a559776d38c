import { requireNumber } from "../errors";

/** How an interaction's value becomes what alternating least squares believes of it. */
export interface Confidence {
  /** α of c = 1 + α |r|; 40, as in the paper's experiments, unless given. */
  alpha?: number;
  /** The confidence of a value of the interactions, instead of 1 + α |r|; at least 0. */
  confidence?(value: number): number;
}

/** The confidence of a value r. Throws InputError for a negative one, or one that isn't a number. */
export function confidenceOf(options: Confidence): (value: number) => number {
  const alpha = requireNumber(options.alpha ?? 40, "alpha", 0);
  const { confidence = (value) => 1 + alpha * Math.abs(value) } = options;
  return (value) => requireNumber(confidence(value), `confidence of ${value}`, 0);
}
