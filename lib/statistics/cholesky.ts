import { InputError } from "../errors";

/**
 * The lower Cholesky factor L of a symmetric positive definite matrix A = L Lᵀ.
 *
 * @param matrix A, [size × size], row by row; only its lower triangle is read.
 * @returns L, [size × size], zeros above the diagonal.
 * Throws {@link InputError} where A is not positive definite, naming the column: in a regression, the first column
 * that is a combination of those before it.
 */
export function cholesky(matrix: Float64Array, size: number): Float64Array {
  const factor = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let rest = matrix[row * size + column];
      for (let k = 0; k < column; k++) rest -= factor[row * size + k] * factor[column * size + k];
      if (row !== column) factor[row * size + column] = rest / factor[column * size + column];
      else if (rest > 1e-13 * Math.abs(matrix[row * size + row])) factor[row * size + row] = Math.sqrt(rest);
      else
        throw new InputError("the matrix is not positive definite", {
          value: rest,
          place: `column ${column}`,
          remedy: "Leave out the column that the others already determine.",
        });
    }
  }
  return factor;
}

/** Solves A x = b for the A that `factor` came from; b and x have `size` numbers. */
export function choleskySolve(factor: Float64Array, size: number, b: ArrayLike<number>): Float64Array {
  const x = Float64Array.from(b);
  for (let row = 0; row < size; row++) {
    for (let k = 0; k < row; k++) x[row] -= factor[row * size + k] * x[k];
    x[row] /= factor[row * size + row];
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let k = row + 1; k < size; k++) x[row] -= factor[k * size + row] * x[k];
    x[row] /= factor[row * size + row];
  }
  return x;
}

/** A⁻¹, [size × size], of the A that `factor` came from. */
export function choleskyInverse(factor: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size);
  const unit = new Float64Array(size);
  for (let column = 0; column < size; column++) {
    unit.fill(0);
    unit[column] = 1;
    const x = choleskySolve(factor, size, unit);
    for (let row = 0; row < size; row++) inverse[row * size + column] = x[row];
  }
  return inverse;
}
