import { existsSync } from "node:fs";
import { join } from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import { DataError, requireInteger } from "../../errors";
import type { EventSequences } from "../sequences/batches";
import { readJson } from "./config";

/** Cuts texts into the tokens of a model. */
export interface TextTokenizer {
  /** A text's tokens as numbers, the special ones at its ends included, `most` at most. */
  encode(text: string, most: number): Int32Array;
  /** A text's tokens as words and pieces of words. */
  tokens(text: string): string[];
}

/**
 * Opens `tokenizer.json` (and `tokenizer_config.json`, where there is one) of a model's folder. Throws EnvironmentError
 * where it is missing and DataError where it can't be used.
 */
export async function openTokenizer(folder: string): Promise<TextTokenizer> {
  const path = join(folder, "tokenizer.json");
  const definition = await readJson(path);
  const settings = join(folder, "tokenizer_config.json");
  let tokenizer: Tokenizer;
  try {
    tokenizer = new Tokenizer(definition, existsSync(settings) ? await readJson(settings) : {});
  } catch (cause) {
    throw new DataError(`the tokenizer can't be used (${(cause as Error).message})`, {
      place: path,
      remedy: "Save it with transformers: AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER).",
      cause,
    });
  }
  return {
    tokens: (text) => tokenizer.encode(text).tokens,
    encode(text, most) {
      const { ids } = tokenizer.encode(text);
      if (ids.length <= most) return Int32Array.from(ids);
      // A longer text loses its end, not the special token that closes it.
      const cut = Int32Array.from(ids.slice(0, most));
      cut[most - 1] = ids[ids.length - 1];
      return cut;
    },
  };
}

/** Texts as tokens, one text after the other. */
export function encodeTexts(
  tokenizer: Pick<TextTokenizer, "encode">,
  texts: readonly string[],
  most: number,
): EventSequences {
  requireInteger(most, "most", 2);
  const parts = texts.map((text) => tokenizer.encode(text, most));
  const offsets = new Int32Array(texts.length + 1);
  for (const [at, part] of parts.entries()) offsets[at + 1] = offsets[at] + part.length;
  const ids = new Int32Array(offsets[texts.length]);
  for (const [at, part] of parts.entries()) ids.set(part, offsets[at]);
  return { offsets, fields: [ids] };
}
