import { type BackendName, tf, withBackend } from "../../lib/backend";
import { createRandom } from "../../lib/random";
import { arrays } from "./cases/arrays";
import { type Case, toTensor } from "./cases/case";
import { networks } from "./cases/networks";
import { numericGradient } from "./cases/oracle";
import { pointwise } from "./cases/pointwise";

/** Every operation and composition whose numbers have to agree. */
export const CASES: Case[] = [...pointwise, ...arrays, ...networks];

/** What one check found: the largest difference from the oracle, or the error that the backend threw. */
export interface Finding {
  check: string;
  /** What the difference may be at most, from the precision of the backend's arithmetic. */
  tolerance: number;
  /** Largest |computed − expected| over max(1, largest |expected|). */
  difference: number;
  /** Tensors left over, which must be 0. */
  leaked: number;
  failure: string | null;
}

/** Unit roundoff of float32: the relative error of one correctly rounded operation. */
const U = 2 ** -24;

/**
 * The error that a backend's arithmetic may make, relative to the largest number of the result:
 *
 * - a sum of n terms in float32 is off by at most n · 2⁻²⁴ (Higham 2002, 3.1), and the library functions of the CPU
 *   backends (Eigen, XNNPACK, V8, and the polynomial of 1.5e-7 behind TensorFlow.js's erf) by a few units: 8 are allowed;
 * - WGSL allows exp 3 + 2|x| units, division 2.5, pow what its exp2 and log2 give (12 over our range), functions made
 *   of several of these the sum: 32 are allowed; sine and cosine 2⁻¹¹ absolutely (WGSL, 15.7.4 Floating point accuracy);
 * - TensorFlow multiplies matrices on recent NVIDIA GPUs in TF32, whose significand has 11 bits.
 */
function toleranceOf(name: BackendName, { terms, rests }: Case): number {
  if (name === "webgpu") return rests === "sine and cosine" ? 2 ** -11 : (terms + 32) * U;
  if (name === "tensorflow-cuda" && rests === "matrix products") return terms * 2 ** -11;
  return (terms + 8) * U;
}

/** Runs all cases on one backend, forward and gradient, against the float64 oracles. */
export async function check(name: BackendName): Promise<Finding[]> {
  return withBackend(name, async () => {
    const findings: Finding[] = [];
    for (const one of CASES) {
      findings.push(await forward(name, one));
      if (one.differentiable !== false) findings.push(...(await gradients(name, one)));
    }
    return findings;
  });
}

async function forward(name: BackendName, one: Case): Promise<Finding> {
  const expected = one.reference(...one.inputs.map((input) => input.values));
  const [finding] = await compare([`${one.name}: forward`], toleranceOf(name, one), [expected], () => {
    const inputs = one.inputs.map(toTensor);
    return [one.run(...inputs)];
  });
  return finding;
}

async function gradients(name: BackendName, one: Case): Promise<Finding[]> {
  const values = one.inputs.map((input) => input.values);
  const shape = one.reference(...values);
  const random = createRandom(`weights of ${one.name}`);
  const weights = Float32Array.from({ length: shape.length }, () => random.normal());
  const differentiable = one.inputs.map((_, i) => i).filter((i) => one.inputs[i].dtype === "float32");
  const expected = differentiable.map((i) => numericGradient(one.reference, values, i, weights));
  const checks = differentiable.map((i) => `${one.name}: gradient of input ${i + 1}`);
  return compare(checks, toleranceOf(name, one), expected, () => {
    const inputs = one.inputs.map(toTensor);
    const loss = (...free: tf.Tensor[]) => {
      const all = [...inputs];
      differentiable.forEach((i, at) => {
        all[i] = free[at];
      });
      const out = one.run(...all);
      return tf.sum(tf.mul(out, tf.tensor(weights, out.shape))) as tf.Scalar;
    };
    return tf.grads(loss)(differentiable.map((i) => inputs[i]));
  });
}

async function compare(
  checks: string[],
  tolerance: number,
  expected: ArrayLike<number>[],
  compute: () => tf.Tensor[],
): Promise<Finding[]> {
  const before = tf.memory().numTensors;
  let results: tf.Tensor[] = [];
  let failure: string | null = null;
  const computed: ArrayLike<number>[] = [];
  try {
    results = tf.tidy(compute);
    for (const result of results) computed.push(await result.data());
  } catch (error) {
    failure = (error instanceof Error ? error.message : String(error)).split("\n")[0];
  }
  tf.dispose(results);
  const leaked = tf.memory().numTensors - before;
  return checks.map((check, i) => ({
    check,
    tolerance,
    difference: failure === null ? relativeDifference(computed[i], expected[i]) : Number.NaN,
    leaked,
    failure,
  }));
}

function relativeDifference(computed: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (computed.length !== expected.length) return Number.POSITIVE_INFINITY;
  let scale = 1;
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    scale = Math.max(scale, Math.abs(expected[i]));
    const difference = Math.abs(computed[i] - expected[i]);
    if (!(difference <= worst)) worst = difference;
  }
  return worst / scale;
}
