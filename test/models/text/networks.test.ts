import { test } from "uvu";
import * as assert from "uvu/assert";
import { ready, tf } from "../../../lib/backend/index";
import { InputError } from "../../../lib/errors";
import { addParameter, disposeParameters, type Parameters, truncatedNormal } from "../../../lib/models/parameters";
import { sequenceBatch } from "../../../lib/models/sequences/batches";
import type { Bert } from "../../../lib/models/text/bert";
import { createBertClassifier } from "../../../lib/models/text/bert-classifier";
import { createCharacterCnn, createCharacterTransformer } from "../../../lib/models/text/character-networks";
import { characters, fitCharacters, pairBuckets } from "../../../lib/models/text/characters";
import type { BertShape } from "../../../lib/models/text/config";
import { needScores, similarTexts } from "../../../lib/models/text/needs";
import { accuracy, labelTask, textScores } from "../../../lib/models/text/network";
import { fitCharacterNetwork } from "../../../lib/models/text/scorers";
import { embedSentences } from "../../../lib/models/text/sentences";
import { encodeTexts } from "../../../lib/models/text/tokenizer";
import { train } from "../../../lib/models/training/train";
import { addEncoder, addNorm } from "../../../lib/models/transformer/encoder";
import { createRandom } from "../../../lib/random";
import { errorOf } from "../../error-of";

test.before(async () => {
  await ready();
});

/** Words of letters a–f; label 1 where "ab" is in it somewhere, which single letters don't tell. */
function words(count: number, seed: number): { texts: string[]; labels: number[] } {
  const random = createRandom(seed);
  const texts = Array.from({ length: count }, (_, at) => {
    const letters = Array.from({ length: 3 + random.integer(8) }, () => "abcdef"[random.integer(6)]).join("");
    const without = letters.replace(/ab/g, "ba");
    const place = random.integer(without.length);
    return at % 2 === 0 ? `${without.slice(0, place)}ab${without.slice(place)}` : without.replace(/ab/g, "cb");
  });
  return { texts, labels: texts.map((one) => (one.includes("ab") ? 1 : 0)) };
}

const DROPOUT = { embedding: 0, output: 0 };

test("characters are numbered by frequency; long texts keep both ends", () => {
  const known = fitCharacters(["aab", "AAc", "b"], { atLeast: 2 });
  assert.equal(known.known, ["a", "b"]);
  assert.is(known.count, 4);
  assert.equal([...known.encode("Abc", 10)], [2, 3, 1]);
  assert.equal([...known.encode("aabbba", 3)], [2, 2, 2]);
  assert.equal([...known.encode("", 3)], [1]);
  assert.throws(() => characters(["a", "a"]), /each character once/);
});

test("a pair's bucket depends on both and their order, the last place has one of its own, padding none", () => {
  const [ab, ba, longer] = [
    [2, 3],
    [3, 2],
    [2, 3, 0],
  ].map((ids) => pairBuckets(Int32Array.from(ids), ids.length, 4096));
  assert.is.not(ab[0], ba[0]);
  assert.is(longer[0], ab[0]);
  assert.is(longer[1], ab[1]);
  assert.is(longer[2], 0);
  assert.ok([...ab, ...ba].every((bucket) => bucket > 0 && bucket < 4096));
});

const NETWORKS = {
  cnn: () =>
    createCharacterCnn({ characters: 8, pairs: 0, width: 12, dropout: DROPOUT, kernels: [1, 2], filters: 12 }, 1),
  transformer: () => {
    const encoder = { width: 16, heads: 2, blocks: 1, inner: 32, activation: "gelu", norm: "before" } as const;
    const shape = { characters: 8, pairs: 64, width: 16, dropout: DROPOUT, longest: 16 };
    return createCharacterTransformer({ ...shape, encoder: { ...encoder, dropout: 0, causal: false } }, 1);
  },
};

for (const [name, create] of Object.entries(NETWORKS)) {
  test(`${name}: what it says of a text doesn't depend on the texts beside it, and nothing is left behind`, async () => {
    const before = tf.memory().numTensors;
    const network = create();
    const known = characters([..."abcdef"]);
    const texts = encodeTexts(known, ["abc", "fedcbafedc", "a"], 16);
    const together = tf.tidy(() => network.score(sequenceBatch(texts, [0, 1, 2], 16, 0)).arraySync());
    for (let row = 0; row < 3; row++) {
      const alone = tf.tidy(() => network.score(sequenceBatch(texts, [row], 16, 0)).arraySync());
      assert.ok(Math.abs(alone[0] - together[row]) < 1e-5, `${alone[0]} and ${together[row]}`);
    }
    const scores = await textScores(network, texts, { batchTokens: 4 });
    for (let row = 0; row < 3; row++) assert.ok(Math.abs(scores[row] - together[row]) < 1e-5);
    disposeParameters(network.parameters);
    assert.is(tf.memory().numTensors, before);
  });

  test(`${name}: learns which pair of letters makes the label`, async () => {
    const network = create();
    const [own, others] = [words(400, 1), words(200, 2)];
    const known = characters([..."abcdef"]);
    const task = labelTask(network, encodeTexts(known, own.texts, 16), own.labels, { seed: 1, batch: 32 });
    const { epochs } = await train(task, { epochs: 12, seed: 1, rate: 1e-2 });
    assert.ok(epochs[11].loss < 0.2 && epochs[0].loss > 0.4, `${epochs[0].loss} to ${epochs[11].loss}`);
    const right = accuracy(await textScores(network, encodeTexts(known, others.texts, 16)), others.labels);
    assert.ok(right > 0.95, String(right));
    disposeParameters(network.parameters);
  });
}

test("hidden characters are drawn anew in each epoch, the same for the same seed; weights count", () => {
  const network = NETWORKS.cnn();
  const { texts, labels } = words(40, 1);
  const encoded = encodeTexts(characters([..."abcdef"]), texts, 16);
  const task = () => labelTask(network, encoded, labels, { seed: 1, batch: 40, hidden: 0.5, weights: labels });
  const ids = (epoch: number) => [...[...task().batches(epoch)][0].fields[0]];
  assert.equal(ids(0), ids(0));
  assert.not.equal(ids(0), ids(1));
  const share = ids(0).filter((id) => id === 1).length / ids(0).filter((id) => id > 0).length;
  assert.ok(share > 0.35 && share < 0.65, String(share));
  const [batch] = task().batches(0);
  assert.equal([...batch.weights], [...batch.labels]);
  assert.throws(
    () => labelTask(network, encoded, [1], { seed: 1 }),
    (error: Error) => error instanceof InputError,
  );
  disposeParameters(network.parameters);
});

test("a scorer with evidence learns, chooses its epoch by other texts, and is stopped by a signal", async () => {
  const before = tf.memory().numTensors;
  const [own, others] = [words(300, 1), words(100, 2)];
  const scores: number[] = [];
  const scorer = await fitCharacterNetwork(own, {
    ...{
      kind: "cnn",
      seed: 1,
      epochs: 10,
      evidence: 2,
      width: 8,
      filters: 8,
      hidden: 0,
      batch: 32,
      rate: 1e-2,
      dropout: DROPOUT,
    },
    validation: others,
    onEpoch: ({ metrics }) => scores.push(metrics.score),
  });
  const right = accuracy(await scorer.score(others.texts), others.labels);
  assert.ok(Math.abs(right - Math.max(...scores)) < 1e-9 && right > 0.95, `${right} of ${scores}`);
  scorer.dispose();
  const stopped = await errorOf(
    fitCharacterNetwork(own, { kind: "cnn", seed: 1, epochs: 1, signal: AbortSignal.abort() }),
  );
  assert.match(stopped.message, "stopped");
  assert.is(tf.memory().numTensors, before);
});

/** A small encoder with random weights whose tokens are letters. */
function letters(): Bert {
  const shape: BertShape = {
    ...{ width: 16, heads: 2, blocks: 2, inner: 32, activation: "gelu", norm: "after", dropout: 0, causal: false },
    ...{ naming: "bert", vocabulary: 8, positions: 16, firstPosition: 0, types: 0 },
  };
  const parameters: Parameters = new Map();
  const random = createRandom(1);
  addParameter(parameters, "word.embedding", [8, 16], truncatedNormal(random.fork("words"), 0.5));
  addParameter(parameters, "place.embedding", [16, 16], truncatedNormal(random.fork("places"), 0.5));
  addNorm(parameters, "embedding.norm", 16);
  addEncoder(parameters, "", shape, random.fork("encoder"));
  const known = characters([..."abcdef"]);
  return { shape, parameters, tokenizer: { encode: known.encode, tokens: (text) => [...text] } };
}

test("adapters learn while the encoder stays bit by bit as it was; another classifier isn't touched", async () => {
  const before = tf.memory().numTensors;
  const model = letters();
  const kept = [...model.parameters].map(([name, variable]) => [name, [...variable.dataSync()]] as const);
  const [first, second] = [
    createBertClassifier(model, { seed: 1, rank: 2 }),
    createBertClassifier(model, { seed: 2, rank: 0 }),
  ];
  assert.equal(
    [...second.parameters.keys()].filter(second.isOwn),
    ["label.weight", "label.bias"],
    "without adapters only the label's layer is its own",
  );
  const own = words(200, 1);
  const texts = encodeTexts(model.tokenizer, own.texts, 16);
  const said = [...(await textScores(second, texts))];
  const task = labelTask(first, texts, own.labels, { seed: 1, batch: 32, trainable: first.isOwn });
  const { epochs } = await train(task, { epochs: 15, seed: 1, rate: 1e-2 });
  assert.ok(epochs[14].loss < 0.8 * epochs[0].loss, `${epochs[0].loss} to ${epochs[14].loss}`);
  for (const [name, values] of kept) assert.equal([...model.parameters.get(name)!.dataSync()], values, name);
  assert.equal([...(await textScores(second, texts))], said);
  first.dispose();
  second.dispose();
  disposeParameters(model.parameters);
  assert.is(tf.memory().numTensors, before);
});

test("several labels of a text are learned at once, each for itself", async () => {
  const before = tf.memory().numTensors;
  const model = letters();
  const own = words(300, 1);
  // The second label is whether the text begins with a letter that the first knows nothing of.
  const labels = own.texts.flatMap((text, row) => [own.labels[row], Number(text < "c")]);
  const others = words(200, 2);
  const classifier = createBertClassifier(model, { seed: 1, rank: 4, labels: 2 });
  const texts = encodeTexts(model.tokenizer, own.texts, 16);
  const task = labelTask(classifier, texts, labels, { seed: 1, batch: 32, trainable: classifier.isOwn });
  await train(task, { epochs: 25, seed: 1, rate: 2e-2 });
  const scores = await textScores(classifier, encodeTexts(model.tokenizer, others.texts, 16));
  assert.is(scores.length, 400);
  const truth = others.texts.flatMap((text, row) => [others.labels[row], Number(text < "c")]);
  for (const label of [0, 1]) {
    const mine = (values: ArrayLike<number>) => Array.from(values).filter((_, at) => at % 2 === label);
    const right = accuracy(mine(scores), mine(truth));
    const common = mine(truth).reduce((sum, value) => sum + value, 0) / 200;
    assert.ok(right > Math.max(common, 1 - common) + 0.1, `label ${label}: ${right}, guessing ${common}`);
  }
  assert.throws(
    () => labelTask(classifier, texts, own.labels, { seed: 1 }),
    /each of 300 texts has 2 labels: 300 at labels/,
  );
  classifier.dispose();
  disposeParameters(model.parameters);
  assert.is(tf.memory().numTensors, before);
});

test("a text is nearest to the need that it is an example of, and most like its own copy", async () => {
  const model = letters();
  const texts = ["abcabc", "fedfed", "abcabc"];
  const embedded = await embedSentences(model, texts);
  const needs = [
    { name: "first", examples: ["abcabc"] },
    { name: "second", examples: ["fedfed", "ffff"] },
  ];
  const scores = await needScores(model, embedded, needs);
  assert.ok(Math.abs(scores[0] - 1) < 1e-5 && Math.abs(scores[3] - 1) < 1e-5);
  assert.ok(scores[1] < scores[0] && scores[2] < scores[3]);
  const [like] = similarTexts(embedded, 0, 1);
  assert.is(like.row, 2);
  assert.ok(Math.abs(like.cosine - 1) < 1e-5);
  const error = await errorOf(needScores(model, embedded, [{ name: "none", examples: [] }]));
  assert.match(error.message, /at least one example: "none"/);
  disposeParameters(model.parameters);
});

test.run();
