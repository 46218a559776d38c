import { InputError } from "../../errors";
import { call, callForHandle, type Handle } from "./library";
import { type Matrix, rowsOf, typeOf } from "./matrix";
import { type Parameters, parameterText } from "./parameters";

/** What a model learns from, or is validated on. */
export interface TrainingData extends Matrix {
  /** [rows]: 0 and 1 for a binary objective, class numbers for several classes, any number for a regression. */
  labels: ArrayLike<number>;
  /** Weight of each row, at least 0, [rows]; 1 unless said. */
  weights?: ArrayLike<number>;
  /** Score that a row starts from, [rows], or [classes × rows]. */
  startScores?: ArrayLike<number>;
  /** Number of rows of each query, for ranking; sums to the rows. */
  groups?: ArrayLike<number>;
  /** A name for each column; without them "Column_0" … */
  names?: readonly string[];
}

/**
 * Bins a table in the library's memory, calls `use` with it, and frees it. The library copies what it needs: the arrays may
 * change afterwards. `reference` is the data set whose bins a validation set shares.
 * Throws {@link InputError} for lengths that don't fit and {@link LightgbmError} for what the library refuses.
 */
export function withDataset<T>(
  data: TrainingData,
  settings: { parameters: Parameters; reference?: Handle; place: string },
  use: (dataset: Handle) => T,
): T {
  const { parameters, reference = null, place } = settings;
  const rows = rowsOf(data, place);
  const dataset = callForHandle(
    "LGBM_DatasetCreateFromMat",
    data.features,
    typeOf(data),
    rows,
    data.width,
    1,
    parameterText(parameters),
    reference,
  );
  try {
    setField(dataset, "label", data.labels, rows, place);
    if (data.weights) setField(dataset, "weight", data.weights, rows, place);
    if (data.startScores) setField(dataset, "init_score", data.startScores, undefined, place);
    if (data.groups) setField(dataset, "group", data.groups, undefined, place);
    if (data.names) {
      if (data.names.length !== data.width)
        throw new InputError(`there is a name for each of ${data.width} columns`, {
          value: data.names.length,
          place: `${place}.names`,
        });
      call("LGBM_DatasetSetFeatureNames", dataset, data.names, data.names.length);
    }
    return use(dataset);
  } finally {
    call("LGBM_DatasetFree", dataset);
  }
}

function setField(
  dataset: Handle,
  field: "label" | "weight" | "init_score" | "group",
  values: ArrayLike<number>,
  rows: number | undefined,
  place: string,
): void {
  if (rows !== undefined && values.length !== rows)
    throw new InputError(`there is one ${field} for each of ${rows} rows`, { value: values.length, place });
  // The library's types: 32-bit floats (0), 64-bit floats (1), 32-bit whole numbers (2).
  const [array, type] =
    field === "group"
      ? [Int32Array.from(values), 2]
      : field === "init_score"
        ? [Float64Array.from(values), 1]
        : [Float32Array.from(values), 0];
  call("LGBM_DatasetSetField", dataset, field, array, values.length, type);
}
