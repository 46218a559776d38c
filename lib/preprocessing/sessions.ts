import type { Engine } from "../engine/index";
import { requireNumber, throwIfAborted } from "../errors";
import { requireRelation } from "./step";

/** Options of {@link sessionise}. */
export interface SessionOptions {
  /** Seconds without an event after which the next one starts a new session. Default 1800, half an hour. */
  gap?: number;
  /** The sessions' relation. Default: the events' name with `_sessions`. */
  output?: string;
  signal?: AbortSignal;
}

/** What {@link sessionise} made. */
export interface Sessions {
  relation: string;
  sessions: number;
  /** Events that are in a session: all that have a user and a time. */
  events: number;
}

/** Half an hour: what web analytics have called a visit since the first log files. */
export const SESSION_GAP = 1800;

/**
 * Cuts every user's events into sessions by inactivity, and makes one row a session: `user_id`, `session` (1, 2 … in
 * the user's order of time), `start_time`, `end_time` (times of its first and last event), `duration` (seconds between
 * them), `events`, `purchases` (lines bought), `purchased` (0 or 1) and `value` (Σ price × quantity of those lines; 0
 * without any, NULL where none of them has both known).
 *
 * An event belongs to the session of the event before it unless **more** than `gap` seconds lie between: exactly `gap`
 * seconds apart is the same session, a microsecond more isn't, and events of one moment are never parted. Events
 * without a user or a time belong to no session. Throws InputError for a gap that isn't above 0.
 *
 * One window over the events finds the sessions' first and last events; everything else is computed from these and from the purchases.
 * {@link inSessions} numbers the events themselves.
 */
export async function sessionise(engine: Engine, events: string, options: SessionOptions = {}): Promise<Sessions> {
  const relation = requireRelation(options.output ?? `${requireRelation(events)}_sessions`);
  throwIfAborted(options.signal, "sessionising");
  const select = sessionsSql(engine, `SELECT * FROM ${events}`, options.gap);
  await engine.createTable(relation, select, undefined, { signal: options.signal });
  const counted = await engine.columns(
    `SELECT count(*) AS sessions, coalesce(sum(events), 0) AS events FROM ${relation}`,
  );
  return { relation, sessions: Number(counted.sessions[0]), events: Number(counted.events[0]) };
}

/** SQL of the sessions' rows over a query of events: what {@link sessionise} makes, for use inside another query. */
export function sessionsSql({ dialect }: Pick<Engine, "dialect">, events: string, gap = SESSION_GAP): string {
  const { bigint, integer, double } = dialect.types;
  const micros = gapMicros(gap);
  const order = "PARTITION BY user_id ORDER BY moment";
  return `WITH seen AS (
      SELECT user_id, ${dialect.micros("event_time")} AS moment FROM (${events}) given
      WHERE user_id IS NOT NULL AND event_time IS NOT NULL),
    beside AS (
      SELECT user_id, moment, row_number() OVER (${order}) AS place,
        coalesce(moment - lag(moment) OVER (${order}) <= ${micros}, 1 = 0) AS follows,
        coalesce(lead(moment) OVER (${order}) - moment <= ${micros}, 1 = 0) AS goes_on
      FROM seen),
    ends AS (
      SELECT user_id, moment, place, follows, goes_on,
        lead(moment) OVER (PARTITION BY user_id ORDER BY place) AS next_moment,
        lead(place) OVER (PARTITION BY user_id ORDER BY place) AS next_place
      FROM beside WHERE NOT (follows AND goes_on)),
    whole AS (
      SELECT user_id, moment AS start_at, CASE WHEN goes_on THEN next_moment ELSE moment END AS end_at,
        1 + CASE WHEN goes_on THEN next_place - place ELSE 0 END AS events,
        row_number() OVER (PARTITION BY user_id ORDER BY place) AS session
      FROM ends WHERE NOT follows),
    bought AS (
      SELECT user_id, ${dialect.micros("event_time")} AS moment, price * quantity AS paid FROM (${events}) given
      WHERE event_type = 'purchase' AND user_id IS NOT NULL AND event_time IS NOT NULL),
    takings AS (
      SELECT whole.user_id, session, count(*) AS purchases, sum(paid) AS paid
      FROM bought JOIN whole ON whole.user_id = bought.user_id AND moment >= start_at AND moment <= end_at
      GROUP BY whole.user_id, session)
    SELECT whole.user_id, CAST(whole.session AS ${integer}) AS session,
      ${dialect.timestampOfMicros("start_at")} AS start_time, ${dialect.timestampOfMicros("end_at")} AS end_time,
      CAST(end_at - start_at AS ${double}) / 1e6 AS duration, CAST(events AS ${bigint}) AS events,
      CAST(coalesce(purchases, 0) AS ${bigint}) AS purchases,
      CAST(CASE WHEN purchases > 0 THEN 1 ELSE 0 END AS ${integer}) AS purchased,
      CASE WHEN purchases > 0 THEN paid ELSE 0e0 END AS value
    FROM whole LEFT JOIN takings ON takings.user_id = whole.user_id AND takings.session = whole.session`;
}

/** A gap in seconds as whole microseconds. Throws InputError unless it is above 0. */
export function gapMicros(gap: number): number {
  return Math.round(requireNumber(gap, "gap", 1e-6, 1e9) * 1e6);
}
