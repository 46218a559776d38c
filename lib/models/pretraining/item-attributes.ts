import { tf } from "../../backend/index";
import { InputError } from "../../errors";
import { createRandom } from "../../random";
import { addParameter, type Parameters, parameter, truncatedNormal } from "../parameters";

/** What is known of items beside who had them: brand, category and so on, all in one list of attributes. */
export interface ItemAttributes {
  /** Row i of `indices` from `offsets[i]` to `offsets[i + 1]` is item i's, items 0 … count. */
  offsets: Int32Array;
  /** Attributes, 0 … attributeCount − 1. */
  indices: Int32Array;
  attributeCount: number;
}

/** Embeddings of attributes, learned beside a network and left behind when it is used. */
export interface AttributeHead {
  readonly attributes: ItemAttributes;
  /** `attribute.embedding` [attributes × width] and `attribute.bias` [attributes]. */
  readonly parameters: Parameters;
}

/**
 * An {@link AttributeHead} with embeddings drawn at random and each bias at the logit of its attribute's share of items,
 * so that the common and the rare aren't what is learned first. Free its parameters when done.
 */
export function createAttributeHead(attributes: ItemAttributes, width: number, seed: number | string): AttributeHead {
  const { offsets, indices, attributeCount } = attributes;
  const items = offsets.length - 2;
  if (items < 1 || indices.some((attribute) => attribute < 0 || attribute >= attributeCount))
    throw new InputError("attributes are numbered from 0 to their count, items from 1", {
      value: [items, attributeCount],
      place: "attributes",
    });
  const counts = new Float64Array(attributeCount);
  for (const attribute of indices) counts[attribute]++;
  const parameters: Parameters = new Map();
  const random = createRandom(seed).fork("attributes");
  addParameter(parameters, "attribute.embedding", [attributeCount, width], truncatedNormal(random, 0.02));
  addParameter(parameters, "attribute.bias", [attributeCount], () =>
    Float32Array.from(counts, (count) => Math.log((count + 0.5) / (items - Math.min(count, items) + 0.5))),
  );
  return { attributes, parameters };
}

/**
 * How badly rows tell the attributes of items, for each row the cross-entropy summed over all attributes,
 *
 *   1/n Σᵢ Σₐ softplus(sᵢₐ) − [a ∈ A(item i)] sᵢₐ,   sᵢₐ = hᵢ · eₐ + bₐ
 *
 * (S3-Rec's AAP for rows that are items' embeddings, eq. 5, its MAP for a network's rows at hidden items, eq. 9; Zhou et
 * al. 2020). Items without attributes take no part.
 *
 * @param rows [n × width]
 * @param items whose attributes each row is to tell, [n]
 */
export function attributeLoss(head: AttributeHead, rows: tf.Tensor2D, items: Int32Array): tf.Scalar {
  const { offsets, indices, attributeCount } = head.attributes;
  const known = Int32Array.from(items.keys()).filter((at) => offsets[items[at] + 1] > offsets[items[at]]);
  if (known.length === 0) return tf.scalar(0);
  const labels = new Float32Array(known.length * attributeCount);
  for (const [row, at] of known.entries())
    for (let i = offsets[items[at]]; i < offsets[items[at] + 1]; i++) labels[row * attributeCount + indices[i]] = 1;
  const embeddings = parameter(head.parameters, "attribute.embedding") as tf.Tensor as tf.Tensor2D;
  const taken = tf.gather(rows, tf.tensor1d(known, "int32")) as tf.Tensor2D;
  const scores = tf.add(tf.matMul(taken, embeddings, false, true), parameter(head.parameters, "attribute.bias"));
  const wanted = tf.mul(scores, tf.tensor2d(labels, [known.length, attributeCount]));
  return tf.div(tf.sum(tf.sub(tf.softplus(scores), wanted)), known.length) as tf.Scalar;
}
