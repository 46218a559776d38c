/** How good a model's output is. */
export { coverage, gini, intraListDiversity, novelty, selfInformation } from "./lists";
export { type RankingMetrics, rankingMetrics } from "./ranking";
export { type TieGroup, tieGroups } from "./ties";
