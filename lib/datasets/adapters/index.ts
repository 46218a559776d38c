import type { Adapter } from "./adapter";
import { amazonBeauty } from "./amazon-beauty";
import { cdnow } from "./cdnow";
import { onlineRetail } from "./online-retail";
import { openBandit } from "./open-bandit";
import { taFeng } from "./ta-feng";
import { chineseReviews, englishReviews, hillstrom, orangeJuice } from "./tables";

/** The adapter of each data set in the registry. */
export const ADAPTERS: Readonly<Record<string, Adapter>> = {
  "amazon-beauty": amazonBeauty,
  cdnow,
  "chinese-reviews": chineseReviews,
  "english-reviews": englishReviews,
  hillstrom,
  "online-retail": onlineRetail,
  "open-bandit": openBandit,
  "orange-juice": orangeJuice,
  "ta-feng": taFeng,
};
