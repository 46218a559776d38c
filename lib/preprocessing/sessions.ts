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
 * Events are first gathered into stretches of clock time as long as the gap, within which nothing can be parted: only
 * these, of which there are few, are put in order. {@link inSessions} numbers the events themselves.
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
  const order = "PARTITION BY user_id ORDER BY start_at";
  // Cut towards zero, so one less below it: no stretch is longer than the gap.
  const stretch = `${dialect.wholeQuotient("moment", String(micros))} - CASE WHEN moment < 0 THEN 1 ELSE 0 END`;
  return `WITH seen AS (
      SELECT user_id, ${dialect.micros("event_time")} AS moment, event_type = 'purchase' AS bought, price * quantity AS paid
      FROM (${events}) given WHERE user_id IS NOT NULL AND event_time IS NOT NULL),
    stretches AS (
      SELECT user_id, min(moment) AS start_at, max(moment) AS end_at, count(*) AS events,
        count(*) FILTER (WHERE bought) AS purchases, sum(paid) FILTER (WHERE bought) AS paid
      FROM seen GROUP BY user_id, ${stretch}),
    parted AS (
      SELECT *, CASE WHEN start_at - lag(end_at) OVER (${order}) <= ${micros} THEN NULL ELSE 1 END AS starts
      FROM stretches),
    numbered AS (
      SELECT *, count(starts) OVER (${order} ROWS UNBOUNDED PRECEDING) AS session FROM parted),
    whole AS (
      SELECT user_id, session, min(start_at) AS start_at, max(end_at) AS end_at, sum(events) AS events,
        sum(purchases) AS purchases, sum(paid) AS paid
      FROM numbered GROUP BY user_id, session)
    SELECT user_id, CAST(session AS ${integer}) AS session,
      ${dialect.timestampOfMicros("start_at")} AS start_time, ${dialect.timestampOfMicros("end_at")} AS end_time,
      CAST(end_at - start_at AS ${double}) / 1e6 AS duration, CAST(events AS ${bigint}) AS events,
      CAST(purchases AS ${bigint}) AS purchases, CASE WHEN purchases > 0 THEN 1 ELSE 0 END AS purchased,
      CASE WHEN purchases > 0 THEN paid ELSE 0e0 END AS value
    FROM whole`;
}

/** A gap in seconds as whole microseconds. Throws InputError unless it is above 0. */
export function gapMicros(gap: number): number {
  return Math.round(requireNumber(gap, "gap", 1e-6, 1e9) * 1e6);
}
