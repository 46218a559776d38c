import { quoteText } from "../../engine/index";
import type { Adapter } from "./adapter";

/** The policies that chose the items shown. */
export const BANDIT_POLICIES = ["random", "bts"] as const;

/** The campaigns; `all` is men's and women's items together. */
export const BANDIT_CAMPAIGNS = ["all", "men", "women"] as const;

/**
 * Open Bandit: per policy and campaign `POLICY_CAMPAIGN` (one row an item shown: source_row, event_time, item, position
 * 0–2 from the left, click, propensity, user_feature_0…3, affinity_0…) and `POLICY_CAMPAIGN_items` (item, item_feature_0
 * a number, item_feature_1…3 hashed categories). There is no user id, so no relation in the event schema.
 */
export const openBandit: Adapter = async ({ engine, files, schema }) => {
  const relations: string[] = [];
  for (const policy of BANDIT_POLICIES)
    for (const campaign of BANDIT_CAMPAIGNS) {
      const log = `${schema}.${policy}_${campaign}`;
      await engine.run(`CREATE TABLE ${log} AS
        SELECT row_number() OVER () AS source_row, CAST(timestamp AS TIMESTAMP) AS event_time,
          CAST(item_id AS INTEGER) AS item, CAST(position AS INTEGER) - 1 AS position,
          CAST(click AS INTEGER) AS click, CAST(propensity_score AS DOUBLE) AS propensity,
          COLUMNS('^user_feature_'), CAST(COLUMNS('^user-item_(affinity_\\d+)$') AS FLOAT) AS '\\1'
        FROM read_csv(${quoteText(files[`${policy}-${campaign}`])}, header = true, delim = ',', all_varchar = true)`);
      await engine.run(`CREATE TABLE ${log}_items AS
        SELECT CAST(item_id AS INTEGER) AS item, CAST(item_feature_0 AS DOUBLE) AS item_feature_0,
          item_feature_1, item_feature_2, item_feature_3
        FROM read_csv(${quoteText(files[`${policy}-${campaign}-items`])}, header = true, delim = ',', all_varchar = true)
        ORDER BY item`);
      relations.push(log, `${log}_items`);
    }
  return { relations };
};
