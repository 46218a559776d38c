import { InputError, requireInteger } from "../../errors";

/** A table of numbers for LightGBM. NaN is a missing value. */
export interface Matrix {
  /** [rows × width], row by row. */
  features: Float64Array | Float32Array;
  width: number;
}

/** The rows of a matrix. Throws {@link InputError} where the numbers aren't whole rows. */
export function rowsOf({ features, width }: Matrix, place: string): number {
  requireInteger(width, `${place}.width`, 1);
  const rows = features.length / width;
  if (features instanceof Float64Array || features instanceof Float32Array) {
    if (Number.isInteger(rows)) return rows;
    throw new InputError(`features are rows of ${width} numbers`, {
      value: features.length,
      place: `${place}.features`,
    });
  }
  throw new InputError("features are a Float64Array or a Float32Array", { place: `${place}.features` });
}

/** The library's number for the type of the features. */
export function typeOf({ features }: Matrix): number {
  return features instanceof Float32Array ? 0 : 1;
}
