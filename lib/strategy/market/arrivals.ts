import { InputError, requireInteger, requireNumber } from "../../errors";

/**
 * Expected visitors in each period of a sale: a day's visitors spread over its hours by a profile, the rate constant
 * within an hour. The arrivals themselves are then a non-homogeneous Poisson process.
 *
 * @param options.visitors expected visitors of a whole day.
 * @param options.profile weight of each of the 24 hours, any scale.
 * @param options.start hour of the day at which the sale opens, in [0, 24); fractions allowed.
 * @param options.hours length of the sale in hours, above 0; beyond midnight the profile starts again.
 * @param options.periods number of equal periods that the sale is cut into.
 * @returns expected visitors, [periods].
 */
export function hourlyArrivals(options: {
  visitors: number;
  profile: ArrayLike<number>;
  start: number;
  hours: number;
  periods: number;
}): Float64Array {
  const { visitors, profile, start, hours, periods } = options;
  requireNumber(visitors, "visitors", 0);
  requireNumber(start, "start", 0, 24);
  requireInteger(periods, "periods", 1);
  if (!(hours > 0)) throw new InputError("a sale's length is above 0 hours", { value: hours, place: "hours" });
  if (profile.length !== 24)
    throw new InputError("a day's profile has 24 weights", { value: profile.length, place: "profile" });
  const total = Array.from(profile).reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0) || Array.from(profile).some((weight) => !(weight >= 0)))
    throw new InputError("a profile's weights are at least 0 and not all 0", {
      value: Array.from(profile),
      place: "profile",
    });

  return Float64Array.from({ length: periods }, (_, period) => {
    const end = start + (hours * (period + 1)) / periods;
    let from = start + (hours * period) / periods;
    let expected = 0;
    // Hour by hour: what is left of the period may cross several whole hours.
    while (from < end) {
      const until = Math.min(end, Math.floor(from) + 1);
      expected += ((until - from) * visitors * profile[Math.floor(from) % 24]) / total;
      from = until;
    }
    return expected;
  });
}
