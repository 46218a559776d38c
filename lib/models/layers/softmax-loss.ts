import { tf } from "../../backend/index";

/**
 * Mean cross-entropy of the softmax over all items,
 *
 *   1/n Σᵢ (log Σⱼ exp(hᵢ · eⱼ) − hᵢ · e_target(i)),
 *
 * with items' embeddings as the output layer. The gradient is written out: with P the softmax [n × items],
 *
 *   dH = (P E − E[target]) / n,   dE = (Pᵀ H − Σ of h by target) / n,
 *
 * so no one-hot matrix is ever made.
 *
 * @param hidden [n × width]
 * @param embeddings [items × width]
 * @param targets [n], item numbers
 */
export function fullSoftmaxLoss(hidden: tf.Tensor2D, embeddings: tf.Tensor2D, targets: tf.Tensor1D): tf.Scalar {
  const [count] = hidden.shape;
  const operation = tf.customGrad((...inputs) => {
    const [h, e] = inputs as unknown as [tf.Tensor2D, tf.Tensor2D];
    const save = inputs[2] as unknown as tf.GradSaveFunc;
    const scores = tf.matMul(h, e, false, true);
    const wanted = tf.gather(e, targets);
    const highest = tf.max(scores, 1, true);
    const powers = tf.exp(tf.sub(scores, highest));
    const totals = tf.sum(powers, 1, true);
    const loss = tf.sub(tf.mean(tf.add(tf.log(totals), highest)), tf.div(tf.sum(tf.mul(h, wanted)), count));
    save([h, e, powers, totals, wanted, targets]);
    const gradFunc = (dy: tf.Tensor, [rows, items, unnormalised, sums, chosen, wantedItems]: tf.Tensor[]) => {
      const factor = tf.div(dy, count);
      // Dividing the n rows of H by their sums does what dividing the n × items powers would.
      const scaled = tf.div(rows, sums) as tf.Tensor2D;
      const dHidden = tf.sub(tf.div(tf.matMul(unnormalised as tf.Tensor2D, items as tf.Tensor2D), sums), chosen);
      const pulled = tf.unsortedSegmentSum(rows, wantedItems as tf.Tensor1D, items.shape[0]);
      const dItems = tf.sub(tf.matMul(unnormalised as tf.Tensor2D, scaled, true, false), pulled);
      return [tf.mul(dHidden, factor), tf.mul(dItems, factor)];
    };
    return { value: loss, gradFunc };
  });
  return operation(hidden, embeddings) as tf.Scalar;
}
