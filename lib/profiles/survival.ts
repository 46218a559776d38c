import { InputError } from "../errors";
import { normalQuantile } from "../statistics/normal";

/** Times until an event, or until a subject was last seen without it. */
export interface Durations {
  /** At least 0, [subjects]. */
  time: ArrayLike<number>;
  /** 1: the event came at that time; 0: censored, not seen any longer, [subjects]. */
  event: ArrayLike<number>;
}

/** A survival curve, a row for each time with an event. */
export interface SurvivalCurve {
  subjects: number;
  time: Float64Array;
  /** Subjects seen until just before that time. */
  atRisk: Float64Array;
  events: Float64Array;
  /** Estimated chance of no event up to and at that time. */
  survival: Float64Array;
  /** Greenwood's standard error of it. */
  standardError: Float64Array;
  /** Ends of the interval. */
  low: Float64Array;
  high: Float64Array;
  level: number;
  /** The first time at which survival is at most one half; undefined where it stays above. */
  median: number | undefined;
}

/**
 * The Kaplan–Meier (1958) estimate S(t) = Π over event times tᵢ ≤ t of (1 − dᵢ / nᵢ), with Greenwood's (1926) variance
 * S² Σ dᵢ / (nᵢ (nᵢ − dᵢ)) and intervals on the scale ln(−ln S) (Kalbfleisch and Prentice 2002), which stay in [0, 1].
 * A subject censored at a time counts as at risk there. Once survival is 0, the standard error is 0 and the interval [0, 0].
 * Throws {@link InputError} for no subjects, a bad time, or an event other than 0 and 1.
 */
export function kaplanMeier({ time, event }: Durations, level = 0.95): SurvivalCurve {
  const subjects = time.length;
  if (subjects === 0 || event.length !== subjects)
    throw new InputError("each subject has a time and an event", { value: [subjects, event.length] });
  if (!(level > 0 && level < 1)) throw new InputError("a level is in (0, 1)", { value: level, place: "level" });
  for (let i = 0; i < subjects; i++)
    if (!(time[i] >= 0 && time[i] < Infinity && (event[i] === 0 || event[i] === 1)))
      throw new InputError("a time is at least 0, an event 0 or 1", {
        value: [time[i], event[i]],
        place: `subject ${i}`,
      });
  const order = Uint32Array.from({ length: subjects }, (_, i) => i).sort((a, b) => time[a] - time[b]);
  const z = normalQuantile((1 + level) / 2);
  const rows: { time: number; atRisk: number; events: number; survival: number; variance: number }[] = [];
  let survival = 1;
  let variance = 0;
  for (let at = 0; at < subjects; ) {
    const now = time[order[at]];
    const atRisk = subjects - at;
    let events = 0;
    for (; at < subjects && time[order[at]] === now; at++) events += event[order[at]];
    if (events === 0) continue;
    survival *= 1 - events / atRisk;
    variance += events / (atRisk * (atRisk - events));
    rows.push({ time: now, atRisk, events, survival, variance });
  }
  const column = (pick: (row: (typeof rows)[number]) => number) => Float64Array.from(rows, pick);
  const end = (sign: number) =>
    column((row) =>
      row.survival === 0 ? 0 : row.survival ** Math.exp((sign * z * Math.sqrt(row.variance)) / Math.log(row.survival)),
    );
  return {
    subjects,
    time: column((row) => row.time),
    atRisk: column((row) => row.atRisk),
    events: column((row) => row.events),
    survival: column((row) => row.survival),
    standardError: column((row) => (row.survival === 0 ? 0 : row.survival * Math.sqrt(row.variance))),
    low: end(-1),
    high: end(1),
    level,
    median: rows.find((row) => row.survival <= 0.5)?.time,
  };
}

/** The chance of no event up to and at `time`, read off the curve. */
export function survivalAt(curve: SurvivalCurve, time: number): number {
  let found = 1;
  for (let i = 0; i < curve.time.length && curve.time[i] <= time; i++) found = curve.survival[i];
  return found;
}

/** A {@link kaplanMeier} curve of each segment, by the segment's name, in order of first appearance. */
export function kaplanMeierBySegment<Name extends string>(
  durations: Durations,
  segment: ArrayLike<Name>,
  level?: number,
): Map<Name, SurvivalCurve> {
  const members = new Map<Name, number[]>();
  for (let i = 0; i < segment.length; i++) {
    const list = members.get(segment[i]);
    if (list) list.push(i);
    else members.set(segment[i], [i]);
  }
  if (segment.length !== durations.time.length)
    throw new InputError("each subject has a segment", { value: segment.length, place: "segment" });
  const curves = new Map<Name, SurvivalCurve>();
  for (const [name, list] of members) {
    const pick = (values: ArrayLike<number>) => Float64Array.from(list, (i) => values[i]);
    curves.set(name, kaplanMeier({ time: pick(durations.time), event: pick(durations.event) }, level));
  }
  return curves;
}
