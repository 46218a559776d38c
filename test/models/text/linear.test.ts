import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../../lib/errors";
import { fitEvidence, readEvidence } from "../../../lib/models/text/evidence";
import { decisions, linearSvm } from "../../../lib/models/text/linear-svm";
import { logCountRatios, weighColumns } from "../../../lib/models/text/naive-bayes";
import { nearDuplicates } from "../../../lib/models/text/near-duplicates";
import { fitNgrams, ngramFeatures } from "../../../lib/models/text/ngrams";
import { createRandom } from "../../../lib/random";
import { fromTriplets, toDense } from "../../../lib/sparse/index";

const TEXTS = ["房间很大，很干净", "房间很小  很脏", "Very, very good room", "a bad Room 3"];
const LABELS = [1, 0, 1, 0];

/**
 * Of scikit-learn 1.9.1, `texts` and `labels` as above:
 *
 *     vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 3))
 *     x = vectorizer.fit_transform(texts); m = LinearSVC(tol=1e-10, max_iter=100000).fit(x, labels)
 *     [x.shape[1], x[0, vectorizer.vocabulary_["房间很"]], m.intercept_[0]], m.decision_function(x)
 *
 * and the first two with `TfidfVectorizer(analyzer="word", token_pattern=r"(?u)\b\w\w+\b", ngram_range=(1, 2))`, for "very".
 */
const SCIKIT = {
  char: {
    columns: 86,
    value: 0.17810975,
    intercept: 0.0154685,
    decisions: [0.5831821, -0.5791524, 0.5593316, -0.5710956],
  },
  word: { columns: 14, value: 0.68113978 },
};

test("TF-IDF of characters and of words is scikit-learn's", () => {
  const chars = fitNgrams(TEXTS, { unit: "character", from: 1, to: 3 });
  const x = ngramFeatures(chars, TEXTS);
  assert.is(x.columnCount, SCIKIT.char.columns);
  assert.ok(Math.abs(toDense(x)[chars.columns.get("房间很")!] - SCIKIT.char.value) < 1e-6);
  const words = fitNgrams(TEXTS, { unit: "word", from: 1, to: 2 });
  const w = ngramFeatures(words, TEXTS);
  assert.is(w.columnCount, SCIKIT.word.columns);
  assert.ok(Math.abs(toDense(w)[2 * w.columnCount + words.columns.get("very")!] - SCIKIT.word.value) < 1e-6);
});

test("every row of features has length 1, and n-grams that fitting didn't see count nothing", () => {
  const ngrams = fitNgrams(TEXTS, { unit: "character", from: 1, to: 2, atLeast: 2, sublinear: true });
  const { offsets, values } = ngramFeatures(ngrams, [...TEXTS, "ŋŋŋ", ""]);
  for (let row = 0; row < TEXTS.length; row++) {
    const squares = values.subarray(offsets[row], offsets[row + 1]).reduce((sum, value) => sum + value * value, 0);
    assert.ok(Math.abs(squares - 1) < 1e-6);
  }
  assert.is(offsets[6], offsets[4]);
});

test("the linear SVM's decisions are scikit-learn's", () => {
  const x = ngramFeatures(fitNgrams(TEXTS, { unit: "character", from: 1, to: 3 }), TEXTS);
  const svm = linearSvm(x, LABELS, { random: createRandom(1), tolerance: 1e-10, passes: 100_000 });
  assert.ok(Math.abs(svm.intercept - SCIKIT.char.intercept) < 1e-5, String(svm.intercept));
  for (const [row, value] of decisions(svm, x).entries())
    assert.ok(Math.abs(value - SCIKIT.char.decisions[row]) < 1e-5, `row ${row}: ${value}`);
});

test("the SVM's gradient is zero at its weights, whatever the data", () => {
  const matrix = fc.integer({ min: 0, max: 10_000 }).map((seed) => {
    const random = createRandom(seed);
    const count = 60;
    const draw = (size: number) => Array.from({ length: count }, () => random.integer(size));
    const values = Array.from({ length: count }, () => random.normal());
    return { x: fromTriplets({ rows: draw(12), columns: draw(5), values }, 12, 5), labels: draw(2).slice(0, 12) };
  });
  fc.assert(
    fc.property(matrix, fc.double({ min: 0.1, max: 5, noNaN: true }), ({ x, labels }, cost) => {
      const svm = linearSvm(x, labels, { random: createRandom(1), cost, tolerance: 1e-9, passes: 50_000 });
      const odds = decisions(svm, x);
      const dense = toDense(x);
      const gradient = Array.from({ length: 6 }, (_, column) => {
        let sum = column === 5 ? svm.intercept : svm.weights[column];
        for (let row = 0; row < 12; row++) {
          const sign = 2 * labels[row] - 1;
          const value = column === 5 ? 1 : dense[row * 5 + column];
          sum -= 2 * cost * Math.max(0, 1 - sign * odds[row]) * sign * value;
        }
        return sum;
      });
      assert.ok(Math.max(...gradient.map(Math.abs)) < 1e-5 * (1 + cost), gradient.join(" "));
    }),
    { numRuns: 30 },
  );
});

test("labels other than 0 and 1, and features of another width, are refused", () => {
  const x = fromTriplets({ rows: [0, 1], columns: [0, 1] }, 2, 2);
  assert.throws(
    () => linearSvm(x, [0, 2], { random: createRandom(1) }),
    (error: Error) => error instanceof InputError && /labels, row 1/.test(error.message),
  );
  const svm = linearSvm(x, [0, 1], { random: createRandom(1) });
  assert.throws(() => decisions(svm, fromTriplets({ rows: [0], columns: [0] }, 1, 3)), /3 at 2 columns/);
});

test("log-count ratios: by hand, and zero where both labels have a column alike", () => {
  // Columns: 0 in both of label 1, 1 in one of each, 2 in one of label 0.
  const x = fromTriplets({ rows: [0, 1, 0, 2, 3], columns: [0, 0, 1, 1, 2] }, 4, 3);
  const ratios = logCountRatios(x, [1, 1, 0, 0]);
  const expected = [Math.log(3 / 6 / (1 / 5)), Math.log(2 / 6 / (2 / 5)), Math.log(1 / 6 / (2 / 5))];
  for (const [at, value] of expected.entries()) assert.ok(Math.abs(ratios[at] - value) < 1e-12, `column ${at}`);
  const weighed = toDense(weighColumns(x, [3, 4, 0]));
  assert.equal(
    [...weighed].map((value) => Number(value.toFixed(6))),
    [0.6, 0.8, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0],
  );
});

test("near duplicates are found in part and whole; case and punctuation don't hide them", () => {
  const held = ["The room was clean and the staff were friendly.", "价格便宜，位置也很好，下次还会来住的"];
  const texts = [
    "the ROOM was clean, and the staff were friendly!!",
    "价格便宜，位置也很好！",
    "Quite another sentence.",
    "价格",
  ];
  assert.equal(nearDuplicates(texts, held), { flags: Uint8Array.of(1, 1, 0, 0), near: 2, exact: 1, heldWithTwin: 2 });
  assert.equal(nearDuplicates(texts, held, { share: 1, length: 30 }).near, 1);
  assert.is(nearDuplicates(texts, []).near, 0);
});

test("a training text's evidence is read without itself", () => {
  const evidence = fitEvidence(["好", "好", "差", "坏"], [1, 1, 0, 0], 1);
  const encode = (text: string) => Int32Array.from([...text], () => 2);
  const [, step] = readEvidence(evidence, ["好", "差", "新"], encode, 10).fields;
  // ln((2 + ½) / ½) = 1.61 and ln(½ / 1.5) = −1.10, in quarters from −3, which is 2; 1 is what wasn't seen.
  assert.equal([...step], [2 + 12 + 6, 2 + 12 - 4, 1]);
  const [, own] = readEvidence(evidence, ["好", "好", "差", "坏"], encode, 10, [1, 1, 0, 0]).fields;
  assert.equal([...own], [2 + 12 + 4, 2 + 12 + 4, 1, 1], "what no other text has says nothing");
});

test.run();
