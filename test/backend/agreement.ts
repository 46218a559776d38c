import { type BackendName, tf, withBackend } from "../../lib/backend";
import { createRandom } from "../../lib/random";
import { arrays } from "./cases/arrays";
import { type Case, sizeOf, toTensor } from "./cases/case";
import { networks } from "./cases/networks";
import { numericGradient } from "./cases/oracle";
import { pointwise } from "./cases/pointwise";

/** Every operation and composition whose numbers have to agree. */
export const CASES: Case[] = [...pointwise, ...arrays, ...networks];

/** What one check found: the largest difference from the oracle, or the error that the backend threw. */
export interface Finding {
  check: string;
  terms: number;
  /** Largest |computed − expected| over max(1, largest |expected|). */
  difference: number;
  /** Tensors left over, which must be 0. */
  leaked: number;
  failure: string | null;
}

/** Runs all cases on one backend, forward and gradient, against the float64 oracles. */
export async function check(name: BackendName): Promise<Finding[]> {
  return withBackend(name, async () => {
    const findings: Finding[] = [];
    for (const one of CASES) {
      findings.push(await forward(one));
      if (one.differentiable !== false) findings.push(...(await gradients(one)));
    }
    return findings;
  });
}

async function forward(one: Case): Promise<Finding> {
  const expected = one.reference(...one.inputs.map((input) => input.values));
  const [finding] = await compare([`${one.name}: forward`], one.terms, [expected], () => {
    const inputs = one.inputs.map(toTensor);
    return [one.run(...inputs)];
  });
  return finding;
}

async function gradients(one: Case): Promise<Finding[]> {
  const values = one.inputs.map((input) => input.values);
  const shape = one.reference(...values);
  const random = createRandom(`weights of ${one.name}`);
  const weights = Float32Array.from({ length: shape.length }, () => random.normal());
  const differentiable = one.inputs.map((_, i) => i).filter((i) => one.inputs[i].dtype === "float32");
  const expected = differentiable.map((i) => numericGradient(one.reference, values, i, weights));
  const checks = differentiable.map((i) => `${one.name}: gradient of input ${i + 1}`);
  return compare(checks, one.terms, expected, () => {
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
  terms: number,
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
    terms,
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

export { sizeOf };
