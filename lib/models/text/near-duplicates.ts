import { requireInteger, requireNumber } from "../../errors";

/** Settings of {@link nearDuplicates}. */
export interface NearDuplicateOptions {
  /** Characters in a shingle. Default 5. */
  length?: number;
  /** Share of the shorter text's shingles that make two texts near duplicates, in (0, 1]. Default 0.3. */
  share?: number;
}

/** Which texts are near duplicates of one held out. */
export interface NearDuplicates {
  /** 1 for a text that is, [texts]. */
  flags: Uint8Array;
  /** How many are, and how many of those are the same letter by letter. */
  near: number;
  exact: number;
  /** Texts held out that have such a twin. */
  heldWithTwin: number;
}

/**
 * Finds the texts that are, in whole or in part, texts held out for testing: those that share at least `share` of the
 * shorter one's shingles (Broder 1997: stretches of `length` characters). Case, blanks and punctuation don't count. A model
 * that is to be judged on the texts held out must not have seen these.
 */
export function nearDuplicates(
  texts: readonly string[],
  held: readonly string[],
  options: NearDuplicateOptions = {},
): NearDuplicates {
  const length = requireInteger(options.length ?? 5, "length", 1);
  const share = requireNumber(options.share ?? 0.3, "share", 1e-9, 1);
  const plainHeld = held.map(plain);
  const whole = new Set(plainHeld);
  const sizes = new Int32Array(held.length);
  const holders = new Map<string, number[]>();
  for (const [at, text] of plainHeld.entries()) {
    const parts = shingles(text, length);
    sizes[at] = parts.size;
    for (const part of parts) {
      const known = holders.get(part);
      if (known) known.push(at);
      else holders.set(part, [at]);
    }
  }
  const flags = new Uint8Array(texts.length);
  const twins = new Set<number>();
  let [near, exact] = [0, 0];
  for (const [row, raw] of texts.entries()) {
    const text = plain(raw);
    const parts = shingles(text, length);
    const shared = new Map<number, number>();
    for (const part of parts) for (const at of holders.get(part) ?? []) shared.set(at, (shared.get(at) ?? 0) + 1);
    for (const [at, count] of shared)
      if (count >= share * Math.min(parts.size, sizes[at])) {
        flags[row] = 1;
        twins.add(at);
      }
    near += flags[row];
    if (flags[row] === 1 && whole.has(text)) exact++;
  }
  return { flags, near, exact, heldWithTwin: twins.size };
}

/** Letters and digits alone, in lower case. */
function plain(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
}

/** Stretches of `length` characters; a shorter text is its own. */
function shingles(text: string, length: number): Set<string> {
  const found = new Set<string>();
  const last = Math.max(0, text.length - length);
  for (let at = 0; at <= last; at++) found.add(text.slice(at, at + length));
  return found;
}
