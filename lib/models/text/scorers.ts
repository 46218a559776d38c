import { createRandom } from "../../random";
import { disposeParameters } from "../parameters";
import type { EventSequences } from "../sequences/batches";
import { type EpochReport, train } from "../training/train";
import { createCharacterCnn, createCharacterTransformer } from "./character-networks";
import { fitCharacters } from "./characters";
import { EVIDENCE_STEPS, fitEvidence, readEvidence } from "./evidence";
import { decisions, linearSvm } from "./linear-svm";
import { logCountRatios, weighColumns } from "./naive-bayes";
import { accuracy, labelTask, type TextNetwork, textScores } from "./network";
import { fitNgrams, type NgramOptions, ngramFeatures } from "./ngrams";
import { encodeTexts } from "./tokenizer";

/** A model that has learned to tell texts of label 1 from those of label 0. */
export interface TextScorer {
  /** Above 0 for label 1, [texts]: log-odds of a network, distances of a linear SVM. */
  score(texts: readonly string[]): Promise<Float64Array>;
  /** Frees what it holds. */
  dispose(): void;
}

/** Labelled texts. */
export interface LabelledTexts {
  texts: readonly string[];
  /** 0 or 1, [texts]. */
  labels: ArrayLike<number>;
}

/** Settings of {@link fitNgramSvm}. */
export interface NgramSvmOptions extends NgramOptions {
  seed: number | string;
  cost?: number;
  /** Whether columns are weighed by their log-count ratios, which makes it NBSVM; then set `presence`. Default false. */
  ratios?: boolean;
}

/** A linear SVM over n-grams: TF-IDF, or weighed by what naive Bayes says of each (Wang and Manning 2012). */
export function fitNgramSvm({ texts, labels }: LabelledTexts, options: NgramSvmOptions): TextScorer {
  const ngrams = fitNgrams(texts, options);
  const features = ngramFeatures(ngrams, texts);
  const ratios = options.ratios ? logCountRatios(features, labels) : undefined;
  const weigh = (matrix: typeof features) => (ratios ? weighColumns(matrix, ratios) : matrix);
  const random = createRandom(options.seed).fork("svm");
  const svm = linearSvm(weigh(features), labels, { random, cost: options.cost });
  return {
    score: async (others) => decisions(svm, weigh(ngramFeatures(ngrams, others))),
    dispose: () => undefined,
  };
}

/** Settings of {@link fitCharacterNetwork}. */
export interface CharacterNetworkOptions {
  kind: "cnn" | "transformer";
  seed: number | string;
  epochs: number;
  /** Orders of n-grams whose evidence each place carries (see `readEvidence`); 0: characters and pairs alone. Default 4. */
  evidence?: number;
  /** Buckets of pairs. Default 0 with evidence, else 65,536. */
  pairs?: number;
  /** Characters read of a text. Default 200. */
  longest?: number;
  width?: number;
  /** Filters of each window of the CNN. Default 64. */
  filters?: number;
  kernels?: readonly number[];
  /** Blocks and heads of the transformer. Default 2 and 4. */
  blocks?: number;
  heads?: number;
  /** Default 0.3 for embeddings and 0.5 before the last layer; 0.1 inside of the transformer. */
  dropout?: { embedding: number; output: number };
  /** Chance that a character is read as unknown in training. Default 0.1. */
  hidden?: number;
  batch?: number;
  rate?: number;
  /** Texts that choose the epoch. Default: the last epoch is taken. */
  validation?: LabelledTexts;
  /** How much each text counts, [texts]; 1 unless said. */
  weights?: ArrayLike<number>;
  onEpoch?(report: EpochReport): void;
  signal?: AbortSignal;
}

/** A network of characters, trained from nothing on labelled texts; see `createCharacterCnn` and `labelTask`. */
export async function fitCharacterNetwork(known: LabelledTexts, options: CharacterNetworkOptions): Promise<TextScorer> {
  const { kind, seed, evidence: orders = 4, longest = 200, validation, signal } = options;
  const characters = fitCharacters(known.texts);
  const evidence = orders > 0 ? fitEvidence(known.texts, known.labels, orders) : undefined;
  const read = (texts: readonly string[], own?: ArrayLike<number>): EventSequences =>
    evidence ? readEvidence(evidence, texts, characters.encode, longest, own) : encodeTexts(characters, texts, longest);
  const network = createNetwork(options, characters.count, orders, longest);
  const score = async (texts: readonly string[]) =>
    Float64Array.from(await textScores(network, read(texts), { signal }));
  const task = labelTask(network, read(known.texts, known.labels), known.labels, {
    ...{ seed, hidden: options.hidden ?? 0.1, batch: options.batch ?? 64, weights: options.weights },
    validate: validation && (async () => ({ score: accuracy(await score(validation.texts), validation.labels) })),
  });
  const rate = options.rate ?? (kind === "cnn" ? 3e-3 : 1e-3);
  const { epochs, onEpoch } = options;
  try {
    await train(task, { epochs, seed, rate, decay: 0.01, warmUp: 0.1, clip: 1, onEpoch, signal });
  } catch (error) {
    disposeParameters(network.parameters);
    throw error;
  }
  return { score, dispose: () => disposeParameters(network.parameters) };
}

function createNetwork(
  options: CharacterNetworkOptions,
  characters: number,
  orders: number,
  longest: number,
): TextNetwork {
  const { kind, seed, dropout = { embedding: 0.3, output: 0.5 } } = options;
  const pairs = options.pairs ?? (orders > 0 ? 0 : 65_536);
  const fields = new Array<number>(orders).fill(EVIDENCE_STEPS);
  if (kind === "cnn") {
    const { width = 32, filters = 64, kernels = [1, 2, 3] } = options;
    return createCharacterCnn({ characters, pairs, width, fields, dropout, filters, kernels }, seed);
  }
  const { width = 48, blocks = 2, heads = 4 } = options;
  const encoder = { width, heads, blocks, inner: 2 * width, activation: "gelu", norm: "before" } as const;
  const shape = { characters, pairs, width, fields, dropout, longest };
  return createCharacterTransformer({ ...shape, encoder: { ...encoder, dropout: 0.1, causal: false } }, seed);
}
