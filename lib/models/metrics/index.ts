/** How good a model's output is. */
export { type RankingMetrics, rankingMetrics } from "./ranking";
export { type TieGroup, tieGroups } from "./ties";
