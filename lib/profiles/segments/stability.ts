import { InputError, requireInteger } from "../../errors";
import type { Random } from "../../random";
import { type KMeansOptions, kMeans, nearestCentres, type Points, pointsOf } from "./k-means";

/**
 * The adjusted Rand index (Hubert and Arabie 1985) of two partitions of the same points: 1 where they agree, 0 on average
 * for independent ones. Throws {@link InputError} for partitions of different length.
 */
export function adjustedRand(first: ArrayLike<number>, second: ArrayLike<number>): number {
  if (first.length !== second.length || first.length === 0)
    throw new InputError("both partitions are of the same points", { value: [first.length, second.length] });
  const cells = new Map<string, number>();
  const rows = new Map<number, number>();
  const columns = new Map<number, number>();
  const count = <Key>(counts: Map<Key, number>, key: Key) => counts.set(key, (counts.get(key) ?? 0) + 1);
  for (let i = 0; i < first.length; i++) {
    count(cells, `${first[i]} ${second[i]}`);
    count(rows, first[i]);
    count(columns, second[i]);
  }
  const pairs = (counts: Map<unknown, number>) => {
    let sum = 0;
    for (const size of counts.values()) sum += (size * (size - 1)) / 2;
    return sum;
  };
  const [both, one, other] = [pairs(cells), pairs(rows), pairs(columns)];
  const chance = (one * other) / Math.max(1, (first.length * (first.length - 1)) / 2);
  const most = (one + other) / 2;
  return most === chance ? 1 : (both - chance) / (most - chance);
}

/**
 * How far a segmentation depends on who happened to be in the data: the {@link adjustedRand} index between the assignments
 * of all points by two clusterings, each learnt on a bootstrap resample (Hennig 2007), for each of `pairs` pairs of
 * resamples (10 unless said). Near 1: the segments are found again; below about 0.6: they are an accident.
 */
export function stability(
  points: Points,
  options: Omit<KMeansOptions, "random"> & { random: Random; pairs?: number },
): Float64Array {
  const pairs = requireInteger(options.pairs ?? 10, "pairs", 1);
  const { values, width } = points;
  const count = pointsOf(points);
  const learn = () => {
    const resample = new Float64Array(values.length);
    for (let i = 0; i < count; i++) {
      const row = options.random.integer(count) * width;
      resample.set(values.subarray(row, row + width), i * width);
    }
    return nearestCentres(points, kMeans({ values: resample, width }, options).centres);
  };
  return Float64Array.from({ length: pairs }, () => adjustedRand(learn(), learn()));
}
