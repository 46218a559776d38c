import { requireInteger } from "../errors";
import type { EventSequences } from "../models/sequences/batches";
import { fromTriplets, type SparseMatrix } from "../sparse/index";

/** What was known of users, and what came next. */
export interface LastHeldOut {
  /** [users × items]; column j is item j + 1. */
  history: SparseMatrix;
  /** Each user's one event that is to be guessed, same shape; an empty row for who has none. */
  future: SparseMatrix;
}

/**
 * Each user's last event as what is to be guessed and those before it as what is known, for judging sequence models by
 * `evaluateRanking`. With `heldOut` 1 the last event is left out and the one before it is guessed, as for validation.
 *
 * @param itemCount items, which are numbered 1 … itemCount in the sequences' first field
 */
export function lastHeldOut({ offsets, fields }: EventSequences, itemCount: number, heldOut = 0): LastHeldOut {
  requireInteger(heldOut, "heldOut", 0);
  const users = offsets.length - 1;
  const [past, last] = [0, 1].map(() => ({ rows: [] as number[], columns: [] as number[] }));
  for (let user = 0; user < users; user++) {
    const end = offsets[user + 1] - heldOut;
    for (let at = offsets[user]; at < end; at++) {
      const part = at === end - 1 ? last : past;
      part.rows.push(user);
      part.columns.push(fields[0][at] - 1);
    }
  }
  return { history: fromTriplets(past, users, itemCount), future: fromTriplets(last, users, itemCount) };
}
