import { open } from "../../../lib/datasets/index";
import { nearDuplicates } from "../../../lib/models/text/near-duplicates";
import { accuracy } from "../../../lib/models/text/network";
import {
  type CharacterNetworkOptions,
  fitCharacterNetwork,
  fitNgramSvm,
  type LabelledTexts,
  type TextScorer,
} from "../../../lib/models/text/scorers";
import { createRandom } from "../../../lib/random";
import { bootstrapMean } from "../../../lib/statistics/bootstrap";
import { logisticChance, logisticRegression } from "../../../lib/statistics/logistic-regression";
import type { Metric } from "../harness";
import { metric } from "../harness";
import type { Peer } from "../peer";

/** The settings that were chosen on the dev split. */
export const NBSVM = { unit: "character", from: 1, to: 4, presence: true, ratios: true, seed: 1 } as const;
export const CNN: Omit<CharacterNetworkOptions, "seed"> = { kind: "cnn", epochs: 6, width: 48, filters: 96, hidden: 0 };
export const TRANSFORMER: Omit<CharacterNetworkOptions, "seed"> = { kind: "transformer", epochs: 3 };

/** Published: BERT, Chinese-BERT-wwm's README; pre-trained on Chinese Wikipedia. */
const BERT = { name: "BERT, pre-trained, published", value: 0.95 };

type Split = "train" | "dev" | "test";

/** Product reviews with their categories. */
export type Shopping = LabelledTexts & { categories: readonly string[] };

/** The splits of ChnSentiCorp, and the other set. */
export type Reviews = Record<Split, LabelledTexts> & { shopping: Shopping };

/** All Chinese reviews. */
export async function hotelReviews(): Promise<Reviews> {
  const data = await open("chinese-reviews");
  try {
    const part = async (split: Split) => {
      const sql = `SELECT label, text FROM chinese_reviews.hotel WHERE split = '${split}'`;
      const { label, text } = await data.engine.columns(sql);
      return { labels: label as Int32Array, texts: text as string[] };
    };
    const rows = await data.engine.columns(
      "SELECT category, label, text FROM chinese_reviews.shopping WHERE text <> ''",
    );
    const shopping = {
      categories: rows.category as string[],
      labels: rows.label as Int32Array,
      texts: rows.text as string[],
    };
    return { train: await part("train"), dev: await part("dev"), test: await part("test"), shopping };
  } finally {
    await data.close();
  }
}

/** Accuracy on ChnSentiCorp's test split of every model, scikit-learn's linear SVM in the same run. */
export async function chinese(reviews: Reviews, peer: Peer, log: (text: string) => void): Promise<Metric[]> {
  const { train, dev, test, shopping } = reviews;
  const results: Metric[] = [];
  const scikit: Record<string, number> = {};
  for (const [name, settings] of [
    ["TF-IDF", {}],
    ["sublinear TF-IDF, in two texts", { sublinear_tf: true, min_df: 2 }],
  ] as const) {
    const known = { texts: train.texts, labels: Array.from(train.labels) };
    const answer = await peer.ask<{ scores: number[] }>({ task: "svm", settings, train: known, test: test.texts });
    scikit[name] = accuracy(answer.scores, test.labels);
    log(`scikit-learn's linear SVM, ${name}: ${scikit[name].toFixed(4)} on test`);
  }
  const baseline = { name: "scikit-learn, linear SVM, 1–3-grams", value: scikit["TF-IDF"] };
  const scores: Record<string, { dev: Float64Array; test: Float64Array }> = {};
  const note = async (name: string, fit: () => Promise<TextScorer>) => {
    const scorer = await fit();
    scores[name] = { dev: await scorer.score(dev.texts), test: await scorer.score(test.texts) };
    scorer.dispose();
    report(name, accuracy(scores[name].dev, dev.labels), scores[name].test);
  };
  const report = (name: string, onDev: number, onTest: Float64Array, against = baseline) => {
    const right = Float64Array.from(onTest, (score, row) => (score > 0 === (test.labels[row] === 1) ? 1 : 0));
    const { estimate, low, high } = bootstrapMean(right, { random: createRandom("bootstrap") });
    log(`${name}: dev ${onDev.toFixed(4)}, test ${estimate.toFixed(4)} (95 %: ${low.toFixed(4)}–${high.toFixed(4)})`);
    results.push(metric(`ChnSentiCorp test, ${name}`, "accuracy", "higher", estimate, against));
  };
  const network = (name: string, texts: LabelledTexts, options: CharacterNetworkOptions) =>
    note(name, () =>
      fitCharacterNetwork(texts, {
        ...options,
        validation: dev,
        onEpoch: ({ epoch, loss, seconds, metrics }) =>
          log(
            `  ${name}, epoch ${epoch}: loss ${loss.toFixed(3)}, dev ${metrics.score?.toFixed(4)}, ${seconds.toFixed(0)} s`,
          ),
      }),
    );
  await note("linear SVM, TF-IDF of 1–3-grams", async () =>
    fitNgramSvm(train, { unit: "character", from: 1, to: 3, seed: 1 }),
  );
  await note("NBSVM, 1–4-grams", async () => fitNgramSvm(train, NBSVM));
  await network("CNN of characters alone", train, { ...CNN, evidence: 0, hidden: 0.1, epochs: 6, seed: 1 });
  for (const seed of [1, 2, 3]) await network(`CNN with evidence, seed ${seed}`, train, { ...CNN, seed });
  await network("transformer with evidence", train, { ...TRANSFORMER, seed: 1 });
  stack("stack of the above", Object.keys(scores));
  const { flags, near, exact, heldWithTwin } = nearDuplicates(shopping.texts, [...dev.texts, ...test.texts]);
  const copies = nearDuplicates(shopping.texts, train.texts).flags;
  const kept = Array.from(flags.keys()).filter((row) => flags[row] === 0 && copies[row] === 0);
  log(
    `online_shopping_10_cats: ${near} of ${flags.length} reviews are near duplicates of dev or test (${exact} letter by`,
  );
  log(
    `letter; ${heldWithTwin} of ${dev.texts.length + test.texts.length} reviews held out are in it) and are left out,`,
  );
  log(`and of the training split's: ${kept.length} remain`);
  const more: LabelledTexts = {
    texts: [...train.texts, ...kept.map((row) => shopping.texts[row])],
    labels: [...Array.from(train.labels), ...kept.map((row) => shopping.labels[row])],
  };
  await note("NBSVM, with the other shop's reviews", async () => fitNgramSvm(more, { ...NBSVM, atLeast: 2 }));
  await network("CNN with evidence, with the other shop's reviews", more, { ...CNN, epochs: 2, seed: 1 });
  stack("stack of all, with the other shop's reviews", Object.keys(scores));
  return results;

  /** A logistic regression over the models' scores, fitted on dev: its accuracy there is not evidence, on test it is. */
  function stack(name: string, parts: string[]): void {
    const table = (split: "dev" | "test", rows: number) => {
      const scales = parts.map((part) => deviation(scores[part].dev));
      return Float64Array.from({ length: rows * parts.length }, (_, at) => {
        const [row, column] = [Math.floor(at / parts.length), at % parts.length];
        return scores[parts[column]][split][row] / scales[column];
      });
    };
    const width = parts.length;
    const features = table("dev", dev.texts.length);
    const model = logisticRegression({ features, width, labels: dev.labels, penalty: 10 });
    const odds = (rows: Float64Array) =>
      Float64Array.from({ length: rows.length / width }, (_, row) => logisticChance(model, rows, row * width) - 0.5);
    const found = odds(table("test", test.texts.length));
    report(name, accuracy(odds(features), dev.labels), found);
    report(`${name}, against BERT`, accuracy(odds(features), dev.labels), found, BERT);
  }
}

function deviation(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}
