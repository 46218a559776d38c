import type { Engine } from "../engine/index";
import { InputError } from "../errors";
import { requireRelation } from "./step";

/** Two relations, apart in time. */
export interface TimeSplit {
  /** Events before `at`. */
  train: string;
  /** Events at or after `at`. */
  test: string;
  /** Seconds since 1970 UTC. */
  at: number;
  trainRows: number;
  testRows: number;
}

/**
 * Splits events at a moment: `${events}_train` and `${events}_test`, as views. `at` is in seconds since 1970 UTC; or
 * give `testDays`, the length of the test period that ends with the last event's day. Throws InputError unless both
 * parts have events.
 */
export async function splitByTime(
  engine: Engine,
  events: string,
  when: { at: number } | { testDays: number },
): Promise<TimeSplit> {
  requireRelation(events);
  let at = "at" in when ? when.at : Number.NaN;
  if ("testDays" in when) {
    const found = await engine.columns(`SELECT CAST(max(event_time) AS DATE) + INTERVAL 1 DAY AS stop FROM ${events}`);
    at = Number(found.stop[0]) - when.testDays * 86400;
  }
  if (!Number.isFinite(at)) throw new InputError("the moment of a split is not a time", { value: when, place: "when" });
  const [train, test] = [`${events}_train`, `${events}_test`];
  const moment = `make_timestamp(${Math.round(at * 1e6)})`;
  await engine.run(`CREATE OR REPLACE VIEW ${train} AS SELECT * FROM ${events} WHERE event_time < ${moment}`);
  await engine.run(`CREATE OR REPLACE VIEW ${test} AS SELECT * FROM ${events} WHERE event_time >= ${moment}`);
  const counts = await engine.columns(`SELECT count(*) FILTER (event_time < ${moment}) AS train,
    count(*) FILTER (event_time >= ${moment}) AS test FROM ${events}`);
  const [trainRows, testRows] = [Number(counts.train[0]), Number(counts.test[0])];
  if (trainRows === 0 || testRows === 0)
    throw new InputError(`a part of the split is empty: ${trainRows} rows before, ${testRows} after`, {
      value: new Date(at * 1000).toISOString(),
      place: "when",
      remedy: "Choose a moment between the first and the last event.",
    });
  return { train, test, at, trainRows, testRows };
}
