import { InputError, requireInteger } from "../../errors";
import type { TieGroup } from "./ties";

/** Metrics of one ranking; each in [0, 1], higher is better. */
export interface RankingMetrics {
  /** HR@k: 1 where at least one relevant item is among the first k. */
  hitRate: number;
  /** Share of the relevant items that are among the first k. */
  recall: number;
  /** Share of the first k that is relevant. */
  precision: number;
  /** NDCG@k with gain 1: Σ 1 / log₂(1 + position), over its value for the best ranking (Järvelin and Kekäläinen 2002). */
  ndcg: number;
  /** MRR@k: 1 / position of the first relevant item, 0 where that is beyond k. */
  reciprocalRank: number;
  /**
   * AP@k, whose mean over users is MAP@k: Σ precision at each relevant item among the first k, over the lesser of k and the
   * number of relevant items, so that the best list has 1 (Manning et al. 2008, § 8.4, whose lists aren't cut).
   */
  averagePrecision: number;
}

/**
 * Ranking metrics of one user from the tie groups of the relevant items (see tieGroups), as expectations over every order
 * of tied items (McSherry and Najork 2008): a model can't gain by giving everything the same score, and the result doesn't
 * hang on the order of items in memory.
 *
 * @param groups best first
 * @param k length of the list; `Infinity` for the whole ranking
 * Throws {@link InputError} without a relevant item: such a user has no metrics.
 */
export function rankingMetrics(groups: readonly TieGroup[], k: number): RankingMetrics {
  if (k !== Infinity) requireInteger(k, "k", 1);
  let relevantCount = 0;
  for (const group of groups) relevantCount += group.relevant;
  if (relevantCount === 0) throw new InputError("a user without a relevant item has no metrics", { place: "groups" });
  let found = 0;
  let gain = 0;
  let missed = 1;
  let reciprocalRank = 0;
  let precisions = 0;
  let earlier = 0;
  for (const { before, tied, relevant } of groups) {
    const inside = Math.min(tied, k - before);
    if (inside <= 0) break;
    const share = relevant / tied;
    found += share * inside;
    gain += share * discounts(before, before + inside);
    // Where a relevant item stands at place j of the group, of the j before it each is relevant with the same chance.
    const each = tied > 1 ? (relevant - 1) / (tied - 1) : 0;
    for (let j = 0; j < inside; j++) precisions += (share * (earlier + 1 + j * each)) / (before + j + 1);
    earlier += relevant;
    // The first relevant item: the chance that the group's first j are all irrelevant, and the next is not.
    let clean = missed;
    for (let j = 0; j < inside && clean > 1e-16; j++) {
      const chance = (clean * relevant) / (tied - j);
      reciprocalRank += chance / (before + j + 1);
      clean -= chance;
    }
    missed = clean > 1e-15 ? clean : 0;
    if (missed === 0 && before + tied >= k) break;
  }
  return {
    hitRate: 1 - missed,
    recall: found / relevantCount,
    precision: k === Infinity ? Number.NaN : found / k,
    ndcg: gain / discounts(0, Math.min(k, relevantCount)),
    reciprocalRank,
    averagePrecision: precisions / Math.min(k, relevantCount),
  };
}

/** Cumulative 1 / log₂(1 + position), grown as needed. */
let table = Float64Array.of(0);

/** Σ of 1 / log₂(1 + position) over the positions from + 1 … to. */
function discounts(from: number, to: number): number {
  if (to >= table.length) {
    const grown = new Float64Array(Math.max(to + 1, 2 * table.length));
    grown.set(table);
    for (let position = table.length; position < grown.length; position++)
      grown[position] = grown[position - 1] + 1 / Math.log2(1 + position);
    table = grown;
  }
  return table[to] - table[from];
}
