import { simd } from "./simd";

/** Adam's state for one vector of parameters. */
export interface Adam {
  /**
   * Takes one step down the gradient, which it first shortens to length `clip` (default: as it is).
   * @returns the gradient's length before that.
   */
  step(parameters: Float32Array, gradient: Float32Array, rate: number, clip?: number): number;
}

/**
 * Adam (Kingma and Ba 2015, algorithm 1) with β = (0.9, 0.999), in single precision.
 *
 * Differs from the paper in that moments smaller than 10⁻³⁰ become 0, since processors are slow with numbers smaller
 * than they were made for.
 */
export function createAdam(count: number, epsilon = 1e-5): Adam {
  const quads = Math.ceil(count / 4);
  const bytes = 16 * quads;
  // Both moments, one behind the other as they lie in the workspace.
  const moments = new Float32Array(8 * quads);
  let steps = 0;
  return {
    step(parameters, gradient, rate, clip = Infinity) {
      steps++;
      const { adam, squares, workspace } = simd();
      const memory = workspace(16 * quads);
      memory.fill(0, 4 * quads - 3, 4 * quads);
      memory.set(parameters);
      memory.fill(0, 8 * quads - 3, 8 * quads);
      memory.set(gradient, 4 * quads);
      memory.set(moments, 8 * quads);
      const length = Math.sqrt(squares(quads, bytes));
      const shorten = length > clip ? clip / length : 1;
      const corrections = [rate / (1 - 0.9 ** steps), 1 / (1 - 0.999 ** steps)];
      adam(quads, 0, bytes, 2 * bytes, 3 * bytes, shorten, ...corrections, epsilon);
      parameters.set(memory.subarray(0, count));
      moments.set(memory.subarray(8 * quads, 16 * quads));
      return length;
    },
  };
}
