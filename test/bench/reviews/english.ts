import { open } from "../../../lib/datasets/index";
import type { Bert } from "../../../lib/models/text/bert";
import { createBertClassifier } from "../../../lib/models/text/bert-classifier";
import { accuracy, labelTask, textScores } from "../../../lib/models/text/network";
import { fitNgramSvm } from "../../../lib/models/text/scorers";
import { embedSentences } from "../../../lib/models/text/sentences";
import { encodeTexts } from "../../../lib/models/text/tokenizer";
import { train } from "../../../lib/models/training/train";
import { createRandom } from "../../../lib/random";
import { bootstrapDifference } from "../../../lib/statistics/bootstrap";
import { logisticChance, logisticRegression } from "../../../lib/statistics/logistic-regression";
import { type Metric, metric } from "../harness";

/** A thousand of the 3,000 sentences are held out, drawn once. */
const HELD_OUT = 1000;

/** Accuracy on English sentences: a bag of words, MiniLM's frozen features, MiniLM with low-rank adapters. */
export async function english(model: Bert, log: (text: string) => void): Promise<Metric[]> {
  const data = await open("english-reviews");
  const columns = await data.engine.columns("SELECT source, label, text FROM english_reviews.reviews");
  await data.close();
  const [texts, labels] = [columns.text as string[], columns.label as Int32Array];
  const order = createRandom("english reviews").shuffle(Int32Array.from({ length: texts.length }, (_, row) => row));
  const [held, known] = [order.slice(0, HELD_OUT), order.slice(HELD_OUT)];
  const part = (rows: Int32Array) => ({
    texts: Array.from(rows, (row) => texts[row]),
    labels: Array.from(rows, (row) => labels[row]),
  });
  const [learned, tested] = [part(known), part(held)];
  const found: Record<string, ArrayLike<number>> = {};
  const bag = fitNgramSvm(learned, { unit: "word", from: 1, to: 2, seed: 1 });
  found["bag of words, linear SVM"] = await bag.score(tested.texts);
  const { values, width } = await embedSentences(model, [...learned.texts, ...tested.texts]);
  const features = values.subarray(0, known.length * width);
  const regression = logisticRegression({ features, width, labels: learned.labels });
  found["MiniLM frozen, logistic regression"] = tested.texts.map(
    (_, row) => logisticChance(regression, values, (known.length + row) * width) - 0.5,
  );
  const classifier = createBertClassifier(model, { seed: 1 });
  const encoded = encodeTexts(model.tokenizer, learned.texts, 128);
  const task = labelTask(classifier, encoded, learned.labels, { seed: 1, batch: 16, trainable: classifier.isOwn });
  await train(task, {
    ...{ epochs: 2, seed: 1, rate: 1e-3, warmUp: 0.1, clip: 1 },
    onEpoch: ({ epoch, loss, seconds }) =>
      log(`  LoRA, epoch ${epoch}: loss ${loss.toFixed(3)}, ${seconds.toFixed(0)} s`),
  });
  found["MiniLM with LoRA"] = await textScores(classifier, encodeTexts(model.tokenizer, tested.texts, 128));
  classifier.dispose();
  const right = (name: string) =>
    Float64Array.from(found[name], (score, row) => (score > 0 === (tested.labels[row] === 1) ? 1 : 0));
  const [words, frozen] = Object.keys(found);
  return Object.keys(found).map((name) => {
    const share = accuracy(found[name], tested.labels);
    const random = createRandom("bootstrap");
    const { low, high } = bootstrapDifference(right(name), right(frozen), { random });
    log(`${name}: ${share.toFixed(4)}; against frozen features ${low.toFixed(4)} to ${high.toFixed(4)} (95 %, paired)`);
    const peer = name === words ? null : { name: words, value: accuracy(found[words], tested.labels) };
    return metric(`English sentences, ${name}`, "accuracy", "higher", share, peer);
  });
}
