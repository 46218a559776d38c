import { InputError } from "../../../errors";
import type { Random } from "../../../random";

/** A matrix [rows × columns] whose shorter side's vectors are orthonormal: Gram and Schmidt on normal draws. */
export function orthogonal(rows: number, columns: number, random: Random): Float64Array {
  const short = Math.min(rows, columns);
  const long = Math.max(rows, columns);
  const vectors = Float64Array.from({ length: short * long }, () => random.normal());
  const dot = (a: number, b: number) => {
    let sum = 0;
    for (let i = 0; i < long; i++) sum += vectors[a * long + i] * vectors[b * long + i];
    return sum;
  };
  for (let a = 0; a < short; a++) {
    // Twice, since once loses digits.
    for (let pass = 0; pass < 2; pass++)
      for (let b = 0; b < a; b++) {
        const along = dot(a, b);
        for (let i = 0; i < long; i++) vectors[a * long + i] -= along * vectors[b * long + i];
      }
    const length = Math.sqrt(dot(a, a));
    if (!(length > 1e-12)) throw new InputError("the draws of a matrix depend on each other", { place: "random" });
    for (let i = 0; i < long; i++) vectors[a * long + i] /= length;
  }
  if (rows <= columns) return vectors;
  return Float64Array.from(vectors, (_, i) => vectors[(i % columns) * long + Math.floor(i / columns)]);
}
