import { type Engine, quoteText } from "../engine/index";
import { InputError, requireInteger } from "../errors";
import { makeParts } from "./split";
import { requireRelation } from "./step";

/** The parts of a split, each a view; how many rows each has. */
export interface Parts {
  train: string;
  validation: string;
  test: string;
  trainRows: number;
  validationRows: number;
  testRows: number;
}

/** Shares of users are rounded to so many parts. */
const BUCKETS = 1_000_000;

/** Options of {@link splitByUser}. */
export interface UserSplitOptions {
  /** Share of the users whose events are tested on. */
  test: number;
  /** Share of the users that settings are chosen on. Default 0. */
  validation?: number;
  /** Another seed chooses other users. Default 1. */
  seed?: number;
}

/**
 * Splits events by user: views `${events}_train`, `${events}_validation`, `${events}_test`, every event of a user in one of
 * them. A user's part is decided by MD5(`seed:user_id`) alone: the same on every engine, on every machine, and whichever
 * other users there are, so that a user never changes sides when the data grow. Shares hold up to chance. Events without
 * a user are in no part. Throws InputError for shares that aren't in [0, 1) with a sum below 1.
 */
export async function splitByUser(engine: Engine, events: string, options: UserSplitOptions): Promise<Parts> {
  requireRelation(events);
  const { test, validation = 0, seed = 1 } = options;
  requireInteger(seed, "seed");
  if (!(test >= 0 && validation >= 0 && test + validation < 1))
    throw new InputError("shares of users are at least 0, their sum below 1", {
      value: { test, validation },
      place: "options",
    });
  const place = engine.dialect.bucket(`${quoteText(`${seed}:`)} || user_id`, BUCKETS);
  const testEnd = Math.round(test * BUCKETS);
  const validationEnd = Math.round((test + validation) * BUCKETS);
  const { names, rows } = await makeParts(engine, events, {
    train: `${place} >= ${validationEnd}`,
    validation: `${place} >= ${testEnd} AND ${place} < ${validationEnd}`,
    test: `${place} < ${testEnd}`,
  });
  return partsOf(names, rows);
}

/** Options of {@link leaveLastOut}. */
export interface LeaveLastOptions {
  /** Whether each user's second last event is kept for validation. Default true. */
  validation?: boolean;
  /** Users of fewer events stay in train wholly. Default 3, or 2 without validation: train is never left empty. */
  minEvents?: number;
}

/**
 * Leaves each user's last event out, the usual split of next-item recommendation: tables `${events}_train`,
 * `${events}_validation` (the second last) and `${events}_test` (the last), in the order of time, events of one moment in the
 * order of `source_row`. Give it the events of the kind to be foretold. Events without a user or a time are in no part.
 */
export async function leaveLastOut(engine: Engine, events: string, options: LeaveLastOptions = {}): Promise<Parts> {
  requireRelation(events);
  const { validation = true } = options;
  const held = validation ? 2 : 1;
  const least = requireInteger(options.minEvents ?? held + 1, "minEvents", held + 1);
  const places = `${events}_places`;
  const columns = (await engine.describe(events)).map(({ name }) => `kept."${name.replaceAll('"', '""')}"`).join(", ");
  // The last rows' numbers, once; the parts are then simple to read.
  await engine.createTable(
    places,
    `SELECT source_row AS held_row, place FROM (
      SELECT source_row, row_number() OVER (PARTITION BY user_id ORDER BY event_time DESC, source_row DESC) AS place,
        count(*) OVER (PARTITION BY user_id) AS events
      FROM ${events} WHERE user_id IS NOT NULL AND event_time IS NOT NULL) ranked
    WHERE place <= ${held} AND events >= ${least}`,
  );
  const names: Record<string, string> = {};
  const rows: Record<string, number> = {};
  for (const [part, condition] of [
    ["train", "place IS NULL"],
    ["validation", validation ? "place = 2" : "1 = 0"],
    ["test", "place = 1"],
  ]) {
    names[part] = `${events}_${part}`;
    await engine.drop(names[part]);
    await engine.createTable(
      names[part],
      `SELECT ${columns} FROM ${events} AS kept LEFT JOIN ${places} AS places ON held_row = kept.source_row
      WHERE user_id IS NOT NULL AND event_time IS NOT NULL AND ${condition} ORDER BY kept.source_row`,
    );
    rows[part] = Number((await engine.columns(`SELECT count(*) AS n FROM ${names[part]}`)).n[0]);
  }
  await engine.drop(places);
  return partsOf(names, rows);
}

function partsOf(names: Record<string, string>, rows: Record<string, number>): Parts {
  const { train, validation, test } = names;
  return { train, validation, test, trainRows: rows.train, validationRows: rows.validation, testRows: rows.test };
}
