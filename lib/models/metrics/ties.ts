import { InputError } from "../../errors";

/** Candidates that share a score, where at least one of them is relevant. */
export interface TieGroup {
  /** Candidates with a higher score. */
  before: number;
  /** Candidates with this score. */
  tied: number;
  /** Those of them that are relevant. */
  relevant: number;
}

/** Settings of {@link tieGroups}. */
export interface TieOptions {
  /** 1 for items that are no candidates (bought already, out of stock), [items]. */
  excluded?: Uint8Array;
  /**
   * Scores below this aren't told apart: relevant items there are put into one last group, after all others. With the
   * k-th best candidate's score, metrics of the first k stay exact and the pass is several times as fast.
   */
  floor?: number;
}

/**
 * Where the relevant items stand in the full ranking of all candidates by score: their tie groups, best first.
 *
 * One pass over the scores, no sort: what metrics need of a ranking is how many candidates stand before and beside the
 * relevant ones.
 *
 * @param scores of all items, [items]; higher is better
 * @param relevant the items that should be found; each once, each a candidate
 * Throws {@link InputError} for a score that isn't a number and for a relevant item that isn't a candidate.
 */
export function tieGroups(
  scores: Float64Array | Float32Array,
  relevant: ArrayLike<number>,
  { excluded, floor = -Infinity }: TieOptions = {},
): TieGroup[] {
  const counts = new Map<number, number>();
  let beyond = 0;
  for (let i = 0; i < relevant.length; i++) {
    const score = scores[relevant[i]];
    if (Number.isNaN(score) || excluded?.[relevant[i]])
      throw new InputError("a relevant item is a candidate with a score", {
        value: score,
        place: `item ${relevant[i]}`,
      });
    if (score < floor) beyond++;
    else counts.set(score, (counts.get(score) ?? 0) + 1);
  }
  const levels = Float64Array.from(counts.keys()).sort().reverse();
  const above = new Int32Array(levels.length + 1);
  const tied = new Int32Array(levels.length);
  const last = levels.length - 1;
  const lowest = beyond > 0 ? floor : (levels[last] ?? Infinity);
  let lowestTied = 0;
  const look = (first: number, end: number) => {
    let same = 0;
    for (let item = first; item < end; item++) {
      const score = scores[item];
      if (score < lowest || excluded?.[item]) continue;
      // Most candidates of a recommender that knows few items share the lowest score.
      if (score === lowest) same++;
      else if (score > lowest) {
        let level = last + 1;
        while (level > 0 && score >= levels[level - 1]) level--;
        if (score === levels[level]) tied[level]++;
        else above[level]++;
      } else throw new InputError("a score is a number", { value: score, place: `item ${item}` });
    }
    lowestTied += same;
  };
  // Nearly every score is below a floor: eight are passed over by one branch, as in topItems.
  const whole = scores.length - (scores.length % 8);
  for (let at = 0; at < whole; at += 8) {
    const below =
      scores[at] < lowest &&
      scores[at + 1] < lowest &&
      scores[at + 2] < lowest &&
      scores[at + 3] < lowest &&
      scores[at + 4] < lowest &&
      scores[at + 5] < lowest &&
      scores[at + 6] < lowest &&
      scores[at + 7] < lowest;
    if (!below) look(at, at + 8);
  }
  look(whole, scores.length);
  if (lowest === levels[last]) tied[last] = lowestTied;
  else above[last + 1] += lowestTied;
  const groups: TieGroup[] = [];
  let before = 0;
  for (let level = 0; level <= last; level++) {
    before += above[level];
    groups.push({ before, tied: tied[level], relevant: counts.get(levels[level]) ?? 0 });
    before += tied[level];
  }
  if (beyond > 0) groups.push({ before: before + above[last + 1], tied: beyond, relevant: beyond });
  return groups;
}
