/** Real data sets by name, found, verified and opened as SQL relations; and the synthetic market. */
export { adaptColumns, type ColumnMap } from "./adapters/column-map";
export { EVENT_SCHEMA, type FileMap, LAYOUTS, type LayoutName, REES46, TAOBAO } from "./adapters/layouts";
export type { DownloadProgress } from "./fetch/ensure";
export {
  type BetaPriors,
  type FeedbackChoice,
  type LoggedFeedback,
  loggedFeedback,
  thompsonPriors,
} from "./logged-feedback";
export { type MarketSettings, type MarketTruth, writeMarket } from "./marketplace/index";
export {
  CACHE_FOLDER,
  type Dataset,
  type MarketOptions,
  type OpenOptions,
  open,
  openIfReachable,
  openMarket,
} from "./open";
export { type EventFile, type OpenEventsOptions, type OpenedEvents, openEvents } from "./open-events";
export { type FileEntry, findEntry, type RegistryEntry, readRegistry, type Source } from "./registry";
export { type Sequences, sequences } from "./sequences";
