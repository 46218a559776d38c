import { InputError } from "../errors";
import type { Random } from "../random";
import { cholesky } from "./cholesky";

/**
 * Makes a sampler of N(mean, covariance): each call returns a fresh draw mean + L z, with covariance = L Lᵀ.
 * Drawing parameters so from an estimate and its covariance is the large-sample posterior under a flat prior.
 *
 * @param mean [size]
 * @param covariance [size × size], row by row, positive definite.
 */
export function multivariateNormal(
  mean: ArrayLike<number>,
  covariance: Float64Array,
): (random: Random) => Float64Array {
  const size = mean.length;
  if (covariance.length !== size * size)
    throw new InputError(`a covariance of ${size} means has ${size * size} numbers`, {
      value: covariance.length,
      place: "covariance",
    });
  const factor = cholesky(covariance, size);
  return (random) => {
    const draw = Float64Array.from(mean);
    for (let column = 0; column < size; column++) {
      const z = random.normal();
      for (let row = column; row < size; row++) draw[row] += factor[row * size + column] * z;
    }
    return draw;
  };
}
