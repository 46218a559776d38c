import type { Engine } from "../../engine/index";
import { DataError, InputError } from "../../errors";
import { userFeatures } from "../../preprocessing/user-features";

/** When and how churn is looked at; times are seconds since 1970 UTC. */
export interface ChurnWindow {
  /** The moment of the question: features use events before it, the label those from it on. */
  asOf: number;
  /** A user has churned who buys nothing in so many days from `asOf` on. */
  window: number;
  /** Only users who bought in so many days before `asOf` are asked about; all unless said. */
  activeWithin?: number;
}

/** Users with what was known of them at a moment, and whether they then stayed away. */
export interface ChurnTable extends ChurnWindow {
  users: string[];
  /** [users × width], row by row; NaN where a feature is not defined. */
  features: Float64Array;
  width: number;
  names: string[];
  /** 1: no purchase within the window, [users]. */
  labels: Float64Array;
}

/** What a user is described by; see `userFeatures` for each. */
const FEATURES = [
  "recency",
  "tenure",
  "frequency",
  "mean_interval",
  "value",
  "mean_basket",
  "units",
  "items",
  "categories",
  "category_entropy",
] as const;

/**
 * The churn question of a moment: label 1 for inactivity throughout [asOf, asOf + window days). Features are of before it alone.
 * Throws {@link DataError} where the events end before the window does: a user can't be called gone on days without data;
 * and {@link InputError} for windows that aren't above 0 or no users.
 */
export async function churnTable(engine: Engine, events: string, question: ChurnWindow): Promise<ChurnTable> {
  const { asOf, window, activeWithin = Infinity } = question;
  if (!(Number.isFinite(asOf) && window > 0 && activeWithin > 0))
    throw new InputError("asOf is a time, the windows are days above 0", { value: [asOf, window, activeWithin] });
  const last = await engine.columns(`SELECT CAST(max(event_time) AS DATE) AS day FROM ${events}`);
  const end = asOf + window * 86400;
  if (!(Number(last.day[0]) + 86400 >= end))
    throw new DataError("the events end before the churn window does", {
      value: new Date(Number(last.day[0]) * 1000).toISOString().slice(0, 10),
      place: `asOf + ${window} days = ${new Date(end * 1000).toISOString().slice(0, 10)}`,
      remedy: "Ask earlier, or shorten the window.",
    });
  const relation = (await userFeatures(engine, events, { asOf, output: "flashlab_churn_features" })).relation;
  const micros = (seconds: number) => BigInt(Math.round(seconds * 1e6));
  const columns = await engine.columns(
    `SELECT user_id, ${FEATURES.map((name) => `CAST(${name} AS DOUBLE) AS ${name}`).join(", ")},
      CAST(NOT EXISTS (FROM ${events} e WHERE e.user_id = u.user_id AND event_type = 'purchase'
        AND event_time >= make_timestamp($asOf) AND event_time < make_timestamp($end)) AS DOUBLE) AS churned
    FROM ${relation} u WHERE recency <= $active ORDER BY user_id`,
    { asOf: micros(asOf), end: micros(end), active: activeWithin },
  );
  await engine.run(`DROP TABLE ${relation}`);
  const users = columns.user_id as string[];
  if (users.length === 0) throw new InputError("no user bought in time to be asked about", { place: "activeWithin" });
  const width = FEATURES.length;
  const features = new Float64Array(users.length * width);
  for (const [column, name] of FEATURES.entries()) {
    const values = columns[name] as Float64Array;
    for (let row = 0; row < users.length; row++) features[row * width + column] = values[row];
  }
  return { ...question, users, features, width, names: [...FEATURES], labels: columns.churned as Float64Array };
}
