import type { Engine } from "../engine/index";
import { InputError } from "../errors";

/** The end of the day of the last event, in seconds since 1970 UTC. Throws InputError where there is no event. */
export async function endOfLastDay(engine: Engine, events: string): Promise<number> {
  const last = await engine.columns(`SELECT ${engine.dialect.startOfDay("max(event_time)")} AS day FROM ${events}`);
  const seconds = Number(last.day[0]);
  if (last.day[0] === null || Number.isNaN(seconds))
    throw new InputError("there are no events", { place: events, remedy: "Give asOf." });
  return seconds + 86400;
}
