import { quoteText } from "../engine/index";
import { InputError, requireNumber } from "../errors";
import { list } from "./checks";
import { takeOutRepeats } from "./duplicates";
import type { Step } from "./step";

/** Options of {@link dropRepeats}. */
export interface RepeatOptions {
  /** Seconds, at least 0, to the microsecond. */
  within: number;
  /** The columns that make two rows the same deed. Default: user_id, item_id, event_type. */
  key?: readonly string[];
  /** An SQL condition on the rows that are looked at, e.g. `event_type = 'view'`; the others all stay. Default: all. */
  only?: string;
}

/**
 * Takes out rows that repeat the row before them within a time window: double clicks, reloads, a log written twice.
 *
 * Rows of one key (NULL equals NULL) are put in the order of (event_time, source_row). A row is a repeat if it comes at
 * most `within` seconds after **the row before it, whether that one stays or not**. So a chain of rows, each within
 * the window of the one before, counts as one deed however long it lasts, and keeps its first row; what stays is more
 * than `within` after everything of its key before it. Times that are equal are 0 seconds apart: `within: 0` takes
 * out all but the first row of a key and a moment. Rows without a time stay.
 *
 * Throws InputError for a bad window, or an empty key.
 */
export function dropRepeats({ within, key = ["user_id", "item_id", "event_type"], only }: RepeatOptions): Step {
  requireNumber(within, "within", 0, 1e9);
  if (key.length === 0)
    throw new InputError("a key has at least one column", { value: key, place: "key", remedy: "Name columns." });
  const name = "repeats";
  return {
    name,
    async apply(context) {
      const { engine, input } = context;
      const { dialect } = engine;
      const hash = dialect.rowHash(list(key));
      const looked = `event_time IS NOT NULL${only === undefined ? "" : ` AND (${only})`}`;
      const often = `SELECT ${hash} FROM ${input} WHERE ${looked} GROUP BY ${hash} HAVING count(*) > 1`;
      const moment = dialect.micros("event_time");
      await takeOutRepeats(context, {
        step: name,
        reason: quoteText(`at most ${within} s after the same ${key.join(", ")}`),
        repeats: `SELECT source_row, row_source FROM (
          SELECT source_row, ${context.source} AS row_source, ${moment} - lag(${moment}) OVER (PARTITION BY ${list(key)} ORDER BY event_time, source_row)
            AS since
          FROM ${input} WHERE ${looked} AND ${hash} IN (${often})) apart
        WHERE since <= ${Math.round(within * 1e6)}`,
      });
    },
  };
}
