import type { Engine } from "../../engine/index";
import { InputError } from "../../errors";

/** Events with their moments, in time order: what a matrix of interactions no longer says. */
export interface InteractionLog {
  /** Row of the user of each event, [events]. */
  users: Int32Array;
  /** Column of the item, [events]. */
  items: Int32Array;
  /** Seconds since 1970 UTC, [events]. */
  times: Float64Array;
}

/**
 * Reads an event relation as rows and columns of known users and items, in time order; other events are left out.
 * Throws {@link InputError} where nothing is left.
 */
export async function readLog(
  engine: Engine,
  events: string,
  like: { users: readonly string[]; items: readonly string[] },
): Promise<InteractionLog> {
  const found =
    await engine.columns(`SELECT user_id, item_id, ${engine.dialect.seconds("event_time")} AS time FROM ${events}
    WHERE user_id IS NOT NULL AND item_id IS NOT NULL AND event_time IS NOT NULL ORDER BY event_time, user_id, item_id`);
  const [userIds, itemIds, seconds] = [
    found.user_id as string[],
    found.item_id as string[],
    found.time as Float64Array,
  ];
  const rowOf = new Map(like.users.map((id, row) => [id, row]));
  const columnOf = new Map(like.items.map((id, column) => [id, column]));
  const users = new Int32Array(userIds.length);
  const items = new Int32Array(userIds.length);
  const times = new Float64Array(userIds.length);
  let kept = 0;
  for (let event = 0; event < userIds.length; event++) {
    const [user, item] = [rowOf.get(userIds[event]), columnOf.get(itemIds[event])];
    if (user === undefined || item === undefined) continue;
    users[kept] = user;
    items[kept] = item;
    times[kept++] = seconds[event];
  }
  if (kept === 0)
    throw new InputError("there is no event of a known user and item", {
      place: events,
      remedy: "Give the users and items that were read from the same data.",
    });
  return { users: users.slice(0, kept), items: items.slice(0, kept), times: times.slice(0, kept) };
}
