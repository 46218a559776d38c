import { tf } from "../../backend/index";
import type { Parameters } from "../parameters";
import { type Activation, erfGate } from "./activation";
import { dense } from "./dense";

/**
 * The second part of a transformer's block, row by row: dense(activation(dense(x))), by the layers `${name}.input` and
 * `${name}.output`. What gelu multiplies by before and after erf is put into the layers' weights.
 *
 * @param x [rows × width]
 */
export function feedForward(x: tf.Tensor2D, parameters: Parameters, name: string, activation: Activation): tf.Tensor2D {
  const [first, second] = [`${name}.input`, `${name}.output`];
  if (activation === "relu") return dense(tf.relu(dense(x, parameters, first)), parameters, second);
  const inner = erfGate(dense(x, parameters, first, { outputs: Math.SQRT1_2 }));
  return dense(inner, parameters, second, { inputs: Math.SQRT1_2 });
}
