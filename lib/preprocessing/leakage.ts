import { type Engine, quoteIdentifier } from "../engine/index";
import { InputError } from "../errors";
import { requireRelation } from "./step";

/** One way in which the answer got into the question. */
export interface Leak {
  kind: "users in both" | "rows in both" | "train after test" | "feature after moment" | "feature knows target";
  /** How many users, rows or values. */
  count: number;
  /** Where: a column, or the parts. */
  place: string;
  /** What was found and what it does, in a sentence. */
  message: string;
  /** Up to five of the users, rows or values. */
  examples: string[];
}

/** What `checkSplit`, `checkMoment` and `checkTarget` found; empty where all is well. */
export type LeakReport = Leak[];

/** Options of {@link checkSplit}. */
export interface SplitCheckOptions {
  /**
   * What the parts were split by. By `time`, a user may be in both and no event of train may lie at or after the
   * test's first; by `user`, the other way round; `last` (leave-last-out) allows both, but no event of a user in train may come
   * after that user's in test.
   */
  by: "time" | "user" | "last";
  /** Columns whose equal values make two rows the same. Default: all that both parts have, except `source_row`. */
  key?: readonly string[];
}

/** Looks for users, rows and times that cross from one part of a split into the other. */
export async function checkSplit(
  engine: Engine,
  { train, test }: { train: string; test: string },
  options: SplitCheckOptions,
): Promise<LeakReport> {
  for (const name of [train, test]) requireRelation(name);
  const { text } = engine.dialect.types;
  const found: LeakReport = [];
  const look = async (kind: Leak["kind"], message: string, rows: string) => {
    const counted = await engine.columns(`SELECT count(*) AS n FROM (${rows}) leaks`);
    const count = Number(counted.n[0]);
    if (count === 0) return;
    const some = await engine.columns(`SELECT example FROM (${rows}) leaks ORDER BY example LIMIT 5`);
    const examples = [...some.example].map(String);
    found.push({ kind, count, place: `${train} and ${test}`, message: `${count} ${message}`, examples });
  };
  if (options.by === "user")
    await look(
      "users in both",
      "users have events in both parts: what is learnt of them in train is tested on them",
      `SELECT DISTINCT user_id AS example FROM ${train} WHERE user_id IN (SELECT user_id FROM ${test} WHERE user_id IS NOT NULL)`,
    );
  const key = options.key ?? (await commonColumns(engine, train, test));
  if (key.length === 0) throw new InputError("no column makes two rows the same", { value: key, place: "key" });
  const list = key.map(quoteIdentifier);
  const same = list.map((name) => `a.${name} IS NOT DISTINCT FROM b.${name}`);
  await look(
    "rows in both",
    "rows of test are in train too: the model has seen the answer",
    `SELECT CAST(a.source_row AS ${text}) AS example FROM ${test} a
    WHERE EXISTS (SELECT 1 FROM ${train} b WHERE ${same.join(" AND ")})`,
  );
  if (options.by === "time")
    await look(
      "train after test",
      "events of train lie at or after the test's first: train knows the period that is tested",
      `SELECT CAST(source_row AS ${text}) AS example FROM ${train}
      WHERE event_time >= (SELECT min(event_time) FROM ${test})`,
    );
  if (options.by === "last")
    await look(
      "train after test",
      "events of train come after the same user's in test",
      `SELECT CAST(a.source_row AS ${text}) AS example FROM ${train} a
      JOIN (SELECT user_id, min(event_time) AS first_test FROM ${test} GROUP BY user_id) b ON a.user_id = b.user_id
      WHERE a.event_time > first_test`,
    );
  return found;
}

async function commonColumns(engine: Engine, train: string, test: string): Promise<string[]> {
  const other = new Set((await engine.describe(test)).map(({ name }) => name));
  return (await engine.describe(train))
    .map(({ name }) => name)
    .filter((name) => other.has(name) && name !== "source_row");
}
