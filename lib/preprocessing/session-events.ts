import type { Engine } from "../engine/index";
import { requireNumber } from "../errors";
import { gapMicros, SESSION_GAP } from "./sessions";
import { requireRelation } from "./step";

/** Options of {@link inSessions}. */
export interface SessionEventOptions {
  /** See {@link sessionise}. */
  gap?: number;
  /** The most seconds that one event can be dwelt on. Default 600. */
  dwellCap?: number;
  /** The relation to make. Default: the events' name with `_in_sessions`. */
  output?: string;
  signal?: AbortSignal;
}

/** How long somebody may look at one thing before we take them to have left the table: ten minutes. */
export const DWELL_CAP = 600;

/**
 * Puts beside each event its place in its session and makes a relation of it: the events' columns, `session` (from 1
 * in each user's order of time, cut as by {@link sessionise}), `position` (from 1 within the session; events of one
 * moment in the order of `source_row`) and `dwell` (seconds until the session's next event, at most `dwellCap`; NULL
 * for a session's last event, of which nobody knows). Events without a user or a time are left out.
 * Throws InputError for a gap or cap that isn't above 0.
 */
export async function inSessions(engine: Engine, events: string, options: SessionEventOptions = {}): Promise<string> {
  const relation = requireRelation(options.output ?? `${requireRelation(events)}_in_sessions`);
  const columns = (await engine.describe(events)).map(({ name }) => `kept.${quoted(name)}`);
  await engine.createTable(
    relation,
    inSessionsSql(engine, `SELECT * FROM ${events}`, { ...options, columns: columns.join(", ") }),
    undefined,
    { signal: options.signal },
  );
  return relation;
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** SQL of {@link inSessions} over a query of events; `columns` are the events' own, of `kept`. */
export function inSessionsSql(
  { dialect }: Engine,
  events: string,
  { gap = SESSION_GAP, dwellCap = DWELL_CAP, columns }: SessionEventOptions & { columns: string },
): string {
  const micros = gapMicros(gap);
  const cap = Math.round(requireNumber(dwellCap, "dwellCap", 1e-6, 1e9) * 1e6);
  const { integer, double } = dialect.types;
  const order = "PARTITION BY user_id ORDER BY moment, source_row";
  return `WITH chosen AS (
      SELECT *, ${dialect.micros("event_time")} AS moment FROM (${events}) given
      WHERE user_id IS NOT NULL AND event_time IS NOT NULL),
    neighbours AS (
      SELECT *, moment - lag(moment) OVER (${order}) AS since, lead(moment) OVER (${order}) - moment AS until
      FROM chosen),
    numbered AS (
      SELECT *, sum(CASE WHEN since <= ${micros} THEN 0 ELSE 1 END) OVER (${order} ROWS UNBOUNDED PRECEDING) AS visit
      FROM neighbours)
    SELECT ${columns}, CAST(visit AS ${integer}) AS session,
      CAST(row_number() OVER (PARTITION BY user_id, visit ORDER BY moment, source_row) AS ${integer}) AS position,
      CASE WHEN until <= ${micros} THEN CAST(least(until, ${cap}) AS ${double}) / 1e6 END AS dwell
    FROM numbered AS kept`;
}

/** Options of {@link itemDwell}. */
export interface ItemDwellOptions extends SessionEventOptions {
  /** Kinds of event that are looking at an item. Default: view. */
  types?: readonly string[];
}

/**
 * How long items are looked at: one row an item with `item_id`, `looks` (events of the given types), `timed` (those of
 * them that aren't their session's last) and `dwell` (mean seconds until the next event of whatever kind, capped; NULL
 * where none is timed). Makes `output`, by default the events' name with `_dwell`.
 */
export async function itemDwell(engine: Engine, events: string, options: ItemDwellOptions = {}): Promise<string> {
  const relation = requireRelation(options.output ?? `${requireRelation(events)}_dwell`);
  const { gap = SESSION_GAP, dwellCap = DWELL_CAP, types = ["view"] } = options;
  const { micros, types: sql } = engine.dialect;
  const cap = Math.round(requireNumber(dwellCap, "dwellCap", 1e-6, 1e9) * 1e6);
  const looking = types.map((type) => `'${type.replaceAll("'", "''")}'`).join(", ");
  await engine.createTable(
    relation,
    `WITH timed AS (
      SELECT item_id, event_type, lead(${micros("event_time")}) OVER (PARTITION BY user_id ORDER BY event_time, source_row)
        - ${micros("event_time")} AS until
      FROM ${events} WHERE user_id IS NOT NULL AND event_time IS NOT NULL)
    SELECT item_id, count(*) AS looks, count(CASE WHEN until <= ${gapMicros(gap)} THEN 1 END) AS timed,
      avg(CASE WHEN until <= ${gapMicros(gap)} THEN CAST(least(until, ${cap}) AS ${sql.double}) / 1e6 END) AS dwell
    FROM timed WHERE event_type IN (${looking}) AND item_id IS NOT NULL GROUP BY item_id ORDER BY item_id`,
    undefined,
    { signal: options.signal },
  );
  return relation;
}
