import { FlashlabError, InputError } from "../errors";

/** What {@link bfgs} minimises: returns the value at `x` and writes the gradient there. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

/** Settings of {@link bfgs}. */
export interface BfgsOptions {
  /** Done when no part of the gradient exceeds this times max(1, |value|); 1e-9 unless said. */
  tolerance?: number;
  /** 500 unless said. */
  iterations?: number;
}

/** Where {@link bfgs} ended. */
export interface Minimum {
  x: Float64Array;
  value: number;
  gradient: Float64Array;
  iterations: number;
}

/**
 * A local minimum of a smooth function of a few variables, by the quasi-Newton method of Broyden, Fletcher, Goldfarb and Shanno
 * with steps halved until they satisfy Armijo's condition (Nocedal and Wright 2006, algorithms 6.1 and 3.1). The update
 * of the inverse Hessian is left out where the step shows no positive curvature. A point where the function isn't finite
 * is stepped back from.
 *
 * Throws {@link InputError} where the function isn't finite at the start, {@link FlashlabError} where no minimum is reached.
 */
export function bfgs(objective: Objective, start: ArrayLike<number>, options: BfgsOptions = {}): Minimum {
  const { tolerance = 1e-9, iterations = 500 } = options;
  const size = start.length;
  let x = Float64Array.from(start);
  let gradient = new Float64Array(size);
  let value = objective(x, gradient);
  if (!Number.isFinite(value))
    throw new InputError("the function is not finite at the start", {
      value,
      place: "start",
      remedy: "Start elsewhere.",
    });
  let still = 0;
  let inverse = identity(size, 1 / Math.max(1, norm(gradient)));
  for (let iteration = 0; iteration < iterations; iteration++) {
    if (settled(gradient, value, tolerance)) return { x, value, gradient, iterations: iteration };
    let direction = times(inverse, gradient, -1);
    let slope = dot(direction, gradient);
    if (!(slope < 0)) {
      inverse = identity(size, 1 / Math.max(1, norm(gradient)));
      direction = times(inverse, gradient, -1);
      slope = dot(direction, gradient);
    }
    const next = lineSearch(objective, x, value, direction, slope);
    // Rounding of the value ends the descent near a minimum before a strict tolerance of the gradient does.
    still = !next || value - next.value <= 1e-15 * Math.abs(value) ? still + 1 : 0;
    if ((!next || still >= 5) && settled(gradient, value, Math.max(1e-6, tolerance)))
      return { x, value, gradient, iterations: iteration };
    if (!next) throw noMinimum(iteration, gradient);
    const step = next.x.map((to, i) => to - x[i]);
    const change = next.gradient.map((to, i) => to - gradient[i]);
    update(inverse, step, change, iteration === 0);
    ({ x, value, gradient } = next);
  }
  throw noMinimum(iterations, gradient);
}

function lineSearch(objective: Objective, x: Float64Array, value: number, direction: Float64Array, slope: number) {
  for (let length = 1; length > 1e-14; length /= 2) {
    const to = x.map((from, i) => from + length * direction[i]);
    const gradient = new Float64Array(x.length);
    const there = objective(to, gradient);
    if (there <= value + 1e-4 * length * slope && gradient.every(Number.isFinite))
      return { x: to, value: there, gradient };
  }
  return undefined;
}

/** H ← (I − ρ s yᵀ) H (I − ρ y sᵀ) + ρ s sᵀ; before the first update H is scaled to the curvature just seen. */
function update(inverse: Float64Array, step: Float64Array, change: Float64Array, first: boolean): void {
  const size = step.length;
  const curvature = dot(step, change);
  if (!(curvature > 1e-12 * norm(step) * norm(change))) return;
  if (first) inverse.set(identity(size, curvature / dot(change, change)));
  const moved = times(inverse, change, 1);
  const factor = (1 + dot(change, moved) / curvature) / curvature;
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++)
      inverse[i * size + j] += factor * step[i] * step[j] - (moved[i] * step[j] + step[i] * moved[j]) / curvature;
}

function settled(gradient: Float64Array, value: number, tolerance: number): boolean {
  return gradient.every((part) => Math.abs(part) <= tolerance * Math.max(1, Math.abs(value)));
}

function identity(size: number, scale: number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, at) => (at % (size + 1) === 0 ? scale : 0));
}

function times(matrix: Float64Array, vector: Float64Array, sign: number): Float64Array {
  const size = vector.length;
  return vector.map((_, i) => sign * dot(matrix.subarray(i * size, (i + 1) * size), vector));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function norm(vector: Float64Array): number {
  return Math.sqrt(dot(vector, vector));
}

function noMinimum(iterations: number, gradient: Float64Array): FlashlabError {
  return new FlashlabError(`no minimum was reached in ${iterations} iterations`, {
    value: Array.from(gradient),
    place: "gradient",
    remedy: "The data may not determine the parameters: use more rows or a simpler model.",
  });
}
