import { tf } from "../../backend/index";
import type { Random } from "../../random";
import { addParameter, constant, type Initialiser, type Parameters, parameter } from "../parameters";

/** Adds `${name}.weight` [inputs × outputs] and `${name}.bias` [outputs] (zero). */
export function addDense(
  parameters: Parameters,
  name: string,
  [inputs, outputs]: [number, number],
  start: Initialiser,
): void {
  addParameter(parameters, `${name}.weight`, [inputs, outputs], start);
  addParameter(parameters, `${name}.bias`, [outputs], constant(0));
}

/** Factors on what goes into a layer and on what comes out: put into its weights, they cost next to nothing. */
export interface DenseScale {
  inputs?: number;
  outputs?: number;
}

/**
 * x · W + b, and + (x · A) · B where the layer has an adapter (see {@link addAdapter}).
 *
 * @param x [rows × inputs]
 */
export function dense(x: tf.Tensor2D, parameters: Parameters, name: string, scale: DenseScale = {}): tf.Tensor2D {
  const { inputs = 1, outputs = 1 } = scale;
  const times = <T extends tf.Tensor>(weights: T, factor: number) =>
    factor === 1 ? weights : (tf.mul(weights, factor) as T);
  const weight = times(parameter(parameters, `${name}.weight`) as tf.Tensor as tf.Tensor2D, inputs * outputs);
  const bias = times(parameter(parameters, `${name}.bias`) as tf.Tensor as tf.Tensor1D, outputs);
  const down = parameters.get(`${name}.adapter.down`);
  if (!down) return affine(x, weight, bias);
  // An adapted layer's own weights are frozen as a rule: here their gradient, a third of the work, is left out unless
  // somebody asks for it.
  const y = tf.add(tf.matMul(x, weight), bias);
  const up = times(parameter(parameters, `${name}.adapter.up`) as tf.Tensor as tf.Tensor2D, inputs * outputs);
  return tf.add(y, tf.matMul(tf.matMul(x, down as tf.Tensor as tf.Tensor2D), up));
}

/** {@link dense}, of its outputs `count` from `first` on alone. */
export function denseColumns(
  x: tf.Tensor2D,
  parameters: Parameters,
  name: string,
  first: number,
  count: number,
): tf.Tensor2D {
  const columns = (matrix: tf.Tensor) => tf.slice(matrix, [0, first], [matrix.shape[0], count]) as tf.Tensor2D;
  const bias = tf.slice(parameter(parameters, `${name}.bias`), [first], [count]) as tf.Tensor1D;
  const y = affine(x, columns(parameter(parameters, `${name}.weight`)), bias);
  const down = parameters.get(`${name}.adapter.down`);
  if (!down) return y;
  const up = columns(parameter(parameters, `${name}.adapter.up`));
  return tf.add(y, tf.matMul(tf.matMul(x, down as tf.Tensor as tf.Tensor2D), up));
}

/** x · W + b with its gradient written out, [rows × outputs]. */
export function affine(x: tf.Tensor2D, weight: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor2D {
  const operation = tf.customGrad((...inputs) => {
    const [input, matrix, offset] = inputs as unknown as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D];
    const save = inputs[3] as unknown as tf.GradSaveFunc;
    save([input, matrix]);
    const gradFunc = (dy: tf.Tensor, [rows, weights]: tf.Tensor[]) => [
      tf.matMul(dy as tf.Tensor2D, weights as tf.Tensor2D, false, true),
      tf.matMul(rows as tf.Tensor2D, dy as tf.Tensor2D, true, false),
      tf.sum(dy, 0),
    ];
    return { value: tf.add(tf.matMul(input, matrix), offset), gradFunc };
  });
  return operation(x, weight, bias) as tf.Tensor2D;
}

/**
 * Gives a dense layer a low-rank adapter (LoRA, Hu et al. 2022): W + A · B with A [inputs × rank] drawn from a normal
 * and B [rank × outputs] zero, so that nothing changes at first. Train the adapters alone, by their names
 * `….adapter.down` and `….adapter.up`.
 *
 * Differs from the paper: its factor α / rank is folded into A's start, which Adam makes the same.
 */
export function addAdapter(parameters: Parameters, name: string, rank: number, random: Random): void {
  const [inputs, outputs] = parameter(parameters, `${name}.weight`).shape;
  const deviation = 1 / Math.sqrt(inputs);
  addParameter(parameters, `${name}.adapter.down`, [inputs, rank], (count) =>
    Float32Array.from({ length: count }, () => deviation * random.normal()),
  );
  addParameter(parameters, `${name}.adapter.up`, [rank, outputs], constant(0));
}

/** Adds each adapter's product to its layer's weight and takes the adapters away: the same outputs, at no extra cost. */
export function mergeAdapters(parameters: Parameters): void {
  for (const name of [...parameters.keys()].filter((key) => key.endsWith(".adapter.down"))) {
    const layer = name.slice(0, -".adapter.down".length);
    const up = `${layer}.adapter.up`;
    tf.tidy(() => {
      const weight = parameter(parameters, `${layer}.weight`);
      const [a, b] = [parameter(parameters, name), parameter(parameters, up)];
      weight.assign(tf.add(weight, tf.matMul(a as tf.Tensor as tf.Tensor2D, b as tf.Tensor as tf.Tensor2D)));
    });
    for (const gone of [name, up]) {
      parameter(parameters, gone).dispose();
      parameters.delete(gone);
    }
  }
}
