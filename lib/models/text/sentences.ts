import { tf } from "../../backend/index";
import { requireInteger, throwIfAborted } from "../../errors";
import { sequenceBatch } from "../sequences/batches";
import { type Bert, meanState, tokenStates } from "./bert";
import { longestText } from "./config";
import { encodeTexts } from "./tokenizer";

/** Settings of {@link embedSentences}. */
export interface SentenceOptions {
  /** Tokens of a text that are read, its special ones included. Default 256, or what the model reads if that is less. */
  longest?: number;
  /** Tokens in a batch, padding included. Default 2048: fewer take more calls, more take memory that no cache holds. */
  batchTokens?: number;
  signal?: AbortSignal;
  /** Told the share of all tokens done, in [0, 1]. */
  onProgress?(share: number): void;
}

/** Embeddings of texts, row by row. */
export interface SentenceEmbeddings {
  /** [texts × width], each row of length 1. */
  values: Float32Array;
  width: number;
}

/**
 * Sentence embeddings as Sentence-BERT's (Reimers and Gurevych 2019): the mean of the tokens' states, divided by its
 * length, so that the product of two rows is their cosine. Texts of like length go together, whatever their order.
 *
 * Throws AbortedError once `signal` is aborted.
 */
export async function embedSentences(
  model: Bert,
  texts: readonly string[],
  options: SentenceOptions = {},
): Promise<SentenceEmbeddings> {
  const { batchTokens = 2048, signal, onProgress } = options;
  requireInteger(batchTokens, "batchTokens", 1);
  const { width } = model.shape;
  const longest = Math.min(options.longest ?? 256, longestText(model.shape));
  const encoded = encodeTexts(model.tokenizer, texts, longest);
  const lengths = texts.map((_, at) => encoded.offsets[at + 1] - encoded.offsets[at]);
  const values = new Float32Array(texts.length * width);
  let done = 0;
  for (const rows of batchesByLength(lengths, batchTokens)) {
    throwIfAborted(signal, "embedding texts");
    const batch = sequenceBatch(encoded, rows, longest, 0);
    const pooled = tf.tidy(() => {
      const mean = meanState(tokenStates(model, batch), batch);
      return tf.div(mean, tf.maximum(tf.norm(mean, 2, 1, true), 1e-12));
    });
    const found = await pooled.data();
    pooled.dispose();
    for (const [at, row] of rows.entries()) values.set(found.subarray(at * width, (at + 1) * width), row * width);
    for (const row of rows) done += lengths[row];
    onProgress?.(done / encoded.fields[0].length);
  }
  return { values, width };
}

/** Rows in order of length, cut so that a batch, padded to its longest, has at most `tokens` places (or one row). */
export function batchesByLength(lengths: ArrayLike<number>, tokens: number): Int32Array[] {
  const order = Int32Array.from({ length: lengths.length }, (_, row) => row);
  order.sort((a, b) => lengths[a] - lengths[b] || a - b);
  const batches: Int32Array[] = [];
  let start = 0;
  for (let end = 1; end <= order.length; end++) {
    if (end < order.length && (end - start + 1) * lengths[order[end]] <= tokens) continue;
    batches.push(order.slice(start, end));
    start = end;
  }
  return batches;
}
