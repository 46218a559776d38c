import { tf } from "../backend/index";
import { InputError } from "../errors";
import type { Random } from "../random";

/** A model's weights by name, in the order in which they were made. Names are paths: `block.0.attention.query.weight`. */
export type Parameters = Map<string, tf.Variable>;

/** Values that a weight starts with. */
export type Initialiser = (count: number, shape: readonly number[]) => Float32Array;

/** All the same. */
export const constant =
  (value: number): Initialiser =>
  (count) =>
    new Float32Array(count).fill(value);

/** Normal with mean 0, draws beyond two deviations drawn again, as BERT's weights are. */
export const truncatedNormal =
  (random: Random, deviation: number): Initialiser =>
  (count) =>
    Float32Array.from({ length: count }, () => {
      let draw = random.normal();
      while (Math.abs(draw) > 2) draw = random.normal();
      return deviation * draw;
    });

/** Uniform in ±√(6 / (rows + columns)) (Glorot and Bengio 2010), rows being the product of all dimensions but the last. */
export const glorot =
  (random: Random): Initialiser =>
  (count, shape) => {
    const columns = shape[shape.length - 1];
    const bound = Math.sqrt(6 / (count / columns + columns));
    return Float32Array.from({ length: count }, () => bound * (2 * random.uniform() - 1));
  };

/** Adds a weight. Throws InputError where the name is taken. */
export function addParameter(parameters: Parameters, name: string, shape: number[], start: Initialiser): void {
  if (parameters.has(name)) throw new InputError("a parameter's name is taken", { value: name, place: "parameters" });
  const values = tf.tensor(start(tf.util.sizeFromShape(shape), shape), shape);
  parameters.set(name, tf.variable(values));
  values.dispose();
}

/** A weight by name. Throws InputError naming those there are where it is missing. */
export function parameter(parameters: Parameters, name: string): tf.Variable {
  const found = parameters.get(name);
  if (found) return found;
  throw new InputError("no parameter has this name", {
    value: name,
    place: `parameters ${[...parameters.keys()].slice(0, 6).join(", ")}, …`,
    remedy: "Load weights of the same architecture.",
  });
}

/** How many numbers all weights hold together. */
export function countParameters(parameters: Parameters): number {
  let count = 0;
  for (const variable of parameters.values()) count += variable.size;
  return count;
}

/** Copies of all values, by name. */
export async function readParameters(parameters: Parameters): Promise<NamedArrays> {
  const arrays: NamedArrays = new Map();
  for (const [name, variable] of parameters)
    arrays.set(name, { shape: variable.shape.slice(), values: (await variable.data()) as Float32Array });
  return arrays;
}

/** Arrays by name, as files hold them. */
export type NamedArrays = Map<string, { shape: number[]; values: Float32Array }>;

/**
 * Sets the weights to saved values. Throws InputError, before anything is changed, for a name that is missing on
 * either side or has another shape; `partial` lets weights without saved values keep theirs.
 */
export function writeParameters(
  parameters: Parameters,
  arrays: NamedArrays,
  options: { partial?: boolean } = {},
): void {
  for (const [name, { shape }] of arrays) {
    const variable = parameter(parameters, name);
    if (!tf.util.arraysEqual(variable.shape, shape))
      throw new InputError("saved weights have another shape", { value: shape, place: `${name} [${variable.shape}]` });
  }
  for (const name of parameters.keys())
    if (!options.partial && !arrays.has(name))
      throw new InputError("saved weights lack a parameter", { value: name, place: "the saved weights" });
  for (const [name, { shape, values }] of arrays)
    tf.tidy(() => parameter(parameters, name).assign(tf.tensor(values, shape)));
}

/** Frees all weights. */
export function disposeParameters(parameters: Parameters): void {
  for (const variable of parameters.values()) variable.dispose();
  parameters.clear();
}
