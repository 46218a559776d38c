import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/errors";
import { isotonicCalibration, plattCalibration, reliability } from "../../lib/models/calibration";
import {
  averagePrecision,
  liftAt,
  logLosses,
  rankByScore,
  rocAuc,
  squaredErrors,
} from "../../lib/models/metrics/classification";
import { bootstrapRanking } from "../../lib/models/metrics/classification-bootstrap";
import { createRandom } from "../../lib/random";
import oracle from "./oracles/classification.json";

const { labels, scores, weights } = oracle;
const close = (actual: number, expected: number, tolerance = 1e-12) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

test("AUC and average precision are scikit-learn's, with ties, plain and weighted", () => {
  const ranking = rankByScore(labels, scores);
  close(rocAuc(ranking), oracle.auc);
  close(rocAuc(ranking, weights), oracle.aucWeighted);
  close(averagePrecision(ranking), oracle.precision);
  close(averagePrecision(ranking, weights), oracle.precisionWeighted);
});

test("Brier score and log-loss are scikit-learn's", () => {
  const chances = scores.map((score) => 1 / (1 + Math.exp(-score)));
  close(mean(squaredErrors(labels, chances)), oracle.brier);
  close(mean(logLosses(labels, chances)), oracle.logLoss);
});

test("limits: perfect, reversed and constant scores; everybody's lift is 1", () => {
  const truth = [0, 0, 1, 1, 1];
  const perfect = rankByScore(truth, [1, 2, 3, 4, 5]);
  assert.is(rocAuc(perfect), 1);
  assert.is(averagePrecision(perfect), 1);
  close(liftAt(0.6)(perfect), 5 / 3);
  close(liftAt(1)(perfect), 1);
  assert.is(rocAuc(rankByScore(truth, [5, 4, 3, 2, 1])), 0);
  const constant = rankByScore(truth, [2, 2, 2, 2, 2]);
  assert.is(rocAuc(constant), 0.5);
  close(averagePrecision(constant), 0.6);
  close(liftAt(0.2)(constant), 1);
  assert.ok(Number.isNaN(rocAuc(rankByScore([1, 1], [1, 2]))));
});

test("bootstrap intervals hold the estimate, and their width is that of Hanley and McNeil's formula", () => {
  const random = createRandom(3);
  const rows = 600;
  const truth = Float64Array.from({ length: rows }, (_, row) => (row % 3 === 0 ? 1 : 0));
  const marks = truth.map((label) => label + random.normal());
  const { auc, lift } = bootstrapRanking(truth, marks, { auc: rocAuc, lift: liftAt(0.1) }, { random, resamples: 400 });
  // The AUC of two normals one standard deviation apart is Φ(1/√2) = 0.7602; variance after Hanley and McNeil 1982.
  const area = 0.7602;
  const [q1, q2] = [area / (2 - area), (2 * area * area) / (1 + area)];
  const variance = (area * (1 - area) + 199 * (q1 - area * area) + 399 * (q2 - area * area)) / (200 * 400);
  assert.ok(auc.standardError > 0.8 * Math.sqrt(variance) && auc.standardError < 1.2 * Math.sqrt(variance));
  assert.ok(auc.low < area && area < auc.high);
  assert.ok(lift.low <= lift.estimate && lift.estimate <= lift.high);
});

test("calibrations are scikit-learn's", () => {
  const isotonic = isotonicCalibration(labels, scores);
  const platt = plattCalibration(labels, scores);
  for (const [index, at] of oracle.at.entries()) {
    close(isotonic(at), oracle.isotonic[index], 1e-9);
    // scikit-learn's optimiser stops at a gradient of 1e-6 or so.
    close(platt(at), oracle.platt[index], 1e-4);
  }
});

test("an isotonic calibration rises, and is perfectly calibrated where it learnt", () => {
  const isotonic = isotonicCalibration(labels, scores);
  const chances = scores.map(isotonic);
  for (let at = -4; at < 4; at += 0.05) assert.ok(isotonic(at + 0.05) >= isotonic(at));
  close(mean(Float64Array.from(chances)), mean(Float64Array.from(labels)), 1e-12);
});

test("reliability: foretold chances that come true have no error", () => {
  const foretold = Float64Array.from({ length: 100 }, (_, row) => (row < 50 ? 0.2 : 0.6));
  const came = Float64Array.from({ length: 100 }, (_, row) => Number(row < 50 ? row % 5 === 0 : row % 5 < 3));
  const curve = reliability(came, foretold, 2);
  close(curve.error, 0);
  assert.equal(Array.from(curve.rows), [50, 50]);
  assert.ok(curve.low[0] < 0.2 && curve.high[0] > 0.2);
});

test("bad rows are refused with their place", () => {
  const refuses = (act: () => unknown, words: RegExp) =>
    assert.throws(act, (error: unknown) => error instanceof InputError && words.test(error.message));
  refuses(() => rankByScore([0, 2], [1, 1]), /labels, row 1/);
  refuses(() => rankByScore([0, 1], [1]), /2 labels: 1/);
  refuses(() => squaredErrors([1], [1.2]), /probabilities, row 0/);
  refuses(() => liftAt(0), /share/);
  refuses(() => isotonicCalibration([], []), /score for each label/);
  refuses(() => bootstrapRanking([1, 1], [1, 2], { auc: rocAuc }, { random: createRandom(1), resamples: 2 }), /both/);
});

test.run();
