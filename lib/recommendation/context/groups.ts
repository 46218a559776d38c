import { InputError, requireInteger, requireNumber } from "../../errors";
import type { SparseMatrix } from "../../sparse/index";
import type { Recommender } from "../recommender";

/** What each group of users takes: plain numbers, to be saved as they are. */
export interface GroupPopularity {
  itemCount: number;
  /** Names of the groups: areas, age groups. */
  groups: string[];
  /** Chance that something taken by someone of the group is the item, [groups × items]; each row sums to 1. */
  shares: Float64Array;
  /** The same of everyone, [items]. */
  overall: Float64Array;
}

/** Settings of {@link groupPopularity}. */
export interface GroupPopularityOptions {
  /** Weight of what everyone takes against what the group takes, in interactions. Default 1,000. */
  smoothing?: number;
  /**
   * How much group b tells of group a, [groups × groups], 1 for itself: see distanceDecay. Default: each group tells only
   * of itself.
   */
  kernel?: Float64Array;
}

/**
 * What people take where (or at which age): with nᵦᵢ the interactions of group b with item i, Nᵦ their sum and w(a, b)
 * what b tells of a,
 *
 *   score(i | a) = (Σᵦ w(a, b) nᵦᵢ + m pᵢ) / (Σᵦ w(a, b) Nᵦ + m),
 *
 * pᵢ the item's share of all interactions, towards which small groups are drawn (a Dirichlet prior's mean).
 *
 * @param interactions [users × items]
 * @param groupOfUser each user's group by name; null or undefined where it isn't known, [users]
 * @param groups the groups' names, in the kernel's order
 * Throws {@link InputError} for a group that isn't among them.
 */
export function groupPopularity(
  interactions: SparseMatrix,
  groupOfUser: readonly (string | null | undefined)[],
  groups: readonly string[],
  options: GroupPopularityOptions = {},
): GroupPopularity {
  const { rowCount, columnCount: itemCount, offsets, indices, values } = interactions;
  const smoothing = requireNumber(options.smoothing ?? 1000, "smoothing", 0);
  const numbers = groupNumbers(groupOfUser, groups);
  if (numbers.length !== rowCount)
    throw new InputError(`there is a group for each of ${rowCount} users`, {
      value: numbers.length,
      place: "groupOfUser",
    });
  const size = groups.length;
  const kernel = options.kernel ?? identity(size);
  if (kernel.length !== size * size)
    throw new InputError(`a kernel of ${size} groups is [${size} × ${size}]`, {
      value: kernel.length,
      place: "kernel",
    });
  const counts = new Float64Array(size * itemCount);
  const overall = new Float64Array(itemCount);
  const sizes = new Float64Array(size);
  let all = 0;
  for (let user = 0; user < rowCount; user++)
    for (let at = offsets[user]; at < offsets[user + 1]; at++) {
      overall[indices[at]] += values[at];
      all += values[at];
      if (numbers[user] < 0) continue;
      counts[numbers[user] * itemCount + indices[at]] += values[at];
      sizes[numbers[user]] += values[at];
    }
  for (let item = 0; item < itemCount; item++) overall[item] /= all || 1;
  const shares = new Float64Array(size * itemCount);
  for (let group = 0; group < size; group++) {
    const row = shares.subarray(group * itemCount, (group + 1) * itemCount);
    let told = 0;
    for (let other = 0; other < size; other++) {
      const weight = requireNumber(kernel[group * size + other], `kernel[${group * size + other}]`, 0);
      if (weight === 0) continue;
      told += weight * sizes[other];
      for (let item = 0; item < itemCount; item++) row[item] += weight * counts[other * itemCount + item];
    }
    const prior = told === 0 && smoothing === 0 ? 1 : smoothing;
    for (let item = 0; item < itemCount; item++) row[item] = (row[item] + prior * overall[item]) / (told + prior);
  }
  return { itemCount, groups: [...groups], shares, overall };
}

/**
 * Each item's score for someone of whom some groups are known, [items]: with one, its share there; with several (area and
 * age), what follows if they tell of the item independently of each other,
 *
 *   score(i | a, g) = p(i | a) p(i | g) / pᵢ,
 *
 * and with none, its share of everything. A group that is unknown, or null, tells nothing.
 */
export function scoresFor(
  known: readonly { model: GroupPopularity; group: string | null | undefined }[],
  overall: Float64Array,
): Float64Array {
  const scores = overall.slice();
  for (const { model, group } of known) {
    const at = group === null || group === undefined ? -1 : model.groups.indexOf(group);
    if (at < 0) continue;
    const start = at * model.itemCount;
    for (let item = 0; item < scores.length; item++)
      scores[item] = model.overall[item] > 0 ? (scores[item] * model.shares[start + item]) / model.overall[item] : 0;
  }
  return scores;
}

/**
 * Ranks for each user by {@link scoresFor} of the user's groups.
 *
 * @param parts the models, each with the group of every user, [users]
 */
export function groupRecommender(
  parts: readonly { model: GroupPopularity; groupOfUser: readonly (string | null | undefined)[] }[],
  name = "popularity by group",
): Recommender {
  if (parts.length === 0) throw new InputError("groups of some kind are known", { place: "parts" });
  const { itemCount, overall } = parts[0].model;
  // There are few combinations of groups, and many users.
  const made = new Map<string, Float64Array>();
  return {
    name,
    itemCount,
    score(user, scores) {
      const known = parts.map(({ model, groupOfUser }) => ({ model, group: groupOfUser[user] }));
      const key = JSON.stringify(known.map(({ group }) => group ?? null));
      let found = made.get(key);
      if (!found) {
        found = scoresFor(known, overall);
        made.set(key, found);
      }
      scores.set(found);
    },
  };
}

/**
 * How much areas tell of each other by how far apart they are: w(a, b) = 2^(−d(a, b) / halfDistance), [areas × areas].
 *
 * @param distances in any unit, [areas × areas]; NaN where one isn't known, which tells nothing (but 1 of itself)
 */
export function distanceDecay(distances: Float64Array, halfDistance: number): Float64Array {
  requireNumber(halfDistance, "halfDistance", 0);
  const size = requireInteger(Math.sqrt(distances.length), "√ distances.length", 0);
  return distances.map((distance, at) => {
    if (Math.floor(at / size) === at % size) return 1;
    if (Number.isNaN(distance) || halfDistance === 0) return 0;
    return 2 ** (-requireNumber(distance, `distances[${at}]`, 0) / halfDistance);
  });
}

/**
 * Kilometres between places on the Earth along great circles, by the haversine formula on a sphere of radius 6,371 km
 * (within 0.6 % of the ellipsoid's), [places × places]; NaN to and from a place that isn't known.
 *
 * @param places latitude and longitude in degrees, undefined where unknown
 */
export function greatCircles(places: readonly (readonly [number, number] | undefined)[]): Float64Array {
  const radians = Math.PI / 180;
  return Float64Array.from({ length: places.length ** 2 }, (_, at) => {
    const [one, other] = [places[Math.floor(at / places.length)], places[at % places.length]];
    if (!one || !other) return Number.NaN;
    const [north, east] = [(other[0] - one[0]) * radians, (other[1] - one[1]) * radians];
    const across =
      Math.sin(north / 2) ** 2 + Math.cos(one[0] * radians) * Math.cos(other[0] * radians) * Math.sin(east / 2) ** 2;
    return 2 * 6371 * Math.asin(Math.min(1, Math.sqrt(across)));
  });
}

function groupNumbers(names: readonly (string | null | undefined)[], groups: readonly string[]): Int32Array {
  const numberOf = new Map(groups.map((name, number) => [name, number]));
  return Int32Array.from(names, (name, user) => {
    if (name === null || name === undefined) return -1;
    const number = numberOf.get(name);
    if (number !== undefined) return number;
    throw new InputError("a user's group is one of those named", {
      value: name,
      place: `groupOfUser[${user}]`,
      remedy: "Add it to groups, or give null where a group isn't known.",
    });
  });
}

function identity(size: number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, at) => (Math.floor(at / size) === at % size ? 1 : 0));
}
