import { InputError, requireInteger, requireNumber } from "../errors";
import { cholesky, choleskySolve } from "../statistics/cholesky";
import { type Confidence, confidenceOf } from "./als-confidence";
import type { Factors } from "./factors";

/** How {@link foldIn} weighs interactions: as the factors were trained. */
export interface FoldInOptions extends Confidence {
  /** λ; 0.01 unless said. */
  regularisation?: number;
}

/**
 * Vectors of users that a factorisation hasn't seen, or whose history has grown, without training again: what one step
 * of alternating least squares (Hu, Koren and Volinsky 2008, eq. 4) gives with the items held,
 *
 *   x = (Σ all items y yᵀ + Σ had (c − 1) y yᵀ + λ I)⁻¹ Σ had c p y,   c = 1 + α |r| or as given, p = 1 where r > 0,
 *
 * solved exactly. Σ y yᵀ is computed once, here; a user then costs (items had) · rank² + rank³ / 3.
 *
 * @returns a function from what a user had, and how much of each, to the user's vector, [rank]; zeros for no history.
 * Throws {@link InputError} for an item that doesn't exist.
 */
export function foldIn(
  { rank, itemCount, items }: Factors,
  options: FoldInOptions = {},
): (had: ArrayLike<number>, values: ArrayLike<number>) => Float32Array {
  const confidence = confidenceOf(options);
  const regularisation = requireNumber(options.regularisation ?? 0.01, "regularisation", 0);
  const gram = new Float64Array(rank * rank);
  for (let item = 0; item < itemCount; item++) addOuter(gram, items, item, rank, 1);
  return (had, values) => {
    if (values.length !== had.length)
      throw new InputError("there is a value for each item", { value: values.length, place: "values" });
    const matrix = gram.slice();
    const right = new Float64Array(rank);
    for (let at = 0; at < had.length; at++) {
      const item = requireInteger(had[at], `had[${at}]`, 0, itemCount - 1);
      const c = confidence(requireNumber(values[at], `values[${at}]`));
      addOuter(matrix, items, item, rank, c - 1);
      if (values[at] > 0) for (let d = 0; d < rank; d++) right[d] += c * items[item * rank + d];
    }
    if (right.every((value) => value === 0)) return new Float32Array(rank);
    // A trace's share at least, so that factors which don't use their whole rank can be solved for.
    let trace = 0;
    for (let d = 0; d < rank; d++) trace += matrix[d * rank + d];
    const ridge = Math.max(regularisation, (1e-10 * trace) / rank);
    for (let d = 0; d < rank; d++) matrix[d * rank + d] += ridge;
    return Float32Array.from(choleskySolve(cholesky(matrix, rank), rank, right));
  };
}

/** Adds w y yᵀ, of which the lower triangle is enough. */
function addOuter(matrix: Float64Array, items: Float32Array, item: number, rank: number, weight: number): void {
  const start = item * rank;
  for (let row = 0; row < rank; row++) {
    const scaled = weight * items[start + row];
    for (let column = 0; column <= row; column++) matrix[row * rank + column] += scaled * items[start + column];
  }
}
