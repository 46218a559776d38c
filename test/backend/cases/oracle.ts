/** Plain float64 arithmetic that the cases' references are written in: every array is row-major and flat. */

export function map(x: ArrayLike<number>, f: (value: number, index: number) => number): Float64Array {
  return Float64Array.from(x, f);
}

/** `[m × k] · [k × n]`; a transposed argument is stored as `[k × m]` or `[n × k]`. */
export function product(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  [m, k, n]: [number, number, number],
  { transposeA = false, transposeB = false } = {},
): Float64Array {
  const out = new Float64Array(m * n);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++)
      for (let l = 0; l < k; l++)
        out[i * n + j] += a[transposeA ? l * m + i : i * k + l] * b[transposeB ? j * k + l : l * n + j];
  return out;
}

/** Applies `f` to each row of a `[rows × columns]` array. */
export function rows(
  x: Float64Array,
  columns: number,
  f: (row: Float64Array, index: number) => ArrayLike<number>,
): Float64Array {
  const parts: number[] = [];
  for (let row = 0; row * columns < x.length; row++)
    parts.push(...Array.from(f(x.subarray(row * columns, (row + 1) * columns), row)));
  return Float64Array.from(parts);
}

export function sum(x: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += x[i];
  return total;
}

export function softmax(row: Float64Array): Float64Array {
  const top = Math.max(...row);
  const weights = row.map((value) => Math.exp(value - top));
  const total = sum(weights);
  return weights.map((weight) => weight / total);
}

export function logSoftmax(row: Float64Array): Float64Array {
  const top = Math.max(...row);
  const total = Math.log(sum(row.map((value) => Math.exp(value - top)))) + top;
  return row.map((value) => value - total);
}

/** (x − mean) / √(variance + epsilon), with the biased variance. */
export function standardise(row: Float64Array, epsilon: number): Float64Array {
  const mean = sum(row) / row.length;
  const variance = sum(row.map((value) => (value - mean) ** 2)) / row.length;
  return row.map((value) => (value - mean) / Math.sqrt(variance + epsilon));
}

/** The error function by its Taylor series: exact to float64 for |x| < 3 (the terms stay below 10³). */
export function erf(x: number): number {
  let term = x;
  let total = x;
  for (let n = 1; n < 80; n++) {
    term *= (-x * x) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}

export const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
export const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** Central differences of `Σ weights · f(x)` for every number of `x`: error of order step², about 1e-10 here. */
export function numericGradient(
  f: (...inputs: Float64Array[]) => ArrayLike<number>,
  inputs: Float64Array[],
  which: number,
  weights: ArrayLike<number>,
): Float64Array {
  const loss = (values: Float64Array[]) => {
    const out = f(...values);
    let total = 0;
    for (let i = 0; i < out.length; i++) total += weights[i] * out[i];
    return total;
  };
  return inputs[which].map((value, i) => {
    const step = 1e-5 * Math.max(1, Math.abs(value));
    const at = (shifted: number) => {
      const values = inputs.map((input) => input.slice());
      values[which][i] = shifted;
      return loss(values);
    };
    return (at(value + step) - at(value - step)) / (2 * step);
  });
}
