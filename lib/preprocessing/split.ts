import type { Engine } from "../engine/index";
import { InputError, requireInteger, requireNumber } from "../errors";
import { endOfLastDay } from "./moment";
import { requireRelation } from "./step";

/** Two relations, apart in time. */
export interface TimeSplit {
  /** Events before `at`, and before `validationAt` where there is one. */
  train: string;
  /** Events from `validationAt` on and before `at`; absent unless asked for. */
  validation?: string;
  /** Events at or after `at`. */
  test: string;
  /** Seconds since 1970 UTC. */
  at: number;
  trainRows: number;
  validationRows: number;
  testRows: number;
}

/**
 * Splits events at a moment: `${events}_train` and `${events}_test`, as views. `at` is in seconds since 1970 UTC; or
 * give `testDays`, the length of the test period that ends with the last event's day. With `validationDays` the days before `at`
 * become `${events}_validation`. Events without a time are in no part. Throws InputError unless every part has events.
 */
export async function splitByTime(
  engine: Engine,
  events: string,
  when: ({ at: number } | { testDays: number }) & { validationDays?: number },
): Promise<TimeSplit> {
  requireRelation(events);
  const at = "at" in when ? when.at : (await endOfLastDay(engine, events)) - when.testDays * 86400;
  if (!Number.isFinite(at)) throw new InputError("the moment of a split is not a time", { value: when, place: "when" });
  const days = when.validationDays;
  const before = days === undefined ? at : at - requireNumber(days, "validationDays", 1e-6, 1e6) * 86400;
  const { timestamp } = engine.dialect;
  const parts = {
    train: `event_time < ${timestamp(before)}`,
    ...(days === undefined
      ? {}
      : { validation: `event_time >= ${timestamp(before)} AND event_time < ${timestamp(at)}` }),
    test: `event_time >= ${timestamp(at)}`,
  };
  const { rows, names } = await makeParts(engine, events, parts);
  const empty = Object.entries(rows).find(([, count]) => count === 0);
  if (empty !== undefined)
    throw new InputError(`a part of the split is empty: ${rows.train} rows before, ${rows.test} after`, {
      value: new Date(at * 1000).toISOString(),
      place: empty[0] === "validation" ? "validationDays" : "when",
      remedy: "Choose a moment between the first and the last event.",
    });
  return {
    train: names.train,
    ...(days === undefined ? {} : { validation: names.validation }),
    test: names.test,
    at,
    trainRows: rows.train,
    validationRows: rows.validation ?? 0,
    testRows: rows.test,
  };
}

/** Makes a view of the events for each condition, and counts their rows. */
export async function makeParts(
  engine: Engine,
  events: string,
  conditions: Readonly<Record<string, string>>,
): Promise<{ names: Record<string, string>; rows: Record<string, number> }> {
  const names: Record<string, string> = {};
  for (const [part, condition] of Object.entries(conditions)) {
    names[part] = `${events}_${part}`;
    await engine.drop(names[part]);
    await engine.createView(names[part], `SELECT * FROM ${events} WHERE ${condition}`);
  }
  const counts = Object.entries(conditions).map(
    ([part, condition]) => `count(CASE WHEN ${condition} THEN 1 END) AS ${part}`,
  );
  const found = await engine.columns(`SELECT ${counts.join(", ")} FROM ${events}`);
  return { names, rows: Object.fromEntries(Object.keys(conditions).map((part) => [part, Number(found[part][0])])) };
}

/** One cut of {@link rollingOrigin}. */
export interface Origin {
  train: string;
  test: string;
  /** The cut, in seconds since 1970 UTC: train is before it, test from it on. */
  at: number;
  trainRows: number;
  testRows: number;
}

/** Options of {@link rollingOrigin}. */
export interface RollingOptions {
  /** How many cuts. */
  folds: number;
  /** Length of each test period, in days. */
  testDays: number;
  /** Days from one cut to the next. Default: `testDays`, so that the test periods touch and don't overlap. */
  stepDays?: number;
  /** Length of each training period, in days. Default: all that was before the cut. */
  trainDays?: number;
}

/**
 * Evaluation as time goes on (rolling origin, Tashman 2000): `folds` cuts, `stepDays` apart, the last test period ending with the
 * last event's day. Views `${events}_origin_1_train`, `${events}_origin_1_test` …, the earliest cut first. A model for a cut
 * may see its training part alone. Throws InputError where a part is empty.
 */
export async function rollingOrigin(engine: Engine, events: string, options: RollingOptions): Promise<Origin[]> {
  requireRelation(events);
  const folds = requireInteger(options.folds, "folds", 1, 1000);
  const testDays = requireNumber(options.testDays, "testDays", 1e-6, 1e5);
  const stepDays = requireNumber(options.stepDays ?? testDays, "stepDays", 1e-6, 1e5);
  const trainDays = options.trainDays === undefined ? undefined : requireNumber(options.trainDays, "trainDays", 1e-6);
  const { timestamp } = engine.dialect;
  const end = await endOfLastDay(engine, events);
  const origins: Origin[] = [];
  for (let fold = 1; fold <= folds; fold++) {
    const at = end - (testDays + (folds - fold) * stepDays) * 86400;
    const start = trainDays === undefined ? "" : `event_time >= ${timestamp(at - trainDays * 86400)} AND `;
    const { names, rows } = await makeParts(engine, events, {
      [`origin_${fold}_train`]: `${start}event_time < ${timestamp(at)}`,
      [`origin_${fold}_test`]: `event_time >= ${timestamp(at)} AND event_time < ${timestamp(at + testDays * 86400)}`,
    });
    const [train, test] = Object.values(names);
    const [trainRows, testRows] = Object.values(rows);
    if (trainRows === 0 || testRows === 0)
      throw new InputError(`a part of a rolling origin is empty: ${trainRows} rows before, ${testRows} after`, {
        value: new Date(at * 1000).toISOString(),
        place: `cut ${fold} of ${folds}`,
        remedy: "Ask for fewer or shorter folds.",
      });
    origins.push({ train, test, at, trainRows, testRows });
  }
  return origins;
}
