import { InputError, requireInteger } from "../../errors";

/** Numbers that every vocabulary of characters starts with: 0 is padding, 1 a character that it doesn't know. */
export const UNKNOWN = 1;

/** Characters as numbers; cuts texts as a tokenizer does. */
export interface Characters {
  /** Numbers in all, padding and unknown included. */
  count: number;
  /** A text's characters in lower case; of a longer text the first and the last `most / 2`. */
  encode(text: string, most: number): Int32Array;
  /** The characters from number 2 on, most frequent first: what {@link characters} takes. */
  known: readonly string[];
}

/** Learns which characters there are: those that occur `atLeast` times in lower case. Default 3. */
export function fitCharacters(texts: readonly string[], options: { atLeast?: number } = {}): Characters {
  const atLeast = requireInteger(options.atLeast ?? 3, "atLeast", 1);
  const counts = new Map<string, number>();
  for (const text of texts) for (const one of text.toLowerCase()) counts.set(one, (counts.get(one) ?? 0) + 1);
  const frequent = [...counts].filter(([, count]) => count >= atLeast);
  // Ties in the order of code points, so that the order of texts doesn't matter.
  return characters(frequent.sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([one]) => one));
}

/** The vocabulary with these characters, numbered from 2. Throws InputError for one that is there twice. */
export function characters(known: readonly string[]): Characters {
  const numbers = new Map(known.map((one, at) => [one, at + 2]));
  if (numbers.size !== known.length)
    throw new InputError("a vocabulary has each character once", {
      value: known.length - numbers.size,
      place: "known",
    });
  return {
    known,
    count: known.length + 2,
    encode(text, most) {
      const all = Int32Array.from([...text.toLowerCase()], (one) => numbers.get(one) ?? UNKNOWN);
      if (all.length === 0) return Int32Array.of(UNKNOWN);
      if (all.length <= most) return all;
      // Verdicts stand at the beginning and at the end.
      const cut = new Int32Array(most);
      const head = Math.ceil(most / 2);
      cut.set(all.subarray(0, head));
      cut.set(all.subarray(all.length - (most - head)), head);
      return cut;
    },
  };
}

/**
 * Which of `buckets` the pair of each character and the next falls into, [batch × length]; 0 at padding. Pairs share
 * buckets by chance (the hashing trick, Weinberger et al. 2009), so that no vocabulary of pairs is needed.
 */
export function pairBuckets(ids: Int32Array, length: number, buckets: number): Int32Array {
  const found = new Int32Array(ids.length);
  for (let at = 0; at < ids.length; at++) {
    if (ids[at] === 0) continue;
    const next = (at + 1) % length === 0 ? 0 : ids[at + 1];
    const mixed = Math.imul(Math.imul(ids[at], 0x9e3779b1) ^ Math.imul(next + 1, 0x85ebca77), 0xc2b2ae3d);
    found[at] = 1 + (((mixed ^ (mixed >>> 15)) >>> 0) % (buckets - 1));
  }
  return found;
}
