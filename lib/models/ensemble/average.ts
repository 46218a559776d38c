import { InputError, requireInteger, requireNumber } from "../../errors";

/** Outputs of the models of an ensemble: for each model the same shape, [rows × columns]. */
export type Outputs = readonly ArrayLike<number>[];

/** How close to 0 and 1 a probability counts in {@link averageLogits}. */
const EDGE = 2 ** -50;

/**
 * The weighted mean of the models' probabilities (the linear pool). A mixture is less sharp than its parts.
 *
 * @param weights of the models, at least 0; the same for all unless given
 */
export function averageProbabilities(outputs: Outputs, weights?: ArrayLike<number>): Float64Array {
  const shares = normalised(outputs, weights);
  return Float64Array.from({ length: outputs[0].length }, (_, at) =>
    outputs.reduce((sum, output, model) => sum + shares[model] * output[at], 0),
  );
}

/**
 * The softmax of the weighted mean of the models' log-probabilities (the logarithmic pool, a product of experts): sharper than
 * the linear pool, and one model's near certainty weighs more. With one column it is the mean of the log-odds.
 * Probabilities are held 2⁻⁵⁰ away from 0 and 1.
 *
 * @param columns classes, or 1 for the probability of one of two
 */
export function averageLogits(outputs: Outputs, columns = 1, weights?: ArrayLike<number>): Float64Array {
  requireInteger(columns, "columns", 1);
  const shares = normalised(outputs, weights);
  const cut = (chance: number) => Math.min(Math.max(chance, EDGE), 1 - EDGE);
  const mean = (at: number, of: (chance: number) => number) =>
    outputs.reduce((sum, output, model) => sum + shares[model] * of(cut(output[at])), 0);
  const size = outputs[0].length;
  if (columns === 1)
    return Float64Array.from({ length: size }, (_, at) => 1 / (1 + Math.exp(-mean(at, (p) => Math.log(p / (1 - p))))));
  if (size % columns !== 0)
    throw new InputError(`outputs are [rows × ${columns}]`, {
      value: size,
      place: "outputs",
      remedy: "Change columns.",
    });
  const pooled = new Float64Array(size);
  for (let start = 0; start < size; start += columns) {
    for (let at = start; at < start + columns; at++) pooled[at] = mean(at, Math.log);
    const row = pooled.subarray(start, start + columns);
    const highest = Math.max(...row);
    const total = row.reduce((sum, value) => sum + Math.exp(value - highest), 0);
    for (let c = 0; c < columns; c++) row[c] = Math.exp(row[c] - highest) / total;
  }
  return pooled;
}

/**
 * The weighted mean of the models' ranks, each (rank − ½) / rows in (0, 1), the mean rank for equal scores: for models whose scores
 * have different scales, where only the order counts. No probabilities.
 *
 * @param outputs scores, [rows] each
 */
export function averageRanks(outputs: Outputs, weights?: ArrayLike<number>): Float64Array {
  return averageProbabilities(outputs.map(ranks), weights);
}

function ranks(scores: ArrayLike<number>): Float64Array {
  const rows = scores.length;
  const order = Uint32Array.from({ length: rows }, (_, row) => row).sort((a, b) => scores[a] - scores[b]);
  const result = new Float64Array(rows);
  for (let start = 0, end = 0; start < rows; start = end) {
    while (end < rows && scores[order[end]] === scores[order[start]]) end++;
    if (end === start) throw new InputError("a score is a number", { place: `scores, row ${order[start]}` });
    for (let at = start; at < end; at++) result[order[at]] = (start + end) / (2 * rows);
  }
  return result;
}

/** Weights that sum to 1. */
function normalised(outputs: Outputs, weights: ArrayLike<number> | undefined): Float64Array {
  if (outputs.length === 0) throw new InputError("an ensemble has a model at least", { place: "outputs" });
  for (const [model, output] of outputs.entries())
    if (output.length !== outputs[0].length)
      throw new InputError(`the models' outputs are of one shape, of ${outputs[0].length} numbers`, {
        value: output.length,
        place: `outputs of model ${model}`,
      });
  if (weights && weights.length !== outputs.length)
    throw new InputError(`there is a weight for each of ${outputs.length} models`, {
      value: weights.length,
      place: "weights",
    });
  const given = Float64Array.from(outputs, (_, model) => requireNumber(weights ? weights[model] : 1, "weights", 0));
  const total = given.reduce((sum, weight) => sum + weight, 0);
  if (total > 0) return given.map((weight) => weight / total);
  throw new InputError("some model has a weight above 0", { value: Array.from(given), place: "weights" });
}
