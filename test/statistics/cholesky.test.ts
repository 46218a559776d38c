import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createRandom } from "../../lib/random";
import { cholesky, choleskyInverse, choleskySolve } from "../../lib/statistics/cholesky";
import { multivariateNormal } from "../../lib/statistics/multivariate-normal";

const matrix = (seed: number, size: number) => {
  const random = createRandom(seed);
  const root = Float64Array.from({ length: size * size }, () => random.normal());
  const product = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) {
      for (let k = 0; k < size; k++) product[i * size + j] += root[i * size + k] * root[j * size + k];
      if (i === j) product[i * size + j] += 0.1;
    }
  return product;
};

test("a matrix worked by hand", () => {
  // Wikipedia's example of a Cholesky decomposition.
  const factor = cholesky(Float64Array.of(4, 12, -16, 12, 37, -43, -16, -43, 98), 3);
  assert.equal(Array.from(factor), [2, 0, 0, 6, 1, 0, -8, 5, 3]);
});

test("factor times its transpose gives the matrix back; solve and inverse undo it", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 9 }), (seed, size) => {
      const a = matrix(seed, size);
      const factor = cholesky(a, size);
      const x = Float64Array.from({ length: size }, (_, i) => i - 2.5);
      const b = new Float64Array(size);
      const inverse = choleskyInverse(factor, size);
      for (let i = 0; i < size; i++)
        for (let j = 0; j < size; j++) {
          b[i] += a[i * size + j] * x[j];
          let back = 0;
          let identity = 0;
          for (let k = 0; k < size; k++) {
            back += factor[i * size + k] * factor[j * size + k];
            identity += a[i * size + k] * inverse[k * size + j];
          }
          assert.ok(Math.abs(back - a[i * size + j]) < 1e-12 * size);
          assert.ok(Math.abs(identity - (i === j ? 1 : 0)) < 1e-9);
        }
      choleskySolve(factor, size, b).forEach((value, i) => {
        assert.ok(Math.abs(value - x[i]) < 1e-9);
      });
    }),
  );
});

test("a column that others determine is named", () => {
  assert.throws(() => cholesky(Float64Array.of(1, 1, 0, 1, 1, 0, 0, 0, 1), 3), /not positive definite.*column 1/);
});

test("multivariate normal draws have the mean and covariance asked for", () => {
  const covariance = Float64Array.of(2, 0.8, -0.3, 0.8, 1, 0.1, -0.3, 0.1, 0.5);
  const draw = multivariateNormal([1, -2, 3], covariance);
  const random = createRandom("multivariate normal");
  const n = 40_000;
  const sums = new Float64Array(3);
  const products = new Float64Array(9);
  for (let i = 0; i < n; i++) {
    const x = draw(random).map((value, j) => value - [1, -2, 3][j]);
    for (let j = 0; j < 3; j++) {
      sums[j] += x[j];
      for (let k = 0; k < 3; k++) products[j * 3 + k] += x[j] * x[k];
    }
  }
  for (let j = 0; j < 3; j++) {
    assert.ok(Math.abs(sums[j] / n) < 4.5 * Math.sqrt(covariance[j * 3 + j] / n));
    for (let k = 0; k < 3; k++) {
      // The variance of a product of normals: c_jj c_kk + c_jk².
      const spread = Math.sqrt((covariance[j * 4] * covariance[k * 4] + covariance[j * 3 + k] ** 2) / n);
      assert.ok(Math.abs(products[j * 3 + k] / n - covariance[j * 3 + k]) < 4.5 * spread);
    }
  }
  assert.throws(() => multivariateNormal([1, 2], covariance), /covariance/);
});

test.run();
