import { InputError, requireInteger, requireNumber } from "../errors";

/** Items to choose a list from, and how much each is worth to the user. */
export interface Candidates {
  items: ArrayLike<number>;
  /** Relevance, higher is better, [candidates]. */
  scores: ArrayLike<number>;
}

/** How alike two items are, 1 for the same; symmetric. See vectorSimilarity and sparseSimilarity. */
export type ItemSimilarity = (one: number, other: number) => number;

/** Settings of {@link maximalMarginalRelevance} and {@link determinantalList}. */
export interface DiversityOptions {
  /** Length of the list. */
  k: number;
  /** 0 ranks by score alone, 1 by difference alone. */
  diversity: number;
}

/**
 * A list that is relevant and doesn't say the same thing twice: maximal marginal relevance (Carbonell and Goldstein
 * 1998). One after another, the item with the largest
 *
 *   (1 − d) · score(i) − d · max over chosen j of similarity(i, j)
 *
 * is taken; scores are first brought to [0, 1] over the candidates, the range of a similarity. Among equals the earlier
 * candidate wins. At d = 0 the list is that of the scores. O(k · candidates) similarities.
 *
 * @returns the chosen items in order, at most k
 */
export function maximalMarginalRelevance(
  candidates: Candidates,
  similarity: ItemSimilarity,
  options: DiversityOptions,
): Int32Array {
  const { k, diversity, items, relevance } = prepared(candidates, options);
  const nearest = new Float64Array(items.length);
  const taken = new Uint8Array(items.length);
  const list: number[] = [];
  while (list.length < Math.min(k, items.length)) {
    let best = -1;
    let most = -Infinity;
    for (let at = 0; at < items.length; at++) {
      const value = (1 - diversity) * relevance[at] - diversity * nearest[at];
      if (taken[at] === 0 && value > most) {
        best = at;
        most = value;
      }
    }
    taken[best] = 1;
    list.push(items[best]);
    const first = list.length === 1;
    for (let at = 0; at < items.length; at++) {
      if (taken[at] === 1) continue;
      const alike = similarity(items[at], items[best]);
      nearest[at] = first ? alike : Math.max(nearest[at], alike);
    }
  }
  return Int32Array.from(list);
}

/**
 * A list as a determinantal point process has it: the set's probability is proportional to the determinant of its
 * kernel, the squared volume that the items' vectors span, so that each item's relevance counts and what is alike to
 * all others together (not only to the nearest) is worth little. The greedy maximum by the incremental Cholesky
 * factor of Chen, Zhang and Zhou (2018, algorithm 1), O(k² · candidates), with their
 *
 *   L = Diag(exp(α r)) · S · Diag(exp(α r)),   α = (1 − d) / (2 d),
 *
 * S the similarities with 1 on the diagonal, r the scores brought to [0, 1] over the candidates. Where no item adds any
 * volume (all left are combinations of those chosen), the rest follows by score, so that the list isn't cut short.
 *
 * Differs from the paper in that: it stops there. At d = 0 the list is that of the scores.
 *
 * @param similarity positive semidefinite over the candidates, such as cosines
 * @returns the chosen items in order, at most k
 */
export function determinantalList(
  candidates: Candidates,
  similarity: ItemSimilarity,
  options: DiversityOptions,
): Int32Array {
  const { k, diversity, items, relevance } = prepared(candidates, options);
  const count = Math.min(k, items.length);
  const byScore = Array.from(items.keys()).sort((a, b) => relevance[b] - relevance[a] || a - b);
  if (diversity === 0) return Int32Array.from(byScore.slice(0, count), (at) => items[at]);
  const alpha = (1 - diversity) / (2 * diversity);
  // Logarithms, since exp(2 α r) overflows near d = 0: gain = 2 α r + ln of what S alone leaves to be gained.
  const left = new Float64Array(items.length).fill(1);
  const rows = Array.from({ length: count }, () => new Float64Array(items.length));
  const taken = new Uint8Array(items.length);
  const list: number[] = [];
  for (let step = 0; step < count; step++) {
    let best = -1;
    let most = -Infinity;
    for (let at = 0; at < items.length; at++) {
      if (taken[at] === 1 || !(left[at] > 1e-9)) continue;
      const gain = 2 * alpha * relevance[at] + Math.log(left[at]);
      if (gain > most) {
        best = at;
        most = gain;
      }
    }
    if (best < 0) break;
    taken[best] = 1;
    list.push(items[best]);
    const root = Math.sqrt(left[best]);
    for (let at = 0; at < items.length; at++) {
      if (taken[at] === 1) continue;
      let rest = similarity(items[best], items[at]);
      for (let before = 0; before < step; before++) rest -= rows[before][best] * rows[before][at];
      rows[step][at] = rest / root;
      left[at] -= rows[step][at] ** 2;
    }
  }
  for (const at of byScore) if (list.length < count && taken[at] === 0) list.push(items[at]);
  return Int32Array.from(list);
}

function prepared({ items, scores }: Candidates, options: DiversityOptions) {
  const k = requireInteger(options.k, "k", 1);
  const diversity = requireNumber(options.diversity, "diversity", 0, 1);
  if (scores.length !== items.length)
    throw new InputError(`there is a score for each of ${items.length} candidates`, {
      value: scores.length,
      place: "scores",
    });
  let [low, high] = [Infinity, -Infinity];
  for (let at = 0; at < scores.length; at++) {
    requireNumber(scores[at], `scores[${at}]`);
    low = Math.min(low, scores[at]);
    high = Math.max(high, scores[at]);
  }
  const relevance = Float64Array.from(scores, (score) => (high > low ? (score - low) / (high - low) : 1));
  return { k, diversity, items: Array.from(items), relevance };
}
