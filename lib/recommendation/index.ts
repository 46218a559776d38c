/** What to show to whom, and how well that was guessed. */

export { type AlsFit, type AlsOptions, fitAls } from "./als";
export type { Confidence } from "./als-confidence";
export {
  type BlendChoice,
  type BlendChoiceOptions,
  type BlendPart,
  type BlendScale,
  type BlendScaling,
  blend,
  chooseBlend,
} from "./blend";
export { type BprFit, type BprOptions, fitBpr } from "./bpr";
export { inheritFactors, knownItems, mapFactors } from "./cold-start";
export {
  distanceDecay,
  type GroupPopularity,
  type GroupPopularityOptions,
  greatCircles,
  groupPopularity,
  groupRecommender,
  scoresFor,
} from "./context/groups";
export { type InterestOptions, type InterestProfiles, interestProfiles } from "./context/interest";
export { type InteractionLog, readLog } from "./context/log";
export {
  blendNeighbours,
  categoryNeighbours,
  type SimilarityPart,
  type VectorNeighbourOptions,
  vectorNeighbours,
} from "./context/similar-items";
export {
  scoresAt,
  slotOf,
  type TimePopularity,
  type TimePopularityOptions,
  type TimeSlots,
  timePopularity,
  timeRecommender,
} from "./context/time";
export {
  type Candidates,
  type DiversityOptions,
  determinantalList,
  type ItemSimilarity,
  maximalMarginalRelevance,
} from "./diversity";
export {
  compareRankings,
  type EvaluationOptions,
  evaluateRanking,
  type Protocol,
  type RankingEvaluation,
  rankingGain,
} from "./evaluate";
export { checkFactors, type Factors, factorRecommender, loadFactors, saveFactors } from "./factors";
export { allFilters, type ItemFilter, inStock, marginFloor, never, notHad } from "./filters";
export { type FoldInOptions, foldIn } from "./fold-in";
export { type InteractionOptions, type Interactions, readInteractions } from "./interactions";
export type { NeighbourScoring } from "./neighbour-scoring";
export { itemNeighbours, type NeighbourOptions, neighbourRecommender } from "./neighbours";
export { buyAgain, itemUsers, popularity } from "./popularity";
export { itemRatings, type RatingOptions, type RatingPredictor, ratingErrors, userRatings } from "./rating";
export { bestItems, listMaker, type RankedList, type Recommender, topItems } from "./recommender";
export { exactSearch } from "./search/exact";
export { type HnswOptions, type HnswSearch, hnswSearch, loadHnsw } from "./search/hnsw";
export { findUnseen } from "./search/unseen";
export { type Found, searchRecall, type VectorSearch, type VectorSimilarity } from "./search/vector-search";
export { type SequenceRecommenderOptions, sequenceRecommender } from "./sequence-recommender";
export type { ItemAttributes, PartName, RecommendationModel, UserGroups } from "./serving/model";
export type { Reason } from "./serving/parts";
export type { RecommendOptions } from "./serving/query";
export {
  openModel,
  type Recommendations,
  type Recommended,
  type ServeOptions,
  serveModel,
  type UserRecommendations,
} from "./serving/serve";
export { loadModel, saveModel } from "./serving/store";
export { userNeighbourRecommender, userNeighbours } from "./user-neighbours";
export {
  attributeVectors,
  checkVectors,
  joinVectors,
  selectVectors,
  sparseSimilarity,
  unitVectors,
  type Vectors,
  vectorSimilarity,
} from "./vectors";
