/** What a reader of an error needs: the value that was wrong, where it was, and what to do about it. */
export interface ErrorDetail {
  /** The offending value, shown as JSON and cut at 120 characters. */
  value?: unknown;
  /** Where the value was: a parameter's name, a file and row, a registry entry. */
  place?: string;
  /** What the reader can do next, as a full sentence. */
  remedy?: string;
  /** The error that led to this one. */
  cause?: unknown;
}

/**
 * The parent of every error that Flashlab raises on purpose.
 * Its message reads "problem: value at place. Remedy."
 */
export class FlashlabError extends Error {
  readonly place?: string;
  readonly remedy?: string;

  constructor(problem: string, detail: ErrorDetail = {}) {
    super(compose(problem, detail), detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = new.target.name;
    this.place = detail.place;
    this.remedy = detail.remedy;
  }
}

/** An argument or an option that can't be used. */
export class InputError extends FlashlabError {}

/** A data set, a file or a row that can't be read, found or trusted. */
export class DataError extends FlashlabError {}

/** A part of the machine (a backend, a program, a server) that is missing or failed. */
export class EnvironmentError extends FlashlabError {}

/** The caller asked for the work to stop, through its AbortSignal. */
export class AbortedError extends FlashlabError {}

/** Throws an {@link AbortedError} once `signal` has been aborted; call it between the steps of long work. */
export function throwIfAborted(signal: AbortSignal | undefined, work: string): void {
  if (signal?.aborted) throw new AbortedError(`${work} was stopped`, { cause: signal.reason });
}

/** Throws an {@link InputError} unless `value` is a finite number in [low, high]. */
export function requireNumber(value: number, place: string, low = -Infinity, high = Infinity): number {
  if (typeof value === "number" && Number.isFinite(value) && value >= low && value <= high) return value;
  throw new InputError(`expected a number${range(low, high)}`, { value, place, remedy: `Change ${place}.` });
}

/** Throws an {@link InputError} unless `value` is a whole number in [low, high]. */
export function requireInteger(value: number, place: string, low = -Infinity, high = Infinity): number {
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw new InputError(`expected a whole number${range(low, high)}`, { value, place, remedy: `Change ${place}.` });
}

function range(low: number, high: number): string {
  if (low === -Infinity && high === Infinity) return "";
  if (high === Infinity) return ` of at least ${low}`;
  if (low === -Infinity) return ` of at most ${high}`;
  return ` from ${low} to ${high}`;
}

function compose(problem: string, { value, place, remedy }: ErrorDetail): string {
  const found = value === undefined ? "" : `: ${show(value)}`;
  const where = place === undefined ? "" : ` at ${place}`;
  return `${problem}${found}${where}.${remedy === undefined ? "" : ` ${remedy}`}`;
}

function show(value: unknown): string {
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  let text: string;
  try {
    text = JSON.stringify(value) ?? String(value);
  } catch {
    text = String(value);
  }
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
