import { tf } from "../../../lib/backend";
import { createRandom } from "../../../lib/random";

/** One input of an operation. Numbers are rounded to float32, so that every backend and the oracle see the same. */
export interface Input {
  shape: number[];
  values: Float64Array;
  dtype: "float32" | "int32" | "bool";
}

/** An operation, or a composition that a model is built from, with its oracle. */
export interface Case {
  name: string;
  inputs: Input[];
  run(...inputs: tf.Tensor[]): tf.Tensor;
  /** The same in float64, written out in plain TypeScript. */
  reference(...inputs: Float64Array[]): ArrayLike<number>;
  /** Longest chain of additions behind one output number, forward or backward; bounds the rounding error. */
  terms: number;
  /** What the operation rests on, where a backend computes that less exactly than float32 can. */
  rests?: "matrix products" | "sine and cosine";
  /** False where the derivative doesn't exist or isn't used (indices, comparisons). */
  differentiable?: false;
}

/** Standard normal float32 numbers, the same for the same name. */
export function normal(name: string, ...shape: number[]): Input {
  return drawn(name, shape, (random) => random.normal());
}

/** Uniform float32 numbers in [low, high). */
export function uniform(name: string, low: number, high: number, ...shape: number[]): Input {
  return drawn(name, shape, (random) => low + (high - low) * random.uniform());
}

/** Whole numbers in [0, count). */
export function indices(name: string, count: number, ...shape: number[]): Input {
  return { ...drawn(name, shape, (random) => random.integer(count)), dtype: "int32" };
}

/** Truth values, true with chance 0.6. */
export function flags(name: string, ...shape: number[]): Input {
  return { ...drawn(name, shape, (random) => (random.uniform() < 0.6 ? 1 : 0)), dtype: "bool" };
}

function drawn(name: string, shape: number[], draw: (random: ReturnType<typeof createRandom>) => number): Input {
  const random = createRandom(name);
  const values = Float64Array.from({ length: sizeOf(shape) }, () => Math.fround(draw(random)));
  return { shape, values, dtype: "float32" };
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** An input as a tensor of the current backend. */
export function toTensor({ shape, values, dtype }: Input): tf.Tensor {
  const data =
    dtype === "float32"
      ? Float32Array.from(values)
      : dtype === "int32"
        ? Int32Array.from(values)
        : Uint8Array.from(values);
  return tf.tensor(data, shape, dtype);
}
