import { requireInteger } from "../errors";

/**
 * The robust covariance of an estimator that solves Σ scores = 0: bread · meat · bread.
 *
 * With lags 0 the meat is Σ s sᵀ (White 1980, HC0); with more, Newey and West's (1987) estimate, which adds
 * (1 − l / (lags + 1)) Σ (s_t s_{t−l}ᵀ + s_{t−l} s_tᵀ) for l = 1 … lags and stays positive semi-definite.
 * No small-sample factor is applied.
 *
 * @param bread inverse information, [size × size], row by row.
 * @param scores each row's contribution to the score, [rows × size], rows in time order where lags > 0.
 * @returns [size × size].
 */
export function sandwich(bread: Float64Array, scores: Float64Array, size: number, lags = 0): Float64Array {
  const rows = scores.length / size;
  requireInteger(lags, "lags", 0, Math.max(0, rows - 1));
  const meat = new Float64Array(size * size);
  for (let lag = 0; lag <= lags; lag++) {
    const weight = 1 - lag / (lags + 1);
    for (let row = lag; row < rows; row++)
      for (let j = 0; j < size; j++)
        for (let k = 0; k < size; k++) {
          const product = weight * scores[row * size + j] * scores[(row - lag) * size + k];
          meat[j * size + k] += product;
          if (lag > 0) meat[k * size + j] += product;
        }
  }
  return multiply(multiply(bread, meat, size), bread, size);
}

function multiply(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const product = new Float64Array(size * size);
  for (let row = 0; row < size; row++)
    for (let k = 0; k < size; k++)
      for (let column = 0; column < size; column++)
        product[row * size + column] += a[row * size + k] * b[k * size + column];
  return product;
}
