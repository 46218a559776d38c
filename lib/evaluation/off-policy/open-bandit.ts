import type { Dataset, FeedbackChoice } from "../../datasets/index";
import { DataError } from "../../errors";

/** What is known of the items of an Open Bandit campaign. */
export interface ItemFeatures {
  /** [items × features], row by row. */
  actionFeatures: Float64Array;
  names: string[];
}

/**
 * The item features of an Open Bandit log, as the Open Bandit Pipeline's `OpenBanditDataset.pre_process` makes them: the
 * three hashed categories as their place in sorted order, then the numeric feature. The codes have no meaning as numbers
 * and a linear model uses them as such all the same: kept so that its published figures can be reproduced.
 * Throws {@link DataError} where an item is missing.
 */
export async function openBanditItems(dataset: Dataset, { policy, campaign }: FeedbackChoice): Promise<ItemFeatures> {
  const relation = `open_bandit.${policy}_${campaign}_items`;
  const rows = await dataset.engine.columns(`SELECT * FROM ${relation} ORDER BY item`);
  const items = rows.item as Int32Array;
  items.forEach((item, row) => {
    if (item !== row)
      throw new DataError("items are numbered without a gap", { value: item, place: `${relation}, row ${row}` });
  });
  const names = ["item_feature_1", "item_feature_2", "item_feature_3", "item_feature_0"];
  const columns = names.map((name) => {
    const values = rows[name];
    return ArrayBuffer.isView(values) ? (values as Float64Array) : codes(values as string[]);
  });
  const actionFeatures = new Float64Array(items.length * names.length);
  columns.forEach((column, j) => {
    for (let row = 0; row < items.length; row++) actionFeatures[row * names.length + j] = column[row];
  });
  return { actionFeatures, names };
}

function codes(values: readonly string[]): Float64Array {
  const sorted = [...new Set(values)].sort();
  const code = new Map(sorted.map((value, index) => [value, index]));
  return Float64Array.from(values, (value) => code.get(value) ?? Number.NaN);
}
