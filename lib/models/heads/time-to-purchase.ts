import { tf } from "../../backend/index";
import { InputError, requireNumber } from "../../errors";
import { chanceOf, type Head, logit } from "./head";
import type { PurchaseTimes } from "./labels";

/** When each user will buy next, as far as the last limit. */
export interface PurchaseTimePrediction {
  /** Limits of the intervals in days, [intervals + 1]. */
  edges: Float64Array;
  /** Chance that no purchase has come by each limit, from 1 at 0 on, [examples × (intervals + 1)]. */
  survival: Float64Array;
}

/**
 * Time to the next purchase as a discrete hazard: score k gives the chance hₖ = σ(sₖ) of a purchase in interval k where
 * none came before. Of a purchase in interval t, and of t intervals without one and nothing known since,
 *
 *   log L = log hₜ + Σ_{k<t} log(1 − hₖ)   and   log L = Σ_{k<t} log(1 − hₖ),
 *
 * the likelihood of Singer and Willett (1993) and the loss of nnet-survival (Gensheimer and Narasimhan 2019). Censored
 * users thus count for as long as they were seen. Without features it gives the life table's hazards (Kaplan and Meier's
 * for these intervals), where training starts.
 *
 * @param edges limits of the intervals in days, as in the labels
 */
export function timeToPurchaseHead(
  edges: ArrayLike<number>,
  name = "time",
): Head<PurchaseTimes, PurchaseTimePrediction> {
  const limits = Float64Array.from(edges);
  const outputs = limits.length - 1;
  return {
    name,
    outputs,
    start: (labels) => Float32Array.from(hazards(checked(labels)), logit),
    loss(scores, labels, rows) {
      const { interval, observed } = checked(labels);
      const survived = new Float32Array(rows.length * outputs);
      const happened = new Float32Array(rows.length * outputs);
      for (let at = 0; at < rows.length; at++) {
        const until = interval[rows[at]];
        survived.fill(1, at * outputs, at * outputs + until);
        if (observed[rows[at]] === 1) happened[at * outputs + until] = 1;
      }
      const shape: [number, number] = [rows.length, outputs];
      // −log(1 − h) = softplus(s) and −log h = softplus(s) − s.
      const known = tf.tensor2d(
        survived.map((one, at) => one + happened[at]),
        shape,
      );
      const all = tf.sub(tf.mul(tf.softplus(scores), known), tf.mul(scores, tf.tensor2d(happened, shape)));
      return tf.div(tf.sum(all), rows.length) as tf.Scalar;
    },
    predict(scores) {
      const rows = scores.length / outputs;
      const survival = new Float64Array(rows * limits.length);
      for (let row = 0; row < rows; row++) {
        let left = 1;
        survival[row * limits.length] = 1;
        for (let k = 0; k < outputs; k++) {
          left *= 1 - chanceOf(scores[row * outputs + k]);
          survival[row * limits.length + k + 1] = left;
        }
      }
      return { edges: limits, survival };
    },
  };

  function checked(labels: PurchaseTimes): PurchaseTimes {
    if (labels.edges.length === limits.length && limits.every((edge, at) => edge === labels.edges[at])) return labels;
    throw new InputError("the labels are of other intervals than the head", {
      value: [...labels.edges],
      place: `head ${name}, edges ${[...limits].join(", ")}`,
    });
  }
}

/** Purchases in each interval over those who were seen in it without one before: the life table's hazards, [intervals]. */
export function hazards({ edges, interval, observed }: PurchaseTimes): Float64Array {
  const intervals = edges.length - 1;
  const [events, atRisk] = [new Float64Array(intervals), new Float64Array(intervals)];
  for (let row = 0; row < interval.length; row++) {
    const last = interval[row] - 1 + observed[row];
    for (let k = 0; k <= last; k++) atRisk[k]++;
    if (observed[row] === 1) events[interval[row]]++;
  }
  return events.map((count, k) => (atRisk[k] > 0 ? count / atRisk[k] : 0));
}

/**
 * Days until each user has bought with chance `share`: the median for 0.5, between limits by a straight line; Infinity where
 * it lies beyond the last limit. [examples]
 */
export function purchaseTimeQuantile({ edges, survival }: PurchaseTimePrediction, share = 0.5): Float64Array {
  requireNumber(share, "share", 0, 1);
  const width = edges.length;
  return Float64Array.from({ length: survival.length / width }, (_, row) => {
    const at = (k: number) => survival[row * width + k];
    for (let k = 1; k < width; k++)
      if (at(k) <= 1 - share)
        return edges[k - 1] + ((at(k - 1) - (1 - share)) / (at(k - 1) - at(k) || 1)) * (edges[k] - edges[k - 1]);
    return Infinity;
  });
}

/**
 * Mean days without a purchase among those up to the last limit: the area under each user's curve, purchases being spread
 * evenly in their interval (the restricted mean survival time). [examples]
 */
export function expectedPurchaseTime({ edges, survival }: PurchaseTimePrediction): Float64Array {
  const width = edges.length;
  return Float64Array.from({ length: survival.length / width }, (_, row) => {
    let area = 0;
    for (let k = 1; k < width; k++)
      area += ((survival[row * width + k - 1] + survival[row * width + k]) / 2) * (edges[k] - edges[k - 1]);
    return area;
  });
}
