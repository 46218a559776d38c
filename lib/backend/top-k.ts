import { tf } from "./tensorflow";

/** Columns that are looked at as one; {@link topK} is fastest on rows of a multiple of it. */
export const TOP_K_GROUP = 32;

/** Numbers below which starting a dozen operations takes longer than one pass over them. */
const FEW = 2 ** 19;

/**
 * The k largest of each row, largest first, the smaller column first among equals: what tf.topk finds, in less than half of
 * its time where rows are long and many (`npm run bench -- als`, its lists). The k largest are in the k groups of columns with the largest maxima (of equal ones in the
 * first), so only those groups are looked into.
 *
 * @param x [rows × columns]
 * @param k at most as many as there are columns
 * @param columns those behind are there to fill up a group and don't count
 * @returns both [rows × k], indices as whole numbers
 */
export function topK(x: tf.Tensor2D, k: number, columns = x.shape[1]): { values: tf.Tensor2D; indices: tf.Tensor2D } {
  const [rows, stored] = x.shape;
  if (4 * k * TOP_K_GROUP > columns || rows * columns < FEW)
    return tf.tidy(() => tf.topk(columns === stored ? x : tf.slice(x, [0, 0], [rows, columns]), k));
  const groups = Math.floor(columns / TOP_K_GROUP);
  const whole = groups * TOP_K_GROUP;
  const rest = columns - whole;
  return tf.tidy(() => {
    const across = Math.floor(stored / TOP_K_GROUP);
    const front = stored % TOP_K_GROUP === 0 ? x : tf.slice(x, [0, 0], [rows, across * TOP_K_GROUP]);
    const grouped = tf.reshape(front, [rows * across, TOP_K_GROUP]);
    const maxima = tf.slice(tf.reshape(tf.max(grouped, 1), [rows, across]), [0, 0], [rows, groups]);
    const best = tf.topk(maxima, k).indices;
    // By column again, so that among equals the smaller one still comes first.
    const chosen = tf.cast(tf.neg(tf.topk(tf.neg(best), k).values), "int32");
    const inside = tf.reshape(tf.gather(grouped, flatPlaces(chosen, across)), [rows, k * TOP_K_GROUP]);
    // The columns behind the last whole group are one more, which is always looked into.
    const candidates = rest === 0 ? inside : tf.concat([inside, tf.slice(x, [0, whole], [rows, rest])], 1);
    const looked = tf.concat([chosen, tf.fill([rows, 1], groups, "int32")], 1);
    const found = tf.topk(candidates, k);
    const group = tf.gather(tf.reshape(looked, [-1]), flatPlaces(tf.floorDiv(found.indices, TOP_K_GROUP), k + 1));
    const indices = tf.add(tf.mul(tf.reshape(group, [rows, k]), TOP_K_GROUP), tf.mod(found.indices, TOP_K_GROUP));
    return { values: found.values, indices: tf.cast(indices, "int32") };
  }) as { values: tf.Tensor2D; indices: tf.Tensor2D };
}

/** Places within rows [rows × n] as places in all rows laid end to end, [rows · n]; a row has `width` places. */
function flatPlaces(within: tf.Tensor, width: number): tf.Tensor1D {
  const firsts = tf.mul(tf.range(0, within.shape[0], 1, "int32"), tf.scalar(width, "int32"));
  return tf.reshape(tf.cast(tf.add(within, tf.expandDims(firsts, 1)), "int32"), [-1]);
}
