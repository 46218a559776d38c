import type { Engine } from "../engine/index";
import { InputError, requireInteger, requireNumber } from "../errors";
import { type FeatureContext, type FeatureGroup, joined, pastOf } from "./features/group";
import { popularityFeatures, rhythmFeatures, searchFeatures, trendFeatures, visitFeatures } from "./features/habits";
import { priceLevelFeatures, type SensitivityOptions, sensitivityFeatures } from "./features/prices";
import { categoryFeatures, intervalFeatures, purchaseFeatures } from "./features/purchases";
import { endOfLastDay } from "./moment";
import { requireRelation } from "./step";

/** Options of {@link userFeatures}. */
export interface UserFeatureOptions {
  /**
   * The moment that features are as of, in seconds since 1970 UTC: nothing at or after it is used. Default: the end of
   * the day of the last event.
   */
  asOf?: number;
  /** The features' relation. Default: the events' name with `_users`. */
  output?: string;
  /** One row for each who bought before the moment, or for each who did anything. Default: buyers. */
  users?: "buyers" | "everyone";
  /** Further groups of features; each costs what it takes to compute, so none is there unless asked for. */
  groups?: FeatureGroups;
  signal?: AbortSignal;
}

/** Groups of features beyond those of purchases: `true`, or a group's own settings. */
export interface FeatureGroups {
  /** See {@link intervalFeatures}. */
  intervals?: boolean;
  /** See {@link categoryFeatures}; how many categories, 3 for `true`. */
  categories?: boolean | { top: number };
  /** See {@link priceLevelFeatures}. */
  priceLevel?: boolean;
  /** See {@link sensitivityFeatures}. */
  priceSensitivity?: boolean | SensitivityOptions;
  /** See {@link rhythmFeatures}; hours that the shop's clock is ahead of UTC, 0 for `true`. */
  rhythm?: boolean | { utcOffset: number };
  /** See {@link visitFeatures}; seconds of inactivity that end a visit, 1800 for `true`. */
  visits?: boolean | { gap: number };
  /** See {@link searchFeatures}. */
  searches?: boolean;
  /** See {@link popularityFeatures}. */
  popularity?: boolean;
  /** See {@link trendFeatures}; how many weeks, 8 for `true`. */
  trend?: boolean | { weeks: number };
}

/** What {@link userFeatures} made. */
export interface UserFeatures {
  relation: string;
  /** Seconds since 1970 UTC. */
  asOf: number;
  users: number;
}

/**
 * One row a user of what purchases before `asOf` say, ordered by user_id:
 *
 * - `recency`: days from the last purchase to `asOf`; `tenure`: days from the first
 * - `frequency`: days with a purchase
 * - `mean_interval`: mean days between purchase days, (last − first) / (frequency − 1); NULL for one purchase day
 * - `value`: Σ price × quantity; `mean_basket`: value / frequency; both in the data's currency
 * - `margin`: Σ (price − cost) × quantity over Σ price × quantity, of the lines whose cost is known; NULL without any
 * - `units`, `items`: units bought, different items; `categories`: different categories
 * - `category_entropy`: −Σ s log₂ s in bits over the shares s of categories in the user's lines: 0 for one category
 *
 * and the columns of the {@link FeatureGroups} asked for. Of users who never bought (`users: "everyone"`) counts and
 * sums are 0 and the rest NULL. Events without a user are left out. Throws InputError for a moment that isn't one, no
 * events, and a setting out of range.
 */
export async function userFeatures(
  engine: Engine,
  events: string,
  options: UserFeatureOptions = {},
): Promise<UserFeatures> {
  const relation = requireRelation(options.output ?? `${requireRelation(events)}_users`);
  const asOf = options.asOf ?? (await endOfLastDay(engine, events));
  if (!Number.isFinite(asOf))
    throw new InputError("the moment of the features is not a time", { value: options.asOf, place: "asOf" });
  const { dialect } = engine;
  const context: FeatureContext = { dialect, asOf, past: pastOf(dialect, events, asOf) };
  const base = purchaseFeatures(context, options.users ?? "buyers");
  const select = joined(base, chosenGroups(context, options.groups ?? {}), "user_id");
  await engine.createTable(relation, select, undefined, { signal: options.signal });
  const counted = await engine.columns(`SELECT count(*) AS users FROM ${relation}`);
  return { relation, asOf, users: Number(counted.users[0]) };
}

function chosenGroups(context: FeatureContext, groups: FeatureGroups): FeatureGroup[] {
  const { intervals, categories, priceLevel, priceSensitivity, rhythm, visits, searches, popularity, trend } = groups;
  const chosen: FeatureGroup[] = [];
  if (intervals) chosen.push(intervalFeatures(context));
  if (categories) {
    const top = requireInteger(categories === true ? 3 : categories.top, "groups.categories.top", 1, 100);
    chosen.push(categoryFeatures(context, top));
  }
  if (priceLevel) chosen.push(priceLevelFeatures(context));
  if (priceSensitivity) {
    const { markdown = 0.05, shrinkage = 10 } = priceSensitivity === true ? {} : priceSensitivity;
    requireNumber(markdown, "groups.priceSensitivity.markdown", 0, 0.99);
    requireNumber(shrinkage, "groups.priceSensitivity.shrinkage", 0, 1e9);
    chosen.push(sensitivityFeatures(context, { markdown, shrinkage }));
  }
  if (rhythm) {
    const utcOffset = rhythm === true ? 0 : rhythm.utcOffset;
    chosen.push(rhythmFeatures(context, requireNumber(utcOffset, "groups.rhythm.utcOffset", -14, 14)));
  }
  if (visits) chosen.push(visitFeatures(context, visits === true ? undefined : visits.gap));
  if (searches) chosen.push(searchFeatures(context));
  if (popularity) chosen.push(popularityFeatures(context));
  if (trend) {
    const weeks = requireInteger(trend === true ? 8 : trend.weeks, "groups.trend.weeks", 2, 1000);
    chosen.push(trendFeatures(context, weeks));
  }
  return chosen;
}
