import { fromTriplets, type SparseMatrix } from "../../lib/sparse/index";

/** Each user's last item as the future and the others as the history, [users × items]; column j is item j + 1. */
export function lastHeldOut(events: { offsets: Int32Array; items: Int32Array; itemCount: number }): {
  history: SparseMatrix;
  future: SparseMatrix;
} {
  const { offsets, items, itemCount } = events;
  const users = offsets.length - 1;
  const [past, last] = [0, 1].map(() => ({ rows: [] as number[], columns: [] as number[] }));
  for (let user = 0; user < users; user++)
    for (let at = offsets[user]; at < offsets[user + 1]; at++) {
      const part = at === offsets[user + 1] - 1 ? last : past;
      part.rows.push(user);
      part.columns.push(items[at] - 1);
    }
  return { history: fromTriplets(past, users, itemCount), future: fromTriplets(last, users, itemCount) };
}
