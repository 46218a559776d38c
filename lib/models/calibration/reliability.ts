import { InputError, requireInteger } from "../../errors";
import { wilsonInterval } from "../../statistics/interval";

/** A reliability curve: what was foretold against what came, in groups of about equal size, lowest first. */
export interface Reliability {
  /** Mean probability foretold, [groups]. */
  foretold: Float64Array;
  /** Share of positives, with its 95 % Wilson interval, [groups]. */
  observed: Float64Array;
  low: Float64Array;
  high: Float64Array;
  rows: Int32Array;
  /** Expected calibration error: mean |observed − foretold| by rows. */
  error: number;
}

/** The {@link Reliability} of probabilities, in at most `groups` groups (10 unless said). */
export function reliability(labels: ArrayLike<number>, probabilities: ArrayLike<number>, groups = 10): Reliability {
  const rows = labels.length;
  if (rows === 0 || probabilities.length !== rows)
    throw new InputError("there is a probability for each label, and a row at least", { value: probabilities.length });
  const count = Math.min(requireInteger(groups, "groups", 1), rows);
  const order = Uint32Array.from({ length: rows }, (_, row) => row).sort((a, b) => probabilities[a] - probabilities[b]);
  const result: Reliability = {
    foretold: new Float64Array(count),
    observed: new Float64Array(count),
    low: new Float64Array(count),
    high: new Float64Array(count),
    rows: new Int32Array(count),
    error: 0,
  };
  for (let group = 0; group < count; group++) {
    const members = order.subarray(Math.round((group * rows) / count), Math.round(((group + 1) * rows) / count));
    let foretold = 0;
    let positives = 0;
    for (const row of members) {
      foretold += probabilities[row] / members.length;
      positives += labels[row];
    }
    const interval = wilsonInterval(positives, members.length);
    result.foretold[group] = foretold;
    result.observed[group] = interval.estimate;
    result.low[group] = interval.low;
    result.high[group] = interval.high;
    result.rows[group] = members.length;
    result.error += (Math.abs(interval.estimate - foretold) * members.length) / rows;
  }
  return result;
}
