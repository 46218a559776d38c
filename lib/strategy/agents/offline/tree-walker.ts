import { DataError } from "../../../errors";

/** One tree in arrays: inner node i sends a row left where `features[feature[i]] <= threshold[i]`; children below 0 are ~leaf. */
interface Tree {
  feature: Int32Array;
  threshold: Float64Array;
  left: Int32Array;
  right: Int32Array;
  leaf: Float64Array;
}

/**
 * Reads the trees of a LightGBM regression model's text and returns a function that adds them up for one row of features.
 *
 * For acting: the library's own prediction sets itself up anew in every call, about a millisecond, which is nothing for a
 * table and everything for one row. Numbers must be present (no NaN) and not categorical.
 * Throws {@link DataError} for trees with categories or linear leaves.
 */
export function treeWalker(text: string): (features: ArrayLike<number>) => number {
  const trees = text
    .split(/^Tree=\d+$/m)
    .slice(1)
    .map(readTree);
  return (features) => {
    let sum = 0;
    for (const { feature, threshold, left, right, leaf } of trees) {
      let node = feature.length === 0 ? -1 : 0;
      while (node >= 0) node = features[feature[node]] <= threshold[node] ? left[node] : right[node];
      sum += leaf[~node];
    }
    return sum;
  };
}

function readTree(block: string, number: number): Tree {
  const numbers = (name: string): Float64Array => {
    const line = new RegExp(`^${name}=(.*)$`, "m").exec(block)?.[1]?.trim() ?? "";
    return line === "" ? new Float64Array(0) : Float64Array.from(line.split(" "), Number);
  };
  if (numbers("num_cat")[0] !== 0 || (numbers("is_linear")[0] ?? 0) !== 0)
    throw new DataError("only trees of numbers with constant leaves can be walked", { place: `Tree=${number}` });
  return {
    feature: Int32Array.from(numbers("split_feature")),
    threshold: numbers("threshold"),
    left: Int32Array.from(numbers("left_child")),
    right: Int32Array.from(numbers("right_child")),
    leaf: numbers("leaf_value"),
  };
}
