import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DataError, EnvironmentError } from "../../errors";
import type { Activation } from "../layers/activation";
import type { EncoderShape } from "../transformer/encoder";

/** The shape of an encoder of BERT's family (Devlin et al. 2019). */
export interface BertShape extends EncoderShape {
  /** How its weights are named in files: BERT's way or DistilBERT's. */
  naming: "bert" | "distilbert";
  /** Tokens it knows. */
  vocabulary: number;
  /** Rows of the table of places, and the row of a text's first token: 0, or 2 in RoBERTa's. */
  positions: number;
  firstPosition: number;
  /** Kinds of segment; 0 where there is no such embedding. */
  types: number;
}

/** Tokens that a model reads at most, the special ones included. */
export function longestText({ positions, firstPosition }: BertShape): number {
  return positions - firstPosition;
}

/** Kinds of model that are the same network under another name. */
const LIKE_BERT = ["bert", "roberta", "xlm-roberta", "camembert", "electra"];
const KNOWN = [...LIKE_BERT, "distilbert"];

/** Activations by the names that configurations give them. */
const ACTIVATIONS: Record<string, Activation> = { gelu: "gelu", relu: "relu" };

type Json = Record<string, unknown>;

/**
 * Reads `config.json` of a model's folder, as the transformers library writes it. Throws DataError, naming the setting,
 * for an architecture that isn't of the family or computes something else than this library's encoder does.
 */
export async function readBertShape(folder: string): Promise<BertShape> {
  const place = join(folder, "config.json");
  return bertShape(await readJson(place), place);
}

/** A BERT-like shape of a parsed `config.json`; see {@link readBertShape}. */
export function bertShape(config: Json, place = "config.json"): BertShape {
  const kind = String(config.model_type);
  if (!KNOWN.includes(kind))
    throw new DataError("this architecture isn't of BERT's family", {
      value: config.model_type,
      place: `${place}, model_type`,
      remedy: `Use a model of one of these kinds: ${KNOWN.join(", ")}.`,
    });
  const refuse = (field: string, problem: string, remedy: string) =>
    new DataError(problem, { value: config[field], place: `${place}, ${field}`, remedy });
  const whole = (field: string, least = 1) => {
    const value = config[field];
    if (Number.isInteger(value) && (value as number) >= least) return value as number;
    throw refuse(field, `expected a whole number of at least ${least}`, "Get the model's own file again.");
  };
  const activation = (field: string) => {
    const found = ACTIVATIONS[String(config[field])];
    if (found) return found;
    throw refuse(field, "this activation isn't known", `Use a model with ${Object.keys(ACTIVATIONS).join(" or ")}.`);
  };
  const share = (field: string) => (typeof config[field] === "number" ? (config[field] as number) : 0);
  if (config.position_embedding_type !== undefined && config.position_embedding_type !== "absolute")
    throw refuse("position_embedding_type", "places are told in a way that isn't known", "Use a model with absolute.");
  if (config.is_decoder === true)
    throw refuse("is_decoder", "a decoder reads only what lies before", "Use an encoder of the family.");
  const common = { norm: "after", causal: false, naming: "bert", firstPosition: 0 } as const;
  if (kind === "distilbert")
    return {
      ...common,
      naming: "distilbert",
      width: whole("dim"),
      heads: whole("n_heads"),
      blocks: whole("n_layers"),
      inner: whole("hidden_dim"),
      activation: activation("activation"),
      dropout: share("dropout"),
      epsilon: 1e-12,
      vocabulary: whole("vocab_size"),
      positions: whole("max_position_embeddings"),
      types: 0,
    };
  if (config.embedding_size !== undefined && config.embedding_size !== config.hidden_size)
    throw refuse("embedding_size", "embeddings are narrower than the model", "Use a model where both are equal.");
  return {
    ...common,
    width: whole("hidden_size"),
    heads: whole("num_attention_heads"),
    blocks: whole("num_hidden_layers"),
    inner: whole("intermediate_size"),
    activation: activation("hidden_act"),
    dropout: share("hidden_dropout_prob"),
    epsilon: typeof config.layer_norm_eps === "number" ? config.layer_norm_eps : 1e-12,
    vocabulary: whole("vocab_size"),
    positions: whole("max_position_embeddings"),
    // RoBERTa's descendants count places from behind the padding token's number.
    firstPosition: kind === "bert" || kind === "electra" ? 0 : whole("pad_token_id", 0) + 1,
    types: whole("type_vocab_size", 0),
  };
}

/** Reads a JSON file of a model. Throws EnvironmentError where it is missing, DataError where it is no JSON object. */
export async function readJson(path: string): Promise<Json> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new EnvironmentError("a file of the model can't be read", {
      place: path,
      remedy: "Give the folder that holds config.json, model.safetensors and tokenizer.json.",
      cause,
    });
  }
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed as Json;
  } catch {
    // Said below.
  }
  throw new DataError("not a JSON object", { place: path, remedy: "Get the model's file again." });
}
