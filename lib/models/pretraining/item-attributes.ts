import { tf } from "../../backend/index";
import { InputError, requireInteger } from "../../errors";
import { createRandom } from "../../random";
import { addParameter, type Parameters, parameter, truncatedNormal } from "../parameters";
import type { EventSequences } from "../sequences/batches";
import type { SequenceModel } from "../sequences/model";
import type { Task } from "../training/train";

/** What is known of items beside who had them: brand, category and so on, all in one list of attributes. */
export interface ItemAttributes {
  /** Row i of `indices` from `offsets[i]` to `offsets[i + 1]` is item i's, items 0 … count. */
  offsets: Int32Array;
  /** Attributes, 0 … attributeCount − 1. */
  indices: Int32Array;
  attributeCount: number;
}

/**
 * The values that a field has where an item occurs, as the item's attributes: its sub-class, its brand. Value v is attribute
 * v − 1; padding is none.
 *
 * @param field the field's place in the events; the items are field 0
 * @param itemCount, valueCount what both count to
 */
export function attributesFromField(
  { fields }: EventSequences,
  field: number,
  itemCount: number,
  valueCount: number,
): ItemAttributes {
  const values = fields[field];
  if (field === 0 || !values)
    throw new InputError("attributes are read from a field beside the item", { value: field, place: "field" });
  const own = Array.from({ length: itemCount + 1 }, () => new Set<number>());
  for (const [at, item] of fields[0].entries()) if (item > 0 && values[at] > 0) own[item].add(values[at] - 1);
  const offsets = new Int32Array(itemCount + 2);
  for (const [item, found] of own.entries()) offsets[item + 1] = offsets[item] + found.size;
  const indices = Int32Array.from(own.flatMap((found) => [...found].sort((a, b) => a - b)));
  return { offsets, indices, attributeCount: valueCount };
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
  const sum = sigmoidCrossEntropy(scores as tf.Tensor2D, tf.tensor2d(labels, [known.length, attributeCount]));
  return tf.div(sum, known.length) as tf.Scalar;
}

/** Σ softplus(s) − label · s, its gradient written out: sigmoid(s) − label. */
function sigmoidCrossEntropy(scores: tf.Tensor2D, labels: tf.Tensor2D): tf.Scalar {
  const operation = tf.customGrad((...inputs) => {
    const input = inputs[0] as tf.Tensor;
    const save = inputs[1] as unknown as tf.GradSaveFunc;
    save([input, labels]);
    const gradFunc = (dy: tf.Tensor, [at, wanted]: tf.Tensor[]) => tf.mul(tf.sub(tf.sigmoid(at), wanted), dy);
    return { value: tf.sum(tf.sub(tf.softplus(input), tf.mul(input, labels))), gradFunc };
  });
  return operation(scores) as tf.Scalar;
}

/** Settings of {@link itemAttributeTask}. */
export interface ItemAttributeOptions {
  seed: number | string;
  /** Items in a batch. Default 256. */
  batch?: number;
}

/**
 * Pre-training of a network's items by their attributes alone (S3-Rec's AAP over the whole catalogue): no history is looked at, so that
 * an epoch takes a second where histories take many, and items that hardly anyone had start beside those they are like.
 * Throws InputError where no item has attributes, or where there are attributes of another number of items.
 */
export function itemAttributeTask(
  { shape, parameters }: SequenceModel,
  head: AttributeHead,
  { seed, batch = 256 }: ItemAttributeOptions,
): Task<Int32Array> {
  requireInteger(batch, "batch", 1);
  const { offsets } = head.attributes;
  const [{ name, count }] = shape.fields;
  if (offsets.length !== count + 2)
    throw new InputError("attributes are of other items than the model's", {
      value: offsets.length - 2,
      place: `${count} items of the model`,
    });
  const items = Int32Array.from({ length: count }, (_, at) => at + 1).filter(
    (item) => offsets[item + 1] > offsets[item],
  );
  if (items.length === 0) throw new InputError("no item has attributes", { place: "attributes" });
  const random = createRandom(seed).fork("item attributes");
  return {
    parameters: new Map([...parameters, ...head.parameters]),
    trainable: (weight) => weight === `${name}.embedding` || head.parameters.has(weight),
    batchCount: Math.ceil(items.length / batch),
    *batches(epoch) {
      const order = random.fork(epoch).shuffle(items.slice());
      for (let at = 0; at < order.length; at += batch) yield order.slice(at, at + batch);
    },
    loss: (some) =>
      attributeLoss(
        head,
        tf.gather(parameter(parameters, `${name}.embedding`), tf.tensor1d(some, "int32")) as tf.Tensor2D,
        some,
      ),
  };
}
