/** The synthetic market: a seeded shop whose causes are known. */
export { type Market, startMarket } from "./market";
export { ARMS, CATEGORIES, type MarketSettings, marketSettings, SEGMENTS } from "./settings";
export type { ArmTruth, MarketTruth } from "./truth";
export { type MarketManifest, type WriteMarketOptions, writeMarket } from "./write";
