import { InputError } from "../errors";
import { createRandom } from "../random";
import { tf } from "./tensorflow";

/** The part of the native backend that runs any TensorFlow operation by name. */
interface RawOperations {
  binding?: { TF_ATTR_TYPE: number; TF_FLOAT: number; TF_INT32: number };
  executeSingleOutput?(
    name: string,
    attributes: { name: string; type: number; value: number }[],
    inputs: tf.Tensor[],
  ): tf.Tensor;
}

/**
 * Uniform numbers in [0, 1) that depend on nothing but shape and seed, drawn where the tensors live: TensorFlow's
 * counter-based generator (Philox, Salmon et al. 2011) on the native backends, this library's own generator elsewhere.
 * The same seed gives the same numbers on the same backend, and others on another.
 *
 * @param seed two whole numbers in [0, 2³¹)
 */
export function uniformNoise(shape: number[], seed: readonly [number, number]): tf.Tensor {
  for (const half of seed)
    if (!Number.isInteger(half) || half < 0 || half >= 2 ** 31)
      throw new InputError("a seed of noise is two whole numbers in [0, 2^31)", { value: seed, place: "seed" });
  const native = tf.backend() as unknown as RawOperations;
  if (native.executeSingleOutput && native.binding) {
    const { TF_ATTR_TYPE: type, TF_FLOAT, TF_INT32 } = native.binding;
    const attributes = [
      { name: "dtype", type, value: TF_FLOAT },
      { name: "T", type, value: TF_INT32 },
      { name: "Tseed", type, value: TF_INT32 },
    ];
    return tf.tidy(() =>
      (native as Required<RawOperations>).executeSingleOutput("StatelessRandomUniform", attributes, [
        tf.tensor1d(shape, "int32"),
        tf.tensor1d([...seed], "int32"),
      ]),
    );
  }
  const random = createRandom(`${seed[0]}/${seed[1]}`);
  const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => Math.fround(random.uniform()));
  // Rounding to single precision may reach 1.
  for (let i = 0; i < values.length; i++) if (values[i] === 1) values[i] = 1 - 2 ** -24;
  return tf.tensor(values, shape);
}
