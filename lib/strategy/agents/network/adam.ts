/** Adam's state for one vector of parameters. */
export interface Adam {
  /**
   * Takes one step down the gradient, which it first shortens to length `clip` (default: as it is).
   * @returns the gradient's length before that.
   */
  step(parameters: Float64Array, gradient: Float64Array, rate: number, clip?: number): number;
}

/** Adam (Kingma and Ba 2015, algorithm 1) with β = (0.9, 0.999). */
export function createAdam(count: number, epsilon = 1e-5): Adam {
  const mean = new Float64Array(count);
  const square = new Float64Array(count);
  let steps = 0;
  return {
    step(parameters, gradient, rate, clip = Infinity) {
      steps++;
      let length = 0;
      for (let i = 0; i < count; i++) length += gradient[i] * gradient[i];
      length = Math.sqrt(length);
      const shorten = length > clip ? clip / length : 1;
      const meanScale = rate / (1 - 0.9 ** steps);
      const squareScale = 1 / (1 - 0.999 ** steps);
      for (let i = 0; i < count; i++) {
        const slope = gradient[i] * shorten;
        mean[i] += 0.1 * (slope - mean[i]);
        square[i] += 0.001 * (slope * slope - square[i]);
        parameters[i] -= (meanScale * mean[i]) / (Math.sqrt(square[i] * squareScale) + epsilon);
      }
      return length;
    },
  };
}
