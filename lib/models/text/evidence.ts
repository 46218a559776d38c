import { InputError, requireInteger } from "../../errors";
import type { EventSequences } from "../sequences/batches";

/** How often each n-gram is in texts of either label. */
export interface Evidence {
  /** Orders of n-grams: 1 … orders. */
  orders: number;
  /** For each order, texts of label 0 and of label 1 with an n-gram. */
  counts: Map<string, [bad: number, good: number]>[];
  /** Texts of label 0 and of label 1. */
  texts: [number, number];
}

/** Steps that a log-ratio is told apart in: 0 is padding, then an n-gram that wasn't seen, then from −3 to 3. */
export const EVIDENCE_STEPS = 2 + 25;

/**
 * Counts, for each n-gram of characters, the texts of either label that have it.
 *
 * @param labels 0 or 1, [texts]
 */
export function fitEvidence(texts: readonly string[], labels: ArrayLike<number>, orders = 4): Evidence {
  requireInteger(orders, "orders", 1);
  if (labels.length !== texts.length)
    throw new InputError(`there is a label for each of ${texts.length} texts`, {
      value: labels.length,
      place: "labels",
    });
  const counts: Evidence["counts"] = Array.from({ length: orders }, () => new Map());
  const totals: [number, number] = [0, 0];
  for (const [row, text] of texts.entries()) {
    const label = labels[row] === 1 ? 1 : 0;
    totals[label]++;
    const units = [...text.toLowerCase()];
    for (let order = 1; order <= orders; order++)
      for (const ngram of new Set(ngramsOf(units, order))) {
        const found = counts[order - 1].get(ngram);
        if (found) found[label]++;
        else counts[order - 1].set(ngram, label === 1 ? [0, 1] : [1, 0]);
      }
  }
  return { orders, counts, texts: totals };
}

/**
 * Texts with what the evidence says at each place: beside the characters' numbers, for each order the log-ratio
 *
 *   ln((good + ½) / (bad + ½)) − ln(texts good / texts bad)
 *
 * of the n-gram that begins there, in steps of a quarter from −3 to 3 (the log-count ratio of Wang and Manning 2012).
 *
 * `own` are the labels of texts that the evidence was fitted to: each is read without itself, so that an n-gram which no
 * other text has says nothing of its label. Without it a network would learn to read the labels off the features.
 *
 * @param encoded the characters' numbers of `encode(text, longest)`, one text after the other
 */
export function readEvidence(
  { counts, texts: totals }: Evidence,
  texts: readonly string[],
  encode: (text: string, most: number) => Int32Array,
  longest: number,
  own?: ArrayLike<number>,
): EventSequences {
  const shift = Math.log(totals[1] / totals[0]);
  const offsets = new Int32Array(texts.length + 1);
  const parts = texts.map((text, row) => {
    const ids = encode(text, longest);
    const kept = shorten([...text.toLowerCase()], longest);
    offsets[row + 1] = offsets[row] + ids.length;
    const columns = counts.map((known, at) => {
      const ngrams = ngramsOf(kept, at + 1);
      return Int32Array.from(ids, (_, place) => {
        const found = known.get(ngrams[place]);
        if (!found) return 1;
        const bad = found[0] - (own?.[row] === 0 ? 1 : 0);
        const good = found[1] - (own?.[row] === 1 ? 1 : 0);
        if (bad + good <= 0) return 1;
        const ratio = Math.log((good + 0.5) / (bad + 0.5)) - shift;
        return 2 + Math.round(4 * Math.min(3, Math.max(-3, ratio)) + 12);
      });
    });
    return [ids, ...columns];
  });
  const fields = Array.from({ length: counts.length + 1 }, (_, field) => {
    const joined = new Int32Array(offsets[texts.length]);
    for (const [row, part] of parts.entries()) joined.set(part[field], offsets[row]);
    return joined;
  });
  return { offsets, fields };
}

/** The n-gram that begins at each place; at the end there are shorter ones. */
function ngramsOf(units: readonly string[], order: number): string[] {
  return units.map((_, at) => units.slice(at, at + order).join(""));
}

/** The first and the last half of what is too long, as `Characters.encode` does. */
function shorten(units: string[], most: number): string[] {
  if (units.length <= most) return units;
  const head = Math.ceil(most / 2);
  return [...units.slice(0, head), ...units.slice(units.length - (most - head))];
}
