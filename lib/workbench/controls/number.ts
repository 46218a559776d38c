import { InputError, requireNumber } from "../../errors";
import { significant } from "../format/number";

/** A scale that a slider moves along. */
export interface Scale {
  min: number;
  max: number;
  /** Distance between two values; a hundredth of the scale unless said, 1 where both ends are whole and far enough apart. */
  step?: number;
  label: string;
  /** How numbers are written, in d3's notation: ".0%" for per cents, ".2f" for two decimals. */
  format?: string;
}

/** A scale with its defaults filled in. */
export interface CheckedScale {
  min: number;
  max: number;
  step: number;
  /** All of min, max and step are whole numbers, and so are the values. */
  whole: boolean;
  format: string;
}

/** Fills in a scale's defaults. Throws an InputError for an empty or upside-down scale, or a step that isn't above 0. */
export function checkScale({ min, max, step, label, format }: Scale): CheckedScale {
  requireNumber(min, `${label}: min`);
  requireNumber(max, `${label}: max`);
  if (!(min < max))
    throw new InputError("min must be below max", { value: [min, max], place: label, remedy: "Swap or widen them." });
  const ends = Number.isInteger(min) && Number.isInteger(max);
  const distance = step ?? (ends && max - min >= 10 ? 1 : (max - min) / 100);
  if (!(distance > 0) || distance > max - min)
    throw new InputError("a step is above 0 and at most max − min", { value: distance, place: `${label}: step` });
  const whole = ends && Number.isInteger(distance);
  return { min, max, step: distance, whole, format: format ?? (whole ? "d" : ".2f") };
}

/** Throws an InputError unless `value` is a number on the scale. */
export function onScale(value: number, { min, max, whole }: CheckedScale, label: string): number {
  requireNumber(value, label, min, max);
  if (whole && !Number.isInteger(value))
    throw new InputError("this slider takes whole numbers", {
      value,
      place: label,
      remedy: "Give a fractional step for fractional values.",
    });
  return value;
}

/** A number as a slider's readout writes it: d3's "d", ".nf" and ".n%"; other formats with 4 significant digits. */
export function readout(value: number, format: string): string {
  const [, digits, kind] = /^,?(?:\.(\d+))?([df%])$/.exec(format) ?? [];
  if (kind === "%") return `${(100 * value).toFixed(Number(digits ?? 0))} %`;
  if (kind === "f") return value.toFixed(Number(digits ?? 6));
  return kind === "d" ? value.toFixed(0) : significant(value);
}
