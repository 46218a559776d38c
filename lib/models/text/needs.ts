import { InputError } from "../../errors";
import type { Bert } from "./bert";
import { embedSentences, type SentenceEmbeddings, type SentenceOptions } from "./sentences";

/** Something that customers ask for or complain of, told by sentences that name it. */
export interface Need {
  name: string;
  /** A few sentences as customers would write them, good and bad. */
  examples: readonly string[];
}

/**
 * How near each text is to each need: the greatest cosine of its embedding with those of the need's examples,
 * [texts × needs] row by row. Nothing is trained: what a sentence is about shows in a sentence encoder's embedding.
 * Throws {@link InputError} for a need without examples.
 */
export async function needScores(
  model: Bert,
  embedded: SentenceEmbeddings,
  needs: readonly Need[],
  options: SentenceOptions = {},
): Promise<Float32Array> {
  for (const { name, examples } of needs)
    if (examples.length === 0)
      throw new InputError("a need is told by at least one example", { value: name, place: "needs" });
  const told = await embedSentences(
    model,
    needs.flatMap(({ examples }) => examples),
    options,
  );
  const { values, width } = embedded;
  const scores = new Float32Array((values.length / width) * needs.length).fill(-1);
  const owner = needs.flatMap(({ examples }, need) => examples.map(() => need));
  for (let row = 0; row < values.length / width; row++)
    for (const [example, need] of owner.entries()) {
      const at = row * needs.length + need;
      scores[at] = Math.max(scores[at], cosine(values, row * width, told.values, example * width, width));
    }
  return scores;
}

/** The `count` texts most like text `row`, most alike first, with their cosines. */
export function similarTexts(
  { values, width }: SentenceEmbeddings,
  row: number,
  count: number,
): { row: number; cosine: number }[] {
  const others = Array.from({ length: values.length / width }, (_, other) => ({
    row: other,
    cosine: cosine(values, row * width, values, other * width, width),
  }));
  return others
    .filter((other) => other.row !== row)
    .sort((a, b) => b.cosine - a.cosine || a.row - b.row)
    .slice(0, count);
}

/** The product of two rows of length 1. */
function cosine(a: Float32Array, from: number, b: Float32Array, at: number, width: number): number {
  let sum = 0;
  for (let j = 0; j < width; j++) sum += a[from + j] * b[at + j];
  return sum;
}
