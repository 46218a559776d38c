import { InputError, requireInteger, requireNumber } from "../../errors";
import type { Random } from "../../random";

/** One setting that is searched: how it is drawn, and a description by which two searches are told apart. */
export interface Dimension<Value> {
  readonly about: string;
  draw(random: Random): Value;
}

/** What is searched, by name. */
export type Space = Readonly<Record<string, Dimension<unknown>>>;

/** A value for each setting of a space. */
export type SettingsOf<S extends Space> = { [Name in keyof S]: S[Name] extends Dimension<infer Value> ? Value : never };

/** A number, equally likely everywhere in [low, high). */
export function uniform(low: number, high: number): Dimension<number> {
  requireRange(low, high);
  return { about: `uniform ${low} ${high}`, draw: (random) => low + (high - low) * random.uniform() };
}

/** A number above 0 whose logarithm is equally likely everywhere: for rates and penalties, whose scale is unknown. */
export function logUniform(low: number, high: number): Dimension<number> {
  requireNumber(low, "low", Number.MIN_VALUE);
  requireRange(low, high);
  const [from, to] = [Math.log(low), Math.log(high)];
  return {
    about: `logarithmic ${low} ${high}`,
    draw: (random) => Math.min(Math.max(Math.exp(from + (to - from) * random.uniform()), low), high),
  };
}

/** A whole number from low to high, both included. */
export function integers(low: number, high: number): Dimension<number> {
  requireRange(requireInteger(low, "low"), requireInteger(high, "high") + 1);
  return { about: `integers ${low} ${high}`, draw: (random) => low + random.integer(high - low + 1) };
}

/** One of some values. */
export function choice<const Value>(values: readonly Value[]): Dimension<Value> {
  if (values.length === 0) throw new InputError("there is nothing to choose from", { place: "values" });
  return { about: `choice ${JSON.stringify(values)}`, draw: (random) => values[random.integer(values.length)] };
}

/**
 * The settings of a trial, drawn independently (Bergstra and Bengio 2012). They depend on the generator and the names alone: a
 * setting that is added to the space leaves the others' draws as they were.
 */
export function drawSettings<S extends Space>(space: S, random: Random): SettingsOf<S> {
  const drawn = Object.entries(space).map(([name, dimension]) => [name, dimension.draw(random.fork(name))]);
  return Object.fromEntries(drawn) as SettingsOf<S>;
}

/** A space in words, the same for the same space. */
export function describeSpace(space: Space): string {
  const parts = Object.entries(space).map(([name, { about }]) => `${name}: ${about}`);
  if (parts.length === 0)
    throw new InputError("a search needs a setting to search", {
      place: "space",
      remedy: "Give one, such as { rate: logUniform(1e-4, 1e-2) }.",
    });
  return parts.join("; ");
}

function requireRange(low: number, high: number): void {
  requireNumber(low, "low");
  requireNumber(high, "high");
  if (!(low < high))
    throw new InputError("a range's low end is below its high end", { value: [low, high], place: "range" });
}
