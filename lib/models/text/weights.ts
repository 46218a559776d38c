import { existsSync } from "node:fs";
import { join } from "node:path";
import { tf } from "../../backend/index";
import { DataError, EnvironmentError } from "../../errors";
import type { NamedArrays, Parameters } from "../parameters";
import { readSafetensors } from "../safetensors";
import { type BertShape, readJson } from "./config";

/** How files name a block's parts, below `…layer.N.`. */
const NAMES = {
  bert: {
    block: "encoder.layer.",
    attention: ["attention.self.query", "attention.self.key", "attention.self.value"],
    mixed: "attention.output.dense",
    mixedNorm: "attention.output.LayerNorm",
    inner: "intermediate.dense",
    outer: "output.dense",
    outerNorm: "output.LayerNorm",
  },
  distilbert: {
    block: "transformer.layer.",
    attention: ["attention.q_lin", "attention.k_lin", "attention.v_lin"],
    mixed: "attention.out_lin",
    mixedNorm: "sa_layer_norm",
    inner: "ffn.lin1",
    outer: "ffn.lin2",
    outerNorm: "output_layer_norm",
  },
} as const;

/**
 * Reads the weights in a model's folder: `model.safetensors`, or the parts that `model.safetensors.index.json` lists.
 * Throws EnvironmentError where there is neither.
 */
export async function readWeights(folder: string): Promise<NamedArrays> {
  const whole = join(folder, "model.safetensors");
  if (existsSync(whole)) return (await readSafetensors(whole)).arrays;
  const index = join(folder, "model.safetensors.index.json");
  if (!existsSync(index))
    throw new EnvironmentError("the model has no weights in safetensors", {
      place: whole,
      remedy: "Save them with transformers: AutoModel.from_pretrained(FOLDER).save_pretrained(FOLDER).",
    });
  const { weight_map: files } = (await readJson(index)) as { weight_map?: Record<string, string> };
  const arrays: NamedArrays = new Map();
  for (const file of new Set(Object.values(files ?? {})))
    for (const [name, array] of (await readSafetensors(join(folder, file))).arrays) arrays.set(name, array);
  return arrays;
}

/**
 * A BERT-like model's weights under this library's names, as `encode` takes them: queries, keys and values side by side,
 * matrices [inputs × outputs]. What a file holds beyond them (a pooler, a head) is left out.
 * Throws DataError, naming it, for a weight that is missing or has another shape.
 */
export function bertParameters(arrays: NamedArrays, shape: BertShape, place = "weights"): Parameters {
  const { width, inner, blocks, vocabulary, positions, types } = shape;
  const names = NAMES[shape.naming];
  const first = [...arrays.keys()].find((name) => name.endsWith("embeddings.word_embeddings.weight"));
  const prefix = first?.slice(0, -"embeddings.word_embeddings.weight".length) ?? "";
  const parameters: Parameters = new Map();
  try {
    table("word.embedding", "embeddings.word_embeddings", vocabulary);
    table("place.embedding", "embeddings.position_embeddings", positions);
    if (types > 0) table("type.embedding", "embeddings.token_type_embeddings", types);
    norm("embedding.norm", "embeddings.LayerNorm");
    for (let block = 0; block < blocks; block++) {
      const [to, from] = [`block.${block}.`, `${names.block}${block}.`];
      linear(
        `${to}attention.input`,
        names.attention.map((part) => from + part),
        [width, width],
      );
      linear(`${to}attention.output`, [from + names.mixed], [width, width]);
      norm(`${to}attention.norm`, from + names.mixedNorm);
      linear(`${to}feed.input`, [from + names.inner], [width, inner]);
      linear(`${to}feed.output`, [from + names.outer], [inner, width]);
      norm(`${to}feed.norm`, from + names.outerNorm);
    }
  } catch (error) {
    for (const variable of parameters.values()) variable.dispose();
    throw error;
  }
  return parameters;

  function found(name: string, expected: number[], older?: string): tf.Tensor {
    const array = arrays.get(prefix + name) ?? (older === undefined ? undefined : arrays.get(prefix + older));
    const at = { place: `${place}, ${prefix}${name}`, remedy: "Give the weights that belong to config.json." };
    if (!array) throw new DataError("the model lacks a weight", at);
    if (!tf.util.arraysEqual(array.shape, expected))
      throw new DataError(`a weight isn't of shape [${expected}]`, { value: array.shape, ...at });
    return tf.tensor(array.values, array.shape);
  }

  function add(name: string, make: () => tf.Tensor): void {
    const values = tf.tidy(make);
    parameters.set(name, tf.variable(values));
    values.dispose();
  }

  function table(name: string, from: string, rows: number): void {
    add(name, () => found(`${from}.weight`, [rows, width]));
  }

  function norm(name: string, from: string): void {
    add(`${name}.scale`, () => found(`${from}.weight`, [width], `${from}.gamma`));
    add(`${name}.shift`, () => found(`${from}.bias`, [width], `${from}.beta`));
  }

  /** One layer of one or more that lie side by side; files hold matrices as [outputs × inputs]. */
  function linear(name: string, from: readonly string[], [inputs, outputs]: [number, number]): void {
    const parts = (kind: string, expected: number[]) => {
      const read = from.map((layer) => found(`${layer}.${kind}`, expected));
      return read.length === 1 ? read[0] : tf.concat(read, 0);
    };
    add(`${name}.weight`, () => tf.transpose(parts("weight", [outputs, inputs])));
    add(`${name}.bias`, () => parts("bias", [outputs]));
  }
}
