import { requireInteger } from "../../errors";
import type { EventSequences } from "./batches";

/** For each item the items most like it, the likest first, as compressed rows 0 … items. */
export interface SimilarItems {
  offsets: Int32Array;
  items: Int32Array;
}

/**
 * The `most` items that go with each item, by how often both lie within `reach` places of one history, over the root of
 * the product of both items' events (ItemCF's similarity, as CoSeRec uses it; theirs weighs no distance either). Ties are in the order of numbers.
 *
 * @param heldOut events at each user's end that don't count
 */
export function boughtTogether(
  { offsets, fields }: EventSequences,
  itemCount: number,
  { most = 10, reach = 3, heldOut = 0 }: { most?: number; reach?: number; heldOut?: number } = {},
): SimilarItems {
  requireInteger(most, "most", 1);
  requireInteger(reach, "reach", 1);
  requireInteger(heldOut, "heldOut", 0);
  const together = Array.from({ length: itemCount + 1 }, () => new Map<number, number>());
  const events = new Float64Array(itemCount + 1);
  const items = fields[0];
  for (let user = 0; user < offsets.length - 1; user++) {
    const end = offsets[user + 1] - heldOut;
    for (let at = offsets[user]; at < end; at++) {
      events[items[at]]++;
      for (let next = at + 1; next < Math.min(at + 1 + reach, end); next++) {
        if (items[at] === items[next]) continue;
        count(together[items[at]], items[next]);
        count(together[items[next]], items[at]);
      }
    }
  }
  const rows = together.map((row, item) =>
    [...row]
      .map(([other, times]) => ({ other, score: times / Math.sqrt(events[item] * events[other]) }))
      .sort((a, b) => b.score - a.score || a.other - b.other)
      .slice(0, most),
  );
  const starts = new Int32Array(itemCount + 2);
  for (const [item, row] of rows.entries()) starts[item + 1] = starts[item] + row.length;
  return { offsets: starts, items: Int32Array.from(rows.flatMap((row) => row.map(({ other }) => other))) };
}

function count(row: Map<number, number>, item: number): void {
  row.set(item, (row.get(item) ?? 0) + 1);
}
