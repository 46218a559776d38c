import { InputError, requireInteger } from "../../errors";
import type { Random } from "../../random";
import { type Points, pointsOf, squaredDistance } from "./k-means";

/**
 * The mean silhouette (Rousseeuw 1987), in [−1, 1]: for each point (b − a) / max(a, b), where a is its mean distance to the
 * others of its cluster and b the least mean distance to another cluster; 0 for a point alone in its cluster.
 *
 * Costs points². With `sample`, so many points drawn by its generator are compared with each other instead.
 * Throws {@link InputError} for fewer than two clusters.
 */
export function silhouette(
  points: Points,
  assignment: ArrayLike<number>,
  sample?: { points: number; random: Random },
): number {
  const { values, width } = points;
  const count = pointsOf(points);
  if (assignment.length !== count)
    throw new InputError(`each of ${count} points has a cluster`, { value: assignment.length, place: "assignment" });
  let rows = Uint32Array.from({ length: count }, (_, i) => i);
  if (sample && sample.points < count)
    rows = sample.random.shuffle(rows).slice(0, requireInteger(sample.points, "sample.points", 2));
  const clusters = rows.reduce((most, i) => Math.max(most, assignment[i]), 0) + 1;
  const sizes = new Int32Array(clusters);
  for (const i of rows) sizes[assignment[i]]++;
  if (sizes.filter((size) => size > 0).length < 2)
    throw new InputError("a silhouette needs two clusters", { value: clusters, place: "assignment" });
  const sums = new Float64Array(clusters);
  let total = 0;
  for (const i of rows) {
    sums.fill(0);
    for (const j of rows)
      sums[assignment[j]] += Math.sqrt(squaredDistance(values, i * width, values, j * width, width));
    const own = assignment[i];
    if (sizes[own] === 1) continue;
    const inside = sums[own] / (sizes[own] - 1);
    let outside = Infinity;
    for (let cluster = 0; cluster < clusters; cluster++)
      if (cluster !== own && sizes[cluster] > 0) outside = Math.min(outside, sums[cluster] / sizes[cluster]);
    const larger = Math.max(inside, outside);
    if (larger > 0) total += (outside - inside) / larger;
  }
  return total / rows.length;
}
