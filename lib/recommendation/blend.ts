import { InputError, requireInteger, requireNumber, throwIfAborted } from "../errors";
import { rankingMetrics, tieGroups } from "../models/metrics/index";
import { Largest, type SparseMatrix } from "../sparse/index";
import { type EvaluationOptions, type Protocol, searchTask } from "./evaluate";
import { forEachScored, type Recommender, topItems } from "./recommender";

/**
 * What makes scores of different recommenders comparable, user by user:
 *
 * - `z`: (score − mean) / standard deviation over all items; 0 where all scores are alike. Keeps how far ahead the best are.
 * - `rank`: 1 / (60 + place) for the first `depth` places, 0 after them (reciprocal rank fusion, Cormack, Clarke and Büttcher
 *   2009, where 60 comes from); items of equal score share the mean, and count for nothing where they reach beyond the
 *   last place: what a recommender doesn't tell apart at its list's end, it doesn't know. Keeps the order alone.
 */
export type BlendScale = "z" | "rank";

/** One recommender of a blend and what it counts for. */
export interface BlendPart {
  recommender: Recommender;
  /** At least 0. */
  weight: number;
}

/** How a blend makes scores comparable. */
export interface BlendScaling {
  /** Default "z". */
  scale?: BlendScale;
  /** Places that count by rank. Default 1,000. */
  depth?: number;
}

/** Places of a ranking that count by rank unless said, and what is added to each. */
export const BLEND_DEPTH = 1000;
const RANK_CONSTANT = 60;

/**
 * Ranks by the weighted sum of several recommenders' scores, each brought to one scale. Parts of weight 0 aren't asked.
 *
 * Throws {@link InputError} for parts that score another number of items, a weight below 0, and no weight above 0.
 */
export function blend(
  parts: readonly BlendPart[],
  { scale = "z", depth = BLEND_DEPTH, name = "blend" }: BlendScaling & { name?: string } = {},
): Recommender {
  const itemCount = requireSameItems(parts.map(({ recommender }) => recommender));
  for (const [at, { weight }] of parts.entries()) requireNumber(weight, `parts[${at}].weight`, 0);
  const counting = parts.filter(({ weight }) => weight > 0);
  if (counting.length === 0) throw new InputError("some part of a blend has a weight above 0", { place: "parts" });
  const bring = scaler(scale, depth, itemCount);
  const scoreMany = (users: Int32Array) => {
    const total = new Float32Array(users.length * itemCount);
    const scaled = new Float32Array(itemCount);
    for (const { recommender, weight } of counting)
      forEachScored(recommender, users, (_user, scores, at) => {
        bring(scores, scaled);
        const start = at * itemCount;
        for (let item = 0; item < itemCount; item++) total[start + item] += weight * scaled[item];
      });
    return total;
  };
  return { name, itemCount, scoreMany, score: (user, scores) => scores.set(scoreMany(Int32Array.of(user))) };
}

/** Settings of {@link chooseBlend}. */
export interface BlendChoiceOptions extends EvaluationOptions, BlendScaling {
  /** Weights are multiples of 1 / steps. Default 4. */
  steps?: number;
}

/** Weights by how well they did. */
export interface BlendChoice {
  /** The best weights, beside the recommenders; they sum to 1. */
  weights: number[];
  /** Every weighting tried, best first, with its mean NDCG@k. */
  tried: { weights: number[]; ndcg: number }[];
  /** Users that they were judged on. */
  users: number;
}

/**
 * Chooses a blend's weights by NDCG@k on a validation part: every weighting that sums to 1 in steps of 1 / `steps` is judged
 * on the same users by full ranking (see {@link evaluateRanking}, whose protocol this is). So each part alone is among
 * those tried; of equals, the one that gives the earlier parts more wins. Each part scores each user once, however many
 * weightings there are: (steps + parts − 1 choose parts − 1).
 *
 * The recommenders must not have seen what they are judged on: give those made of the training part only, and blend the
 * final ones by the weights found.
 */
export function chooseBlend(
  recommenders: readonly Recommender[],
  history: SparseMatrix,
  future: SparseMatrix,
  { goal, k }: Protocol,
  options: BlendChoiceOptions = {},
): BlendChoice {
  const itemCount = requireSameItems(recommenders);
  const weightings = simplex(recommenders.length, requireInteger(options.steps ?? 4, "steps", 1));
  const everyone = Int32Array.from({ length: history.rowCount }, (_, user) => user);
  const { users, wanted, excluded, mask } = searchTask(history, future, goal, options.users ?? everyone, options.items);
  if (users.length === 0)
    throw new InputError("nobody has anything to be found", {
      place: "future",
      remedy: "Choose weights on a part in which users took something.",
    });
  const bring = scaler(options.scale ?? "z", options.depth ?? BLEND_DEPTH, itemCount);
  const sums = new Float64Array(weightings.length);
  const blended = new Float64Array(itemCount);
  for (let start = 0; start < users.length; start += TOGETHER) {
    throwIfAborted(options.signal, "choosing weights");
    options.onProgress?.(start / users.length);
    const block = users.subarray(start, start + TOGETHER);
    const parts = recommenders.map((recommender) => {
      const scaled = new Float32Array(block.length * itemCount);
      forEachScored(recommender, block, (_user, scores, at) =>
        bring(scores, scaled.subarray(at * itemCount, (at + 1) * itemCount)),
      );
      return scaled;
    });
    for (let row = 0; row < block.length; row++) {
      mask(block[row], 1);
      for (const [at, weights] of weightings.entries()) {
        blended.fill(0);
        for (const [part, weight] of weights.entries()) {
          if (weight === 0) continue;
          const scaled = parts[part];
          const from = row * itemCount;
          for (let item = 0; item < itemCount; item++) blended[item] += weight * scaled[from + item];
        }
        sums[at] += rankingMetrics(tieGroups(blended, wanted[start + row], { excluded }), k).ndcg;
      }
      mask(block[row], 0);
    }
  }
  options.onProgress?.(1);
  const tried = weightings
    .map((weights, at) => ({ weights, ndcg: sums[at] / users.length }))
    .sort((a, b) => b.ndcg - a.ndcg);
  return { weights: tried[0].weights, tried, users: users.length };
}

/** Users whose scores by every part are held at once. */
const TOGETHER = 64;

/** Every weighting in multiples of 1 / steps that sums to 1, most to the first parts first. */
function simplex(parts: number, steps: number): number[][] {
  const whole = (left: number, places: number): number[][] =>
    places === 1
      ? [[left]]
      : Array.from({ length: left + 1 }, (_, at) => left - at).flatMap((first) =>
          whole(left - first, places - 1).map((rest) => [first, ...rest]),
        );
  return whole(steps, parts).map((weights) => weights.map((weight) => weight / steps));
}

type Scale = (scores: Float64Array | Float32Array, scaled: Float32Array) => void;

function scaler(scale: BlendScale, depth: number, itemCount: number): Scale {
  if (scale === "z") return toZ;
  if (scale !== "rank")
    throw new InputError('a blend\'s scale is "z" or "rank"', { value: scale, place: "scale", remedy: 'Use "z".' });
  const largest = new Largest(requireInteger(depth, "depth", 1) + 1);
  return (scores, scaled) => {
    const items = topItems(scores, largest);
    const shares = rankShares(
      Float64Array.from(items, (item) => scores[item]),
      depth,
      items.length < itemCount,
    );
    scaled.fill(0);
    for (let at = 0; at < items.length; at++) scaled[items[at]] = shares[at];
  };
}

/**
 * What each place of a list counts for in a blend by rank; see {@link BlendScale}.
 *
 * @param scores of the list's items, best first; one more than `depth` where there are more
 * @param more whether there are items of lower score that the list doesn't name
 */
export function rankShares(scores: ArrayLike<number>, depth: number, more: boolean): Float64Array {
  const shares = new Float64Array(scores.length);
  for (let from = 0; from < scores.length; ) {
    let to = from;
    let share = 0;
    while (to < scores.length && scores[to] === scores[from]) share += 1 / (RANK_CONSTANT + ++to);
    const atTheEnd = to === scores.length && (scores.length > depth || (!more && to - from > 1));
    if (!atTheEnd) shares.fill(share / (to - from), from, to);
    from = to;
  }
  return shares;
}

function toZ(scores: Float64Array | Float32Array, scaled: Float32Array): void {
  let mean = 0;
  for (let item = 0; item < scores.length; item++) mean += scores[item];
  mean /= scores.length;
  let squares = 0;
  for (let item = 0; item < scores.length; item++) squares += (scores[item] - mean) ** 2;
  const scale = squares > 0 ? 1 / Math.sqrt(squares / scores.length) : 0;
  for (let item = 0; item < scores.length; item++) scaled[item] = (scores[item] - mean) * scale;
}

function requireSameItems(recommenders: readonly Recommender[]): number {
  if (recommenders.length === 0) throw new InputError("a blend has at least one part", { place: "parts" });
  const { itemCount, name } = recommenders[0];
  for (const other of recommenders)
    if (other.itemCount !== itemCount)
      throw new InputError(`all parts score the same items, ${itemCount} of them in "${name}"`, {
        value: other.itemCount,
        place: `"${other.name}"`,
      });
  return itemCount;
}
