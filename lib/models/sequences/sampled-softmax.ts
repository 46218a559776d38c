import { tf } from "../../backend/index";
import { requireInteger } from "../../errors";
import type { Random } from "../../random";
import { fullSoftmaxLoss } from "../layers/softmax-loss";

/** The items that one batch's softmax is over. */
export interface Candidates {
  /** The batch's own targets, each once, and behind them the items drawn beside them. */
  items: Int32Array;
  /** Where each target is among `items`, [targets]. */
  targets: Int32Array;
  /** How many of `items`, from the first, are the batch's own. */
  own: number;
  /** How many of the catalogue's other items each drawn one stands for. */
  standsFor: number;
}

/**
 * The distinct targets of a batch and `drawn` of the other items 1 … itemCount, without putting back, each as likely as the others;
 * all of them where there aren't as many.
 * Throws InputError for fewer than one.
 */
export function drawCandidates(targets: Int32Array, itemCount: number, drawn: number, random: Random): Candidates {
  requireInteger(drawn, "negatives", 1);
  const place = new Int32Array(itemCount + 1).fill(-1);
  const items: number[] = [];
  const add = (item: number) => {
    if (place[item] < 0) place[item] = items.push(item) - 1;
  };
  targets.forEach(add);
  const own = items.length;
  const others = itemCount - own;
  if (drawn >= others) for (let item = 1; item <= itemCount; item++) add(item);
  else while (items.length < own + drawn) add(1 + random.integer(itemCount));
  return {
    items: Int32Array.from(items),
    targets: targets.map((item) => place[item]),
    own,
    standsFor: others === 0 ? 1 : others / (items.length - own),
  };
}

/**
 * Mean cross-entropy of a softmax whose sum over the catalogue is estimated from some of its items,
 *
 *   1/n Σᵢ (log (Σ_{j own} exp(hᵢ · eⱼ) + (N − own) / K Σ_{k drawn} exp(hᵢ · eₖ)) − hᵢ · e_target(i)).
 *
 * The sum is unbiased, since a batch's own targets, popular items most of all, are in it for certain and each drawn item stands for
 * (N − own) / K of the others. With all items drawn it is the full softmax.
 *
 * @param hidden [n × width]
 * @param embeddings [items + 2 × width], row i item i
 */
export function sampledSoftmaxLoss(
  hidden: tf.Tensor2D,
  embeddings: tf.Tensor2D,
  { items, targets, own, standsFor }: Candidates,
): tf.Scalar {
  const weights = new Float32Array(items.length).fill(Math.log(standsFor), own);
  // The logarithm of a candidate's weight is one more product: its own with a row of ones.
  const chosen = tf.concat(
    [tf.gather(embeddings, tf.tensor1d(items, "int32")), tf.tensor2d(weights, [items.length, 1])],
    1,
  );
  const rows = tf.concat([hidden, tf.ones([hidden.shape[0], 1])], 1);
  return fullSoftmaxLoss(rows as tf.Tensor2D, chosen as tf.Tensor2D, tf.tensor1d(targets, "int32"));
}
