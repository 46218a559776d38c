import { test } from "uvu";
import * as assert from "uvu/assert";
import { AbortedError, InputError } from "../../lib/errors";
import { createRandom } from "../../lib/random";
import { fitBpr } from "../../lib/recommendation/bpr";
import { factorRecommender } from "../../lib/recommendation/factors";
import { checkSparse, fromTriplets } from "../../lib/sparse/index";
import { errorOf } from "../error-of";
import oracle from "./oracles/bpr.json";

const [rowCount, columnCount] = oracle.shape;
const matrix = checkSparse({
  ...{ rowCount, columnCount },
  offsets: Int32Array.from(oracle.offsets),
  indices: Int32Array.from(oracle.indices),
  values: new Float32Array(oracle.indices.length).fill(1),
});
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: readonly number[]) =>
  Math.sqrt(values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1));

/** The share of items never had that each held-out one is ranked above, on average. */
function heldAbove(score: (user: number, scores: Float64Array) => void): number {
  const liked = new Set(oracle.held.map(([user, item]) => user * columnCount + item));
  for (let user = 0; user < rowCount; user++)
    for (let at = matrix.offsets[user]; at < matrix.offsets[user + 1]; at++)
      liked.add(user * columnCount + matrix.indices[at]);
  const scores = new Float64Array(columnCount);
  return mean(
    oracle.held.map(([user, item]) => {
      score(user, scores);
      const others = Array.from(scores).filter((_, other) => !liked.has(user * columnCount + other));
      return others.filter((other) => other < scores[item]).length / others.length;
    }),
  );
}

test("held-out items are ranked as high as implicit ranks them, over seeds", async () => {
  const { factors: rank, learning_rate: learningRate, regularization: regularisation, iterations } = oracle.settings;
  const ours: number[] = [];
  for (let seed = 0; seed < 6; seed++) {
    const options = { rank, learningRate, regularisation, epochs: iterations, random: createRandom(seed) };
    const { factors, correct } = await fitBpr(matrix, options);
    ours.push(heldAbove(factorRecommender(factors).score));
    assert.ok(correct[iterations - 1] > correct[0] && correct[0] > 0.4, "it learns");
  }
  // Both means have an error; three of the difference's standard errors.
  const error = Math.hypot(
    deviation(ours) / Math.sqrt(ours.length),
    deviation(oracle.auc) / Math.sqrt(oracle.auc.length),
  );
  const difference = mean(ours) - mean(oracle.auc);
  assert.ok(difference > -3 * error, `${mean(ours)} against ${mean(oracle.auc)}, ± ${error}`);
});

test("a step is the gradient of the objective, by differences", async () => {
  // Two users with an item each. This seed's two draws are a pair of the same item, left out, and one step of user 0.
  const two = fromTriplets({ rows: [0, 1], columns: [0, 1] }, 2, 2);
  const fit = async (learningRate: number) =>
    (await fitBpr(two, { rank: 3, regularisation: 0.1, epochs: 1, learningRate, random: createRandom(8) })).factors;
  const rate = 1e-3;
  const [before, after] = [await fit(0), await fit(rate)];
  assert.equal(before.users.subarray(4), after.users.subarray(4), "user 1 isn't part of it");
  const start = [...before.users.subarray(0, 3), ...before.items];
  const objective = (values: number[]) => {
    const [x, liked, other] = [[...values.slice(0, 3), 1], values.slice(3, 7), values.slice(7)];
    const margin = x.reduce((sum, value, d) => sum + value * (liked[d] - other[d]), 0);
    return -Math.log(1 + Math.exp(-margin)) - 0.05 * values.reduce((sum, value) => sum + value * value, 0);
  };
  const end = [...after.users.subarray(0, 3), ...after.items];
  start.forEach((_, at) => {
    const moved = (by: number) => objective(start.map((value, other) => (other === at ? value + by : value)));
    const slope = (moved(1e-4) - moved(-1e-4)) / 2e-4;
    // A step of 10⁻³ in single precision.
    assert.ok(Math.abs((end[at] - start[at]) / rate - slope) < 1e-4, `${at}: ${(end[at] - start[at]) / rate} ${slope}`);
  });
});

test("the same seed gives the same factors; users' last column stays 1", async () => {
  const fit = () => fitBpr(matrix, { rank: 4, epochs: 2, random: createRandom("again") });
  const [one, other] = [await fit(), await fit()];
  assert.equal(one, other);
  for (let user = 0; user < rowCount; user++) assert.is(one.factors.users[user * 5 + 4], 1);
});

test("an abort stops after its epoch, nothing to learn from is no error, settings out of range are refused", async () => {
  const stop = new AbortController();
  const epochs: number[] = [];
  const stopped = fitBpr(matrix, {
    ...{ epochs: 9, random: createRandom(1), signal: stop.signal },
    onProgress({ epoch }) {
      epochs.push(epoch);
      if (epoch === 2) stop.abort();
    },
  });
  assert.instance(await errorOf(stopped), AbortedError);
  assert.equal(epochs, [1, 2]);
  const empty = fromTriplets({ rows: [], columns: [] }, 2, 3);
  const { correct } = await fitBpr(empty, { epochs: 1, random: createRandom(1) });
  assert.is(correct[0], 0);
  assert.instance(await errorOf(fitBpr(matrix, { rank: 0, random: createRandom(1) })), InputError);
  const wild = fitBpr(matrix, { learningRate: 1e30, epochs: 3, random: createRandom(1) });
  assert.instance(await errorOf(wild), InputError);
});

test.run();
