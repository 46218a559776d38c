/** Fills and scales a table for a linear model, as it learnt on another. */
export interface Standardiser {
  /** [rows × width] → [rows × width]: missing values filled with the median, then (x − mean) / standard deviation. */
  apply(features: Float64Array): Float64Array;
}

/**
 * Learns medians, means and deviations of sign(x) ln(1 + |x|), under which counts, days and money are less skewed. A column
 * without spread becomes 0.
 */
export function fitStandardiser(features: Float64Array, width: number): Standardiser {
  const bend = (value: number) => Math.sign(value) * Math.log1p(Math.abs(value));
  const columns = Array.from({ length: width }, (_, column) => {
    const known = Float64Array.from(
      features.filter((value, at) => at % width === column && !Number.isNaN(value)),
      bend,
    );
    known.sort();
    const median = known.length === 0 ? 0 : known[known.length >> 1];
    let mean = 0;
    for (const value of known) mean += value / known.length;
    let squares = 0;
    for (const value of known) squares += (value - mean) ** 2;
    return { median, mean, deviation: known.length < 2 ? 0 : Math.sqrt(squares / (known.length - 1)) };
  });
  return {
    apply: (table) =>
      table.map((value, at) => {
        const { median, mean, deviation } = columns[at % width];
        const filled = Number.isNaN(value) ? median : bend(value);
        return deviation > 1e-12 ? (filled - mean) / deviation : 0;
      }),
  };
}
