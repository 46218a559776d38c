import type { Engine } from "../engine/index";
import { InputError, requireInteger } from "../errors";
import { type Band, bandSql } from "./value-bands";

/** Settings of {@link rfm}. */
export interface RfmOptions {
  /** Relation of one row a user with `user_id`, `recency`, `frequency`, `value`: see `userFeatures`. */
  features: string;
  /** Relation to make. */
  output: string;
  /** Scores go from 1 to this; 5 unless said. */
  scores?: number;
}

/** A value band's size. */
export interface BandShare {
  band: Band;
  users: number;
  /** Share of all users, and of all takings. */
  userShare: number;
  valueShare: number;
}

/**
 * RFM scores of each user (Hughes 1994): how recent, how frequent and how large their purchases are, each from 1 (lowest) to
 * `scores` by rank among all users; users of equal value have equal scores. Makes `output` with the columns of `features`
 * and `r`, `f`, `m`, `rfm` (the three as one text, "543") and `band` (see {@link bandSql}); returns the bands.
 *
 * The score of a value is 1 + ⌊scores × share of users strictly below it⌋, and `recency` counts as high when it is short.
 * Throws {@link InputError} for no users.
 */
export async function rfm(engine: Engine, { features, output, scores = 5 }: RfmOptions): Promise<BandShare[]> {
  requireInteger(scores, "scores", 2, 9);
  const score = (order: string) =>
    `CAST(1 + floor($scores * (rank() OVER (ORDER BY ${order}) - 1) / count(*) OVER ()) AS INTEGER)`;
  await engine.run(
    `CREATE OR REPLACE TABLE ${output} AS
    SELECT *, concat(r, f, m) AS rfm FROM (
      SELECT *, ${score("recency DESC")} AS r, ${score("frequency")} AS f, ${score("value")} AS m,
        ${bandSql("value")} AS band
      FROM ${features})
    ORDER BY user_id`,
    { scores },
  );
  const found = await engine.columns(
    `SELECT band, CAST(count(*) AS DOUBLE) AS users, CAST(sum(value) AS DOUBLE) AS value FROM ${output}
    GROUP BY band ORDER BY array_position(['high', 'middle', 'low'], band)`,
  );
  const users = found.users as Float64Array;
  const value = found.value as Float64Array;
  if (users.length === 0) throw new InputError("there are no users", { place: features });
  const total = (values: Float64Array) => values.reduce((sum, one) => sum + one, 0);
  return Array.from(users, (count, row) => ({
    band: (found.band as Band[])[row],
    users: count,
    userShare: count / total(users),
    valueShare: value[row] / total(value),
  }));
}
