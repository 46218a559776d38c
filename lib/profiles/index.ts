/** Who the users are: what they are worth, whether they will stay, which kinds there are. */

export { fitStandardiser, type Standardiser } from "../models/standardise";
export {
  type CardFact,
  type PriceFeatures,
  type Profile,
  type ProfileCard,
  priceSensitivitySection,
  profileCard,
} from "./card";
export { type ChurnModel, type ChurnModelOptions, type ChurnRows, fitChurn } from "./churn/model";
export { ACTIONS, type Risk, type RiskBand, type RiskLimits, riskBands, riskOf } from "./churn/risk";
export { type ChurnScores, scoreChurn } from "./churn/score";
export { type ChurnTable, type ChurnWindow, churnTable } from "./churn/table";
export {
  type BgNbd,
  type BgNbdParameters,
  expectedPurchases,
  fitBgNbd,
  type OneHistory,
  probabilityAlive,
  type RepeatHistory,
} from "./lifetime/bg-nbd";
export {
  expectedSpend,
  fitGammaGamma,
  type GammaGamma,
  type GammaGammaParameters,
  type SpendHistory,
} from "./lifetime/gamma-gamma";
export { type LifetimeValueOptions, lifetimeValue } from "./lifetime/lifetime-value";
export { type RepeatPurchases, repeatPurchases } from "./lifetime/repeat-purchases";
export { type BandShare, type RfmOptions, rfm } from "./rfm";
export { type Clustering, type KMeansOptions, kMeans, nearestCentres, type Points } from "./segments/k-means";
export { nameSegments, type SegmentName } from "./segments/name";
export { silhouette } from "./segments/silhouette";
export { adjustedRand, stability } from "./segments/stability";
export {
  type Durations,
  kaplanMeier,
  kaplanMeierBySegment,
  type SurvivalCurve,
  survivalAt,
} from "./survival";
export type { Band } from "./value-bands";
