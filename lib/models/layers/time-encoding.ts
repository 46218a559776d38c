import { InputError, requireInteger } from "../../errors";

/** Settings of {@link encodeIntervals}. */
export interface TimeEncodingOptions {
  /** Numbers for each interval; even. */
  width: number;
  /** Seconds below which intervals are much alike. Default 3600. */
  unit?: number;
  /** Factor in 1 + t / unit over which the slowest wave turns once. Default 10⁴: some 14 months for an hour. */
  span?: number;
  /** How often the fastest wave turns over it. Default 16. */
  turns?: number;
}

/**
 * Intervals as waves of the logarithm of real time: with u = ln(1 + t / unit),
 *
 *   Φ(t) = [cos ω₀u, …, cos ω_{d−1}u, sin ω₀u, …, sin ω_{d−1}u] / √d,  d = width / 2,
 *   ω_j = 2π / ln span · turns^(j / (d − 1)).
 *
 * The functional time encoding of Xu et al. (2019, "Self-attention with functional time representation learning", eq. 7):
 * Φ(s) · Φ(t) depends on u_s − u_t alone, and |Φ| = 1. Differs from the paper: the time is the logarithm of an interval,
 * because a day more matters after one day and not after sixty, and the frequencies are fixed; layers and embeddings
 * behind it are learned.
 *
 * @param seconds at least 0, [intervals]
 * @returns [intervals × width]
 */
export function encodeIntervals(
  seconds: ArrayLike<number>,
  { width, unit = 3600, span = 1e4, turns = 16 }: TimeEncodingOptions,
): Float32Array {
  requireInteger(width, "width", 2);
  if (width % 2 === 1) throw new InputError("half of a time encoding are cosines", { value: width, place: "width" });
  const waves = width / 2;
  const encoded = new Float32Array(seconds.length * width);
  const size = 1 / Math.sqrt(waves);
  for (let row = 0; row < seconds.length; row++) {
    if (!(seconds[row] >= 0))
      throw new InputError("an interval is at least 0 seconds", { value: seconds[row], place: `seconds[${row}]` });
    const slowest = (2 * Math.PI * Math.log1p(seconds[row] / unit)) / Math.log(span);
    for (let wave = 0; wave < waves; wave++) {
      const phase = slowest * turns ** (wave / Math.max(waves - 1, 1));
      encoded[row * width + wave] = size * Math.cos(phase);
      encoded[row * width + waves + wave] = size * Math.sin(phase);
    }
  }
  return encoded;
}
