import { tf } from "../../backend/index";
import { InputError, requireNumber } from "../../errors";
import { type Parameters, parameter } from "../parameters";

/** Which weights are pruned. */
export interface PruneOptions {
  /** The share of the weights that become 0, in [0, 1]. */
  share: number;
  /** Where weights are compared: the smallest of all matrices together, or of each. Default "all". */
  scope?: "all" | "matrix";
  /** Which matrices take part. Default: all. Vectors never do. */
  select?(name: string): boolean;
}

/**
 * Magnitude pruning (Han et al. 2015): the weights nearest to 0 become 0, `share` of all that take part. What is 0 stays 0 when
 * more is pruned later. Weights that are equally small are kept together. Fine-tune afterwards: {@link pruneGradually} does both.
 * Throws InputError for a share out of range and where nothing takes part.
 */
export function prune(parameters: Parameters, options: PruneOptions): void {
  const masks = pruningMasks(parameters, options);
  applyMasks(parameters, masks);
  tf.dispose([...masks.values()]);
}

/** 1 for a weight that stays and 0 for one that goes, by name and in the shape of each matrix that takes part. The caller disposes. */
export function pruningMasks(
  parameters: Parameters,
  { share, scope = "all", select }: PruneOptions,
): Map<string, tf.Tensor> {
  requireNumber(share, "share", 0, 1);
  const names = [...parameters]
    .filter(([name, { rank }]) => rank > 1 && (select?.(name) ?? true))
    .map(([name]) => name);
  if (names.length === 0)
    throw new InputError("no matrix takes part in pruning", {
      value: [...parameters.keys()].slice(0, 6),
      place: "select",
      remedy: "Select some of the names.",
    });
  const groups = scope === "all" ? [names] : names.map((name) => [name]);
  const masks = new Map<string, tf.Tensor>();
  for (const group of groups) {
    const made = tf.tidy(() => {
      const sizes = group.map((name) => tf.abs(parameter(parameters, name)));
      const least = threshold(sizes, share);
      return sizes.map((size) => tf.cast(tf.logicalAnd(tf.greaterEqual(size, least), tf.greater(size, 0)), "float32"));
    });
    for (const [at, name] of group.entries()) masks.set(name, made[at]);
  }
  return masks;
}

/** Sets masked weights to 0. */
export function applyMasks(parameters: Parameters, masks: ReadonlyMap<string, tf.Tensor>): void {
  tf.tidy(() => {
    for (const [name, mask] of masks) {
      const weight = parameter(parameters, name);
      weight.assign(tf.mul(weight, mask));
    }
  });
}

/** The size of the smallest weight that stays. */
function threshold(sizes: tf.Tensor[], share: number): tf.Scalar {
  const flat = sizes.map((size) => tf.reshape(size, [size.size]) as tf.Tensor1D);
  const all = flat.length === 1 ? flat[0] : tf.concat(flat);
  const kept = all.size - Math.round(share * all.size);
  if (kept === 0) return tf.scalar(Infinity);
  if (kept === all.size) return tf.scalar(0);
  return tf.min(tf.topk(all, kept).values) as tf.Scalar;
}

/** The share of 0 among the weights of all matrices, in [0, 1]. */
export async function sparsity(parameters: Parameters): Promise<number> {
  let [zeros, size] = [0, 0];
  for (const variable of parameters.values()) {
    if (variable.rank < 2) continue;
    for (const value of await variable.data()) if (value === 0) zeros++;
    size += variable.size;
  }
  return zeros / size;
}
