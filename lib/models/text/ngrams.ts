import { InputError, requireInteger } from "../../errors";
import { fromTriplets, type SparseMatrix } from "../../sparse/index";

/** Settings of {@link fitNgrams}. */
export interface NgramOptions {
  /** What is counted: characters in a row, as suits Chinese, or words of two letters or more. */
  unit: "character" | "word";
  /** How many in a row, at least and at most. */
  from: number;
  to: number;
  /** Texts in which an n-gram must be. Default 1. */
  atLeast?: number;
  /** Counts as 1 + ln(count), which lets repetition count for less. Default false. */
  sublinear?: boolean;
  /** Whether an n-gram is there, and neither how often nor how rare it is. Default false. */
  presence?: boolean;
}

/** TF-IDF features learned from texts. */
export interface Ngrams {
  options: NgramOptions;
  /** Column of each n-gram. */
  columns: Map<string, number>;
  /** ln((1 + texts) / (1 + texts with it)) + 1, by column. */
  rarity: Float64Array;
}

/**
 * Learns which n-grams there are and how rare each is: scikit-learn's `TfidfVectorizer` (version 1.9) with `analyzer`
 * "char" or "word", to the digit. Texts are made lower case, and runs of white space count as one blank.
 */
export function fitNgrams(texts: readonly string[], options: NgramOptions): Ngrams {
  const { from, to, atLeast = 1 } = options;
  requireInteger(from, "from", 1);
  requireInteger(to, "to", from);
  if (texts.length === 0) throw new InputError("n-grams are learned from at least one text", { place: "texts" });
  const found = new Map<string, number>();
  for (const text of texts)
    for (const ngram of counts(text, options).keys()) found.set(ngram, (found.get(ngram) ?? 0) + 1);
  const columns = new Map<string, number>();
  const rarity: number[] = [];
  for (const [ngram, documents] of found) {
    if (documents < atLeast) continue;
    columns.set(ngram, columns.size);
    rarity.push(Math.log((1 + texts.length) / (1 + documents)) + 1);
  }
  return { options, columns, rarity: Float64Array.from(rarity) };
}

/** Texts' TF-IDF features, each row of length 1: [texts × n-grams]. N-grams that weren't there in fitting count nothing. */
export function ngramFeatures({ options, columns, rarity }: Ngrams, texts: readonly string[]): SparseMatrix {
  const rows: number[] = [];
  const places: number[] = [];
  const values: number[] = [];
  for (const [row, text] of texts.entries()) {
    const first = values.length;
    let squares = 0;
    for (const [ngram, count] of counts(text, options)) {
      const column = columns.get(ngram);
      if (column === undefined) continue;
      const value = options.presence ? 1 : (options.sublinear ? 1 + Math.log(count) : count) * rarity[column];
      rows.push(row);
      places.push(column);
      values.push(value);
      squares += value * value;
    }
    for (let at = first; at < values.length; at++) values[at] /= Math.sqrt(squares);
  }
  return fromTriplets({ rows, columns: places, values }, texts.length, columns.size);
}

/** How often each n-gram is in a text. */
function counts(text: string, { unit, from, to }: NgramOptions): Map<string, number> {
  const lower = text.toLowerCase();
  const units = unit === "character" ? [...lower.replace(/\s\s+/gu, " ")] : (lower.match(WORD) ?? []);
  const between = unit === "character" ? "" : " ";
  const found = new Map<string, number>();
  for (let start = 0; start < units.length; start++) {
    let ngram = "";
    for (let length = 1; length <= to && start + length <= units.length; length++) {
      ngram += (length === 1 ? "" : between) + units[start + length - 1];
      if (length >= from) found.set(ngram, (found.get(ngram) ?? 0) + 1);
    }
  }
  return found;
}

/** Two or more letters, digits or underscores. */
const WORD = /[\p{L}\p{N}_]{2,}/gu;
