import { type Engine, quoteIdentifier, quoteText } from "../engine/index";
import { InputError, requireNumber } from "../errors";
import { requireRelation } from "./step";

/** Options of {@link funnel}. */
export interface FunnelOptions {
  /** Kinds of event in the order in which they must happen. Default: view, cart, purchase. */
  steps?: readonly string[];
  /**
   * What the steps must lie in together: one `session` (the events then come from `inSessions`), or so many seconds
   * from the first step on, ends included.
   */
  within: "session" | number;
  /** Whether all steps must be of the same item. Default true. */
  sameItem?: boolean;
  /** Column that the users are split by, e.g. `channel`. Default: everybody in one segment, `all`. */
  segment?: string;
}

/** One step of a funnel, of one segment. */
export interface FunnelStep {
  segment: string | null;
  step: string;
  /** Entries that came as far as this. */
  reached: number;
  /** Share of the entries of the step before; 1 for the first step, NaN after nobody. */
  fromPrevious: number;
  /** Share of the first step's entries. */
  fromFirst: number;
}

/**
 * How many get from step to step. The unit that is counted, an **entry**, is a user's session (`within: "session"`) or
 * a user, and with `sameItem` such a one and an item; entries without the first step aren't in the funnel. A step is
 * reached if some event of its kind comes **strictly later in time** than the event that reached the step before, so
 * that two events of one moment never count as one after the other; the earliest possible event is always the one taken.
 * With a number of seconds, an entry starts anew at each first step, and counts as having come as far as its best try.
 *
 * An entry's segment is that of its first step's earliest event (of several tries, of its first).
 * Throws InputError for fewer than two steps, for a step named twice and for a window that isn't above 0.
 */
export async function funnel(engine: Engine, events: string, options: FunnelOptions): Promise<FunnelStep[]> {
  requireRelation(events);
  const { steps = ["view", "cart", "purchase"], within, sameItem = true } = options;
  if (steps.length < 2 || new Set(steps).size < steps.length)
    throw new InputError("a funnel has at least two steps, each once", { value: steps, place: "steps" });
  const window = within === "session" ? null : Math.round(requireNumber(within, "within", 1e-6, 1e9) * 1e6);
  const unit = ["user_id", ...(window === null ? ["session"] : []), ...(sameItem ? ["item_id"] : [])];
  const segment = options.segment === undefined ? quoteText("all") : quoteIdentifier(options.segment);
  const found = await engine.columns(funnelSql(engine, events, { steps, window, unit, segment }));
  const segments = found.segment as (string | null)[];
  return segments.flatMap((name, row) => {
    const counts = steps.map((_, index) => Number(found[`reached_${index}`][row]));
    return steps.map((step, index) => ({
      segment: name,
      step,
      reached: counts[index],
      fromPrevious: index === 0 ? 1 : counts[index] / counts[index - 1],
      fromFirst: counts[index] / counts[0],
    }));
  });
}

interface FunnelParts {
  steps: readonly string[];
  /** Microseconds, or null for a session. */
  window: number | null;
  unit: readonly string[];
  segment: string;
}

/**
 * Tries: each event of the first step (of a session only the earliest, which is never worse than a later one). To each try
 * the earliest later event of the next step is joined, and so on; an entry has come as far as its best try.
 */
function funnelSql({ dialect }: Engine, events: string, { steps, window, unit, segment }: FunnelParts): string {
  const columns = unit.join(", ");
  const same = (a: string, b: string) => unit.map((name) => `${a}.${name} = ${b}.${name}`).join(" AND ");
  const text = dialect.types.text;
  const ctes = [
    `happened AS (
      SELECT ${columns}, event_type, ${dialect.micros("event_time")} AS moment, source_row, CAST(${segment} AS ${text}) AS part
      FROM ${events} WHERE event_time IS NOT NULL AND ${unit.map((name) => `${name} IS NOT NULL`).join(" AND ")}
        AND event_type IN (${steps.map(quoteText).join(", ")}))`,
    `entries AS (
      SELECT ${columns}, ${dialect.first("part", "moment", "source_row")} AS part FROM happened
      WHERE event_type = ${quoteText(steps[0])} GROUP BY ${columns})`,
    `tries_0 AS (
      SELECT ${columns}, ${window === null ? "min(moment) AS start, min(moment) AS t0" : "moment AS start, moment AS t0"}
      FROM happened WHERE event_type = ${quoteText(steps[0])} GROUP BY ${columns}${window === null ? "" : ", moment"})`,
  ];
  for (let index = 1; index < steps.length; index++) {
    const before = Array.from({ length: index }, (_, step) => `tries.t${step}`).join(", ");
    const inside = window === null ? "" : ` AND later.moment <= tries.start + ${window}`;
    ctes.push(`tries_${index} AS (
      SELECT ${unit.map((name) => `tries.${name}`).join(", ")}, tries.start, ${before}, min(later.moment) AS t${index}
      FROM tries_${index - 1} AS tries LEFT JOIN happened AS later ON ${same("tries", "later")}
        AND later.event_type = ${quoteText(steps[index])} AND later.moment > tries.t${index - 1}${inside}
      GROUP BY ${unit.map((name) => `tries.${name}`).join(", ")}, tries.start, ${before})`);
  }
  const reached = steps.map((_, index) => `max(CASE WHEN t${index} IS NULL THEN 0 ELSE 1 END) AS r${index}`);
  ctes.push(`best AS (SELECT ${columns}, ${reached.join(", ")} FROM tries_${steps.length - 1} GROUP BY ${columns})`);
  const sums = steps.map((_, index) => `sum(r${index}) AS reached_${index}`);
  return `WITH ${ctes.join(",\n    ")}
    SELECT part AS segment, ${sums.join(", ")} FROM best JOIN entries ON ${same("best", "entries")}
    GROUP BY part ORDER BY part NULLS LAST`;
}
