import { tf } from "../../backend/index";
import { InputError } from "../../errors";
import { chanceOf, type Head, logit } from "./head";

/** What each user will spend. */
export interface SpendPrediction {
  /** Chance of spending anything, [examples]. */
  chance: Float64Array;
  /** Mean and deviation of the logarithm of what is spent, where anything is, [examples]. */
  mean: Float64Array;
  deviation: Float64Array;
  /** Expected spend in the data's currency, p exp(μ + σ² / 2), [examples]. */
  expected: Float64Array;
}

/** Least deviation of a logarithm: what hinders a single amount, met exactly, from having a density without limit. */
const LEAST = 0.05;

/**
 * Spend within a horizon (see `spendWithin`) as zero-inflated log-normal (Wang, Liu and Miao 2019, eq. 2): nothing with chance
 * 1 − p, else exp of a normal of mean μ and deviation σ; scores are logit p, μ, and what softplus makes σ of. The loss
 * is the mean of
 *
 *   −log p(y > 0 or not) + [y > 0] ((ln y − μ)² / 2σ² + ln σ + ½ ln 2π);
 *
 * the paper has ln(y σ √2π) there, which is ln y more, the same for every model. Differs from it: σ is at least 0.05.
 */
export function spendHead(name = "spend"): Head<Float32Array, SpendPrediction> {
  return {
    name,
    outputs: 3,
    start(labels) {
      const logs = Float64Array.from(checked(labels).filter((spend) => spend > 0)).map(Math.log);
      if (logs.length === 0)
        throw new InputError("nobody spends anything", { place: `head ${name}`, remedy: "Widen the horizon." });
      const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length;
      const variance = logs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / logs.length;
      const softened = Math.max(Math.sqrt(variance) - LEAST, 1e-3);
      return Float32Array.of(logit(logs.length / labels.length), mean, Math.log(Math.expm1(softened)));
    },
    loss(scores, labels, rows) {
      const spent = Float32Array.from(rows, (row) => labels[row]);
      const column = (values: Float32Array) => tf.tensor2d(values, [rows.length, 1]);
      const any = column(spent.map((value) => (value > 0 ? 1 : 0)));
      const logs = column(spent.map((value) => (value > 0 ? Math.log(value) : 0)));
      const [chance, mean, softened] = tf.split(scores, 3, 1);
      const deviation = tf.add(tf.softplus(softened), LEAST);
      const whether = tf.sub(tf.softplus(chance), tf.mul(chance, any));
      const distance = tf.div(tf.sub(logs, mean), deviation);
      const density = tf.add(tf.add(tf.mul(tf.square(distance), 0.5), tf.log(deviation)), 0.5 * Math.log(2 * Math.PI));
      return tf.mean(tf.add(whether, tf.mul(any, density))) as tf.Scalar;
    },
    predict(scores) {
      const rows = scores.length / 3;
      const each = (value: (at: number) => number) => Float64Array.from({ length: rows }, (_, row) => value(3 * row));
      const chance = each((at) => chanceOf(scores[at]));
      const mean = each((at) => scores[at + 1]);
      const deviation = each(
        (at) => Math.max(scores[at + 2], 0) + Math.log1p(Math.exp(-Math.abs(scores[at + 2]))) + LEAST,
      );
      const expected = chance.map((share, row) => share * Math.exp(mean[row] + deviation[row] ** 2 / 2));
      return { chance, mean, deviation, expected };
    },
  };

  function checked(labels: Float32Array): Float32Array {
    const bad = labels.findIndex((spend) => !(spend >= 0 && spend < Infinity));
    if (bad < 0) return labels;
    throw new InputError("spend is at least 0", { value: labels[bad], place: `labels, example ${bad}` });
  }
}
