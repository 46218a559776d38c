import type { Engine } from "../../../engine/index";
import { DataError, InputError } from "../../../errors";
import type { Random } from "../../../random";
import { multivariateNormal } from "../../../statistics/multivariate-normal";

/** Counts of something by day and hour of the day. */
export interface HourlyCounts {
  /** Hours of the day in which anything was counted on any day, rising. */
  hours: number[];
  days: number;
  /** [days × hours] */
  counts: Float64Array;
}

/**
 * Counts by local day and hour. A day without any count isn't among the days: the shop was closed.
 *
 * @param relation with a column `event_time` in UTC.
 * @param options.count what to count, in SQL. Default `count(*)`; `count(DISTINCT session_id)` counts visits or orders.
 * @param options.where which rows. Default all.
 * @param options.zone time zone of the shop's clock, such as `Europe/London`.
 */
export async function hourlyCounts(
  engine: Engine,
  relation: string,
  options: { count?: string; where?: string; zone: string },
): Promise<HourlyCounts> {
  const local = `(event_time AT TIME ZONE 'UTC') AT TIME ZONE '${options.zone.replaceAll("'", "''")}'`;
  const columns = await engine.columns(
    `SELECT CAST(datediff('day', DATE '1970-01-01', CAST(time AS DATE)) AS INTEGER) AS day,
       CAST(hour(time) AS INTEGER) AS hour, CAST(${options.count ?? "count(*)"} AS DOUBLE) AS count
     FROM (SELECT *, ${local} AS time FROM ${relation} WHERE ${options.where ?? "true"})
     GROUP BY day, hour ORDER BY day, hour`,
  );
  const [day, hour, count] = [columns.day, columns.hour, columns.count] as [Int32Array, Int32Array, Float64Array];
  if (day.length === 0) throw new DataError("there is nothing to count", { value: relation, place: "relation" });
  const hours = [...new Set(hour)].sort((a, b) => a - b);
  const days = [...new Set(day)];
  const counts = new Float64Array(days.length * hours.length);
  day.forEach((value, row) => {
    counts[days.indexOf(value) * hours.length + hours.indexOf(hour[row])] = count[row];
  });
  return { hours, days: days.length, counts };
}

/** How a day's visits are spread over its hours, with its uncertainty: ln of the hours' mean counts is normal. Plain JSON. */
export interface HourProfile {
  hours: number[];
  /** ln of the mean count a day, [hours]. */
  logRate: number[];
  /** Covariance of those, [hours × hours]. */
  covariance: number[];
  days: number;
}

/**
 * Mean counts by hour. Their covariance is that of the days' rows divided by the number of days, so that hours which are busy
 * together, and counts more scattered than Poisson's, are allowed for; carried over to the logarithm (delta method).
 * With fewer than twice as many days as hours such a matrix says little: then only its diagonal is kept.
 * Throws {@link InputError} for fewer than two days.
 */
export function fitHours({ hours, days, counts }: HourlyCounts): HourProfile {
  if (days < 2) throw new InputError("a profile's uncertainty needs two days", { value: days, place: "days" });
  const H = hours.length;
  const mean = new Float64Array(H);
  for (let at = 0; at < counts.length; at++) mean[at % H] += counts[at] / days;
  const covariance = new Float64Array(H * H);
  const full = days >= 2 * H;
  for (let day = 0; day < days; day++)
    for (let a = 0; a < H; a++)
      for (let b = 0; b < H; b++)
        if (full || a === b) covariance[a * H + b] += (counts[day * H + a] - mean[a]) * (counts[day * H + b] - mean[b]);
  const scale = 1 / ((days - 1) * days);
  // An hour that is the same on all days still isn't known for sure: at least a Poisson count's variance.
  for (let a = 0; a < H; a++) covariance[a * H + a] = Math.max(covariance[a * H + a], mean[a] * (days - 1));
  return {
    hours,
    logRate: Array.from(mean, Math.log),
    covariance: Array.from(covariance, (value, at) => (value * scale) / (mean[Math.floor(at / H)] * mean[at % H])),
    days,
  };
}

/** Weights of the day's 24 hours: the estimate, or a draw of what they may be. */
export function hourWeights(profile: HourProfile, random?: Random): Float64Array {
  const logs = random
    ? multivariateNormal(profile.logRate, Float64Array.from(profile.covariance))(random)
    : Float64Array.from(profile.logRate);
  const weights = new Float64Array(24);
  profile.hours.forEach((hour, at) => {
    weights[hour] = Math.exp(logs[at]);
  });
  return weights;
}
