import { lastHeldOut as heldOut, type LastHeldOut } from "../../lib/recommendation/last-held-out";

/** Each user's last item as the future and the others as the history, [users × items]; column j is item j + 1. */
export function lastHeldOut(events: { offsets: Int32Array; items: Int32Array; itemCount: number }): LastHeldOut {
  return heldOut({ offsets: events.offsets, fields: [events.items] }, events.itemCount);
}
