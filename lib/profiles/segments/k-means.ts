import { InputError, requireInteger } from "../../errors";
import type { Random } from "../../random";

/** Points, row by row. */
export interface Points {
  /** [points × width], scaled so that a step in one column means as much as in another. */
  values: Float64Array;
  width: number;
}

/** Settings of {@link kMeans}. */
export interface KMeansOptions {
  clusters: number;
  random: Random;
  /** Runs from different starts, of which the best is kept; 5 unless said. */
  starts?: number;
  /** Most steps of a run; 300 unless said. */
  iterations?: number;
}

/** Points in clusters. */
export interface Clustering {
  /** Cluster of each point, [points]. */
  assignment: Int32Array;
  /** [clusters × width] */
  centres: Float64Array;
  sizes: Int32Array;
  /** Σ squared distance of each point to its centre. */
  inertia: number;
  iterations: number;
}

/**
 * k-means: Lloyd's (1982) steps from k-means++ starts (Arthur and Vassilvitskii 2007), in which a first centre is drawn
 * evenly and each next one with chance proportional to its squared distance from the nearest centre so far. A cluster left
 * empty takes the point farthest from its centre.
 *
 * Throws {@link InputError} for values that aren't finite and for more clusters than points.
 */
export function kMeans(points: Points, options: KMeansOptions): Clustering {
  const { random, starts = 5, iterations = 300 } = options;
  const clusters = requireInteger(options.clusters, "clusters", 1, pointsOf(points));
  let best: Clustering | undefined;
  for (let start = 0; start < requireInteger(starts, "starts", 1); start++) {
    const found = lloyd(points, spreadCentres(points, clusters, random), iterations);
    if (!best || found.inertia < best.inertia) best = found;
  }
  return best as Clustering;
}

/** Lloyd's steps from given centres, [clusters × width], until no point changes its cluster. */
export function lloyd(points: Points, start: Float64Array, iterations = 300): Clustering {
  const { values, width } = points;
  const count = pointsOf(points);
  const clusters = start.length / width;
  const centres = Float64Array.from(start);
  const assignment = new Int32Array(count).fill(-1);
  const distance = new Float64Array(count);
  const sizes = new Int32Array(clusters);
  let iteration = 0;
  for (let changed = true; changed && iteration < iterations; iteration++) {
    changed = assign(points, centres, assignment, distance);
    sizes.fill(0);
    for (const cluster of assignment) sizes[cluster]++;
    for (let cluster = 0; cluster < clusters; cluster++)
      if (sizes[cluster] === 0 && takeFarthest(cluster, assignment, distance, sizes)) changed = true;
    centres.fill(0);
    for (let i = 0; i < count; i++)
      for (let j = 0; j < width; j++) centres[assignment[i] * width + j] += values[i * width + j];
    for (let at = 0; at < centres.length; at++) centres[at] /= Math.max(1, sizes[Math.floor(at / width)]);
  }
  let inertia = 0;
  for (let i = 0; i < count; i++) inertia += squaredDistance(values, i * width, centres, assignment[i] * width, width);
  return { assignment, centres, sizes, inertia, iterations: iteration };
}

/** The cluster of each point of a table, by nearest centre, [points]. */
export function nearestCentres(points: Points, centres: Float64Array): Int32Array {
  const count = pointsOf(points);
  const assignment = new Int32Array(count).fill(-1);
  assign(points, centres, assignment, new Float64Array(count));
  return assignment;
}

/** Σ (a − b)² of two rows that begin at the given places. */
export function squaredDistance(a: Float64Array, from: number, b: Float64Array, other: number, width: number): number {
  let sum = 0;
  for (let j = 0; j < width; j++) sum += (a[from + j] - b[other + j]) ** 2;
  return sum;
}

/** The number of points; checks that they are whole rows of finite numbers. */
export function pointsOf({ values, width }: Points): number {
  const count = values.length / requireInteger(width, "width", 1);
  if (!Number.isInteger(count))
    throw new InputError(`points are rows of ${width} numbers`, { value: values.length, place: "values" });
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return count;
  throw new InputError("a point's values are finite", {
    value: values[bad],
    place: `values, row ${Math.floor(bad / width)}, column ${bad % width}`,
    remedy: "Fill missing values first.",
  });
}

function assign(points: Points, centres: Float64Array, assignment: Int32Array, distance: Float64Array): boolean {
  const { values, width } = points;
  let changed = false;
  for (let i = 0; i < assignment.length; i++) {
    let nearest = 0;
    let least = Infinity;
    for (let at = 0; at < centres.length; at += width) {
      const apart = squaredDistance(values, i * width, centres, at, width);
      if (apart < least) {
        least = apart;
        nearest = at / width;
      }
    }
    distance[i] = least;
    if (assignment[i] !== nearest) changed = true;
    assignment[i] = nearest;
  }
  return changed;
}

function takeFarthest(cluster: number, assignment: Int32Array, distance: Float64Array, sizes: Int32Array): boolean {
  let farthest = -1;
  for (let i = 0; i < distance.length; i++)
    if (sizes[assignment[i]] > 1 && (farthest < 0 || distance[i] > distance[farthest])) farthest = i;
  // Fewer different points than clusters: the cluster stays empty.
  if (farthest < 0 || distance[farthest] === 0) return false;
  sizes[assignment[farthest]]--;
  sizes[cluster]++;
  assignment[farthest] = cluster;
  distance[farthest] = 0;
  return true;
}

function spreadCentres({ values, width }: Points, clusters: number, random: Random): Float64Array {
  const count = values.length / width;
  const centres = new Float64Array(clusters * width);
  const distance = new Float64Array(count).fill(Infinity);
  let chosen = random.integer(count);
  for (let cluster = 0; cluster < clusters; cluster++) {
    centres.set(values.subarray(chosen * width, (chosen + 1) * width), cluster * width);
    let total = 0;
    for (let i = 0; i < count; i++) {
      distance[i] = Math.min(distance[i], squaredDistance(values, i * width, centres, cluster * width, width));
      total += distance[i];
    }
    chosen = total > 0 ? random.categorical(distance) : random.integer(count);
  }
  return centres;
}
