import { test } from "uvu";
import * as assert from "uvu/assert";
import { tf } from "../../../lib/backend/index";
import {
  categoryHead,
  expectedPurchaseTime,
  type Head,
  hazards,
  intentHead,
  nextItemHead,
  type PurchaseTimes,
  purchaseTimeQuantile,
  spendHead,
  timeToPurchaseHead,
} from "../../../lib/models/heads/index";
import { disposeParameters } from "../../../lib/models/parameters";
import { createMlpModel, mlpShape } from "../../../lib/models/sequences/mlp";
import { itemEmbeddings } from "../../../lib/models/sequences/model";
import { kaplanMeier } from "../../../lib/profiles/survival";
import { createRandom } from "../../../lib/random";
import { assertNumericalGradient, draw } from "../gradients";
import { noLeaks } from "../no-leaks";

noLeaks(test);

const ROWS = Int32Array.of(2, 0, 3);

/** Asserts that a head's loss of three examples is the mean of `one` over those `of` them, and its gradient the differences'. */
function assertLoss<Labels>(
  head: Head<Labels, unknown>,
  labels: Labels,
  one: (scores: number[], row: number) => number,
  of: readonly number[] = [...ROWS],
): void {
  tf.tidy(() => {
    const scores = draw([ROWS.length, head.outputs], 1) as tf.Tensor2D;
    const ours = head.loss(scores, labels, ROWS).dataSync()[0];
    const each = scores.arraySync();
    const counted = [...ROWS].map((row, at) => ({ row, at })).filter(({ row }) => of.includes(row));
    const theirs = counted.reduce((sum, { row, at }) => sum + one(each[at], row), 0) / counted.length;
    assert.ok(Math.abs(ours - theirs) < 1e-5 * (1 + Math.abs(theirs)), `${ours} against ${theirs}`);
    assertNumericalGradient((x) => head.loss(x as tf.Tensor2D, labels, ROWS), scores);
  });
}

/** Asserts that no score of a head's start can be moved, for everybody alike, without a higher loss. */
function assertStartIsBest<Labels>(head: Head<Labels, unknown>, labels: Labels, count: number): void {
  const rows = Int32Array.from({ length: count }, (_, row) => row);
  const start = head.start(labels);
  const loss = (scores: Float32Array) =>
    tf.tidy(() => head.loss(tf.tile(tf.tensor2d(scores, [1, head.outputs]), [count, 1]), labels, rows).dataSync()[0]);
  const best = loss(start);
  for (let at = 0; at < head.outputs; at++)
    for (const by of [-0.1, 0.1]) {
      const moved = start.map((score, i) => (i === at ? score + by : score));
      assert.ok(loss(moved) > best, `score ${at} moved by ${by}: ${loss(moved)} against ${best}`);
    }
}

const sigmoid = (score: number) => 1 / (1 + Math.exp(-score));

test("intent: the loss is the log loss, and chances are its logistic scores", () => {
  const labels = Float32Array.of(1, 0, 0, 1);
  const head = intentHead();
  assertLoss(head, labels, ([s], row) => -Math.log(labels[row] === 1 ? sigmoid(s) : 1 - sigmoid(s)));
  assertStartIsBest(head, Float32Array.of(1, 0, 0, 0, 1), 5);
  assert.ok(Math.abs(head.predict(Float32Array.of(0.5))[0] - sigmoid(0.5)) < 1e-7);
});

const EDGES = [0, 1, 3, 7];
const TIMES: PurchaseTimes = {
  edges: Float64Array.from(EDGES),
  interval: Int32Array.of(0, 3, 2, 1),
  observed: Uint8Array.of(1, 0, 1, 0),
};

test("time to purchase: the loss is the negative log-likelihood of purchases and of censored users", () => {
  const head = timeToPurchaseHead(EDGES);
  assertLoss(head, TIMES, (scores, row) => {
    const h = scores.map(sigmoid);
    let likelihood = 1;
    for (let k = 0; k < TIMES.interval[row]; k++) likelihood *= 1 - h[k];
    if (TIMES.observed[row] === 1) likelihood *= h[TIMES.interval[row]];
    return -Math.log(likelihood);
  });
  assert.throws(() => timeToPurchaseHead([0, 1]).start(TIMES), /other intervals/);
});

test("time to purchase without features is Kaplan and Meier's curve, and the most likely one", () => {
  const random = createRandom(5);
  const [count, bins] = [400, 6];
  const edges = Float64Array.from({ length: bins + 1 }, (_, k) => k);
  const interval = new Int32Array(count);
  const observed = new Uint8Array(count);
  for (let row = 0; row < count; row++) {
    const bought = Math.floor(4 * random.exponential());
    const seen = 1 + random.integer(bins);
    observed[row] = bought < seen ? 1 : 0;
    interval[row] = Math.min(bought, seen);
  }
  const labels = { edges, interval, observed };
  const head = timeToPurchaseHead(edges);
  assertStartIsBest(head, labels, count);
  const { survival } = head.predict(head.start(labels));
  // A purchase in interval k happens at k + ½, one is censored at a limit, just before what follows.
  const time = Array.from(interval, (k, row) => k + (observed[row] === 1 ? 0.5 : 0));
  const curve = kaplanMeier({ time, event: observed });
  assert.equal([...curve.time], [0.5, 1.5, 2.5, 3.5, 4.5, 5.5]);
  for (let k = 1; k <= bins; k++)
    assert.ok(Math.abs(survival[k] - curve.survival[k - 1]) < 1e-5, `${survival[k]} against ${curve.survival[k - 1]}`);
  assert.is(hazards(labels).length, bins);
});

test("median and mean time are those of the curve, by a straight line within intervals", () => {
  const prediction = {
    edges: Float64Array.from(EDGES),
    survival: Float64Array.of(1, 0.75, 0.25, 0.2, 1, 0.9, 0.8, 0.7),
  };
  assert.equal([...purchaseTimeQuantile(prediction)], [2, Infinity]);
  assert.ok(Math.abs(purchaseTimeQuantile(prediction, 0.1)[0] - 0.4) < 1e-12);
  const expected = expectedPurchaseTime(prediction);
  assert.ok(Math.abs(expected[0] - (0.875 + 2 * 0.5 + 4 * 0.225)) < 1e-12);
});

test("category: cross-entropy over the known; shares at first; chances sum to 1", () => {
  const head = categoryHead(4);
  const labels = Int32Array.of(2, 1, 4, 0);
  const entropy = (scores: number[], row: number) =>
    Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) - scores[labels[row] - 1];
  assertLoss(head, labels, entropy, [2, 0]);
  const chances = head.predict(head.start(Int32Array.of(1, 1, 1, 2, 0)));
  assert.equal(
    [...chances].map((chance) => Math.round(8 * chance)),
    [4, 2, 1, 1],
  );
  tf.tidy(() => {
    const none = head.loss(draw([3, 4], 1) as tf.Tensor2D, Int32Array.of(0, 0, 0, 0), ROWS);
    assert.is(none.dataSync()[0], 0);
  });
});

test("next item: cross-entropy of products with the items' embeddings", () => {
  const model = createMlpModel(mlpShape(5, { width: 3 }), 1);
  const embeddings = itemEmbeddings(model).arraySync();
  const labels = Int32Array.of(2, 1, 4, 5);
  assertLoss(nextItemHead(model), labels, (scores, row) => {
    const products = embeddings.map((e) => e.reduce((sum, value, i) => sum + value * scores[i], 0));
    return Math.log(products.reduce((sum, product) => sum + Math.exp(product), 0)) - products[labels[row]];
  });
  disposeParameters(model.parameters);
});

test("spend: the zero-inflated log-normal's likelihood, its maximum at first, and its mean", () => {
  const head = spendHead();
  const labels = Float32Array.of(0, 3, 12, 5.5);
  const softplus = (x: number) => Math.log1p(Math.exp(x));
  assertLoss(head, labels, ([s, mean, soft], row) => {
    const chance = sigmoid(s);
    if (labels[row] === 0) return -Math.log(1 - chance);
    const deviation = softplus(soft) + 0.05;
    const distance = (Math.log(labels[row]) - mean) / deviation;
    return -Math.log((chance * Math.exp(-0.5 * distance * distance)) / (deviation * Math.sqrt(2 * Math.PI)));
  });
  const random = createRandom(3);
  const many = Float32Array.from({ length: 20_000 }, () =>
    random.uniform() < 0.7 ? 0 : Math.exp(2 + 0.5 * random.normal()),
  );
  assertStartIsBest(head, many, many.length);
  const { chance, mean, deviation, expected } = head.predict(head.start(many));
  // Four standard errors.
  assert.ok(Math.abs(chance[0] - 0.3) < 4 * Math.sqrt(0.21 / 20_000));
  assert.ok(Math.abs(mean[0] - 2) < (4 * 0.5) / Math.sqrt(6000));
  assert.ok(Math.abs(deviation[0] - 0.5) < (4 * 0.5) / Math.sqrt(12_000));
  const average = many.reduce((sum, value) => sum + value, 0) / many.length;
  assert.ok(Math.abs(expected[0] - average) < 0.02 * average, `${expected[0]} against ${average}`);
  assert.throws(() => head.start(Float32Array.of(0, -1)), /at least 0.*example 1/);
  assert.throws(() => head.start(Float32Array.of(0, 0)), /nobody spends/);
});

test.run();
