import { tf } from "../../backend/index";
import { InputError } from "../../errors";
import { parameter } from "../parameters";
import type { SequenceModel } from "../sequences/model";
import { isAdapterWeight } from "./adapters";
import { isHeadWeight } from "./heads";

/** Settings of {@link transferBackbone}. */
export interface TransferOptions {
  /**
   * Fields beside the item whose values mean the same in both shops, such as "gap", or "category" where both were read with
   * one dictionary. Default: all that count alike.
   */
  fields?: readonly string[];
  /**
   * For items of the new shop that the old one has too, or that are alike: row i of the new shop's items takes the
   * embedding of the old shop's item `items[i]`, 0 for none, [new items + 1] (row 0 is padding and isn't looked at).
   */
  items?: ArrayLike<number>;
}

/**
 * Copies what one shop's network knows of behaviour into another shop's, which has items of its own: every weight but the
 * items' embeddings, those of fields that aren't shared, and the heads. Returns the names of what was copied. Merge
 * adapters first.
 *
 * Throws InputError for networks of another shape, before anything is changed.
 */
export function transferBackbone(from: SequenceModel, to: SequenceModel, options: TransferOptions = {}): string[] {
  const { items, fields } = options;
  const own = [...to.parameters.keys()].filter((name) => !isHeadWeight(name) && !isAdapterWeight(name));
  const missing = own.find((name) => !name.endsWith(".embedding") && !from.parameters.has(name));
  if (from.kind !== to.kind || missing !== undefined)
    throw new InputError("the networks aren't of one shape", { value: [from.kind, to.kind], place: missing ?? "kind" });
  const [item, ...others] = to.shape.fields.map(({ name }) => name);
  const unshared = [item, ...others.filter((name) => fields && !fields.includes(name))].map(
    (name) => `${name}.embedding`,
  );
  const shared = own.filter((name) => !unshared.includes(name) && from.parameters.has(name));
  const same = (name: string) =>
    tf.util.arraysEqual(parameter(from.parameters, name).shape, parameter(to.parameters, name).shape);
  const other = shared.find((name) => !same(name) && (fields !== undefined || !isField(to, name)));
  if (other !== undefined)
    throw new InputError("the networks aren't of one shape", {
      value: [parameter(from.parameters, other).shape, parameter(to.parameters, other).shape],
      place: other,
    });
  const copied = shared.filter(same);
  for (const name of copied)
    tf.tidy(() => parameter(to.parameters, name).assign(parameter(from.parameters, name).clone()));
  if (items) copyItems(from, to, items);
  return copied;
}

/** Whether a weight is the embedding of one of the model's fields. */
function isField({ shape }: SequenceModel, weight: string): boolean {
  return shape.fields.some(({ name }) => weight === `${name}.embedding`);
}

function copyItems(from: SequenceModel, to: SequenceModel, items: ArrayLike<number>): void {
  const [old, own] = [from, to].map(({ shape }) => shape.fields[0]);
  if (items.length !== own.count + 1)
    throw new InputError("there is an old item, or 0, for each new one", {
      value: items.length,
      place: `items [${own.count + 1}]`,
    });
  const rows = Int32Array.from({ length: own.count }, (_, at) => items[at + 1]);
  const bad = rows.findIndex((row) => !(row >= 0 && row <= old.count));
  if (bad >= 0)
    throw new InputError(`an old item is 0 to ${old.count}`, { value: rows[bad], place: `items[${bad + 1}]` });
  tf.tidy(() => {
    const target = parameter(to.parameters, `${own.name}.embedding`);
    const [first, middle, last] = tf.split(target, [1, own.count, 1]);
    const found = tf.gather(parameter(from.parameters, `${old.name}.embedding`), tf.tensor1d(rows, "int32"));
    const known = tf.tensor2d(
      Uint8Array.from(rows, (row) => (row > 0 ? 1 : 0)),
      [own.count, 1],
      "bool",
    );
    const taken = tf.where(tf.tile(known, [1, target.shape[1] as number]), found, middle);
    target.assign(tf.concat([first, taken, last]));
  });
}
