import { InputError } from "../errors";
import type { Dataset } from "./open";

/** Each user's items in time order: row u is `items[offsets[u] .. offsets[u + 1]]`. */
export interface Sequences {
  /** users + 1 starts into `items`. */
  offsets: Int32Array;
  /** Item numbers, 1 … itemCount (0 is free for padding). */
  items: Int32Array;
  /** Times in seconds where the source has them; else the step, 0, 1, 2 …, in each user's order. */
  times: Float64Array;
  /** True where `times` are steps and no seconds. */
  timesAreSteps: boolean;
  itemCount: number;
  /** Each item's attributes: row i is `indices[offsets[i] .. offsets[i + 1]]`, for items 0 … itemCount. */
  attributes: { offsets: Int32Array; indices: Int32Array; attributeCount: number };
}

/** The sequences of Amazon Beauty as typed arrays. Throws InputError for another data set. */
export async function sequences(dataset: Dataset): Promise<Sequences> {
  if (dataset.name !== "amazon-beauty")
    throw new InputError("only Amazon Beauty comes as sequences", {
      value: dataset.name,
      remedy: 'Give the data set of open("amazon-beauty").',
    });
  const { engine } = dataset;
  const rows = await engine.columns(
    "SELECT user_id, step, item_id FROM amazon_beauty.interactions ORDER BY user_id, step",
  );
  const items = rows.item_id as Int32Array;
  const itemCount = items.reduce((most, item) => Math.max(most, item), 0);
  const pairs = await engine.columns(
    `SELECT item_id, attribute_id FROM amazon_beauty.attributes
    WHERE item_id <= ? ORDER BY item_id, attribute_id`,
    [itemCount],
  );
  const indices = pairs.attribute_id as Int32Array;
  return {
    offsets: groupStarts(rows.user_id as Int32Array),
    items,
    times: Float64Array.from(rows.step as Int32Array),
    timesAreSteps: true,
    itemCount,
    attributes: {
      offsets: rowStarts(pairs.item_id as Int32Array, itemCount + 1),
      indices,
      attributeCount: indices.reduce((most, attribute) => Math.max(most, attribute), 0) + 1,
    },
  };
}

/** Starts of the runs of equal values in a sorted array, and its length at the end. */
function groupStarts(sorted: Int32Array): Int32Array {
  const starts: number[] = [];
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) starts.push(i);
  return Int32Array.from([...starts, sorted.length]);
}

/** Starts of the rows 0 … count − 1 of a sorted list of row numbers, rows without entries included. */
function rowStarts(rows: Int32Array, count: number): Int32Array {
  const starts = new Int32Array(count + 1);
  for (const row of rows) starts[row + 1]++;
  for (let row = 0; row < count; row++) starts[row + 1] += starts[row];
  return starts;
}
