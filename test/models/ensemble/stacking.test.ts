import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  groupFolds,
  type Learner,
  softmaxRegression,
  splitFold,
  stack,
  stratifiedFolds,
} from "../../../lib/models/ensemble/index";
import { createRandom } from "../../../lib/random";
import { logisticChance, logisticRegression } from "../../../lib/statistics/logistic-regression";
import { errorOf } from "../../error-of";
import oracle from "./oracles/stacking.json";

interface Rows {
  features: Float64Array;
  labels: number[];
}

const WIDTH = 5;

/** Regression on the first columns, as in the oracle; counts those of its models that are alive. */
function learner(classes: number, columns: number, penalty: number, alive = { count: 0 }): Learner<Rows> {
  const pick = ({ features }: Rows, rows: Int32Array) =>
    Float64Array.from(
      { length: rows.length * columns },
      (_, at) => features[rows[Math.floor(at / columns)] * WIDTH + (at % columns)],
    );
  return {
    name: `first ${columns}`,
    fit(data, rows) {
      alive.count++;
      const features = pick(data, rows);
      const labels = Array.from(rows, (row) => data.labels[row]);
      const dispose = () => void alive.count--;
      if (classes > 2) {
        const many = softmaxRegression(features, labels, classes, penalty);
        return { predict: (others, which) => many.predict(pick(others, which)), dispose };
      }
      const two = logisticRegression({ features, width: columns, labels, penalty });
      return {
        predict(others, which) {
          const inputs = pick(others, which);
          return Float64Array.from(which, (_, at) => logisticChance(two, inputs, at * columns));
        },
        dispose,
      };
    },
  };
}

const near = (ours: ArrayLike<number>, theirs: ArrayLike<number>, tolerance: number) => {
  assert.is(ours.length, theirs.length);
  for (let at = 0; at < ours.length; at++)
    assert.ok(Math.abs(ours[at] - theirs[at]) <= tolerance, `${at}: ${ours[at]} is not ${theirs[at]}`);
};

for (const { classes, features, labels, folds, outOfFold, coefficients, probabilities } of oracle.stacks)
  test(`a stack of ${classes} classes is scikit-learn's: out-of-fold probabilities, coefficients and results`, async () => {
    const data = { features: Float64Array.from(features), labels };
    const alive = { count: 0 };
    const shares: number[] = [];
    const found = await stack({
      learners: [learner(classes, 5, 1, alive), learner(classes, 3, 10, alive)],
      data,
      labels: labels.slice(0, 120),
      classes,
      folds: Int32Array.from(folds),
      onProgress: (share) => shares.push(share),
    });
    for (const [at, ours] of found.outOfFold.entries()) near(ours, outOfFold[at], 1e-6);
    near(found.coefficients, coefficients, 1e-5);
    const rest = Int32Array.from({ length: 30 }, (_, at) => 120 + at);
    const ours = await found.predict(data, rest);
    near(ours, classes === 2 ? probabilities.filter((_, at) => at % 2 === 1) : probabilities, 1e-6);
    assert.is(shares.length, 10);
    assert.is(shares[9], 1);
    assert.is(alive.count, 2, "the folds' models are freed");
    found.dispose();
    assert.is(alive.count, 0);
  });

test("a learner that fails or a stop frees what was fitted; shapes that don't fit are named", async () => {
  const { features, labels, folds } = oracle.stacks[0];
  const data = { features: Float64Array.from(features), labels };
  const alive = { count: 0 };
  const options = { data, labels: labels.slice(0, 120), folds: Int32Array.from(folds) };
  const good = learner(2, 5, 1, alive);
  const wide: Learner<Rows> = {
    name: "wide",
    fit: () => ({ predict: (_, rows) => new Float64Array(2 * rows.length) }),
  };
  assert.match(
    (await errorOf(stack({ ...options, learners: [good, wide] }))).message,
    /1 number\(s\) a row: 2 at wide/,
  );
  assert.is(alive.count, 0);
  const stop = new AbortController();
  const stopped = stack({ ...options, learners: [good], signal: stop.signal, onProgress: () => stop.abort() });
  assert.match((await errorOf(stopped)).message, /stacking was stopped/);
  assert.is(alive.count, 0);
  assert.match(
    (await errorOf(stack({ ...options, learners: [good], folds: new Int32Array(120) }))).message,
    /two folds/,
  );
  assert.match(
    (await errorOf(stack({ ...options, learners: [good], folds: new Int32Array(3) }))).message,
    /has a fold: 3/,
  );
});

test("folds: every row once, classes in even shares, a group in one fold", () => {
  const random = createRandom(1);
  const labels = Int32Array.from({ length: 103 }, (_, row) => (row % 10 === 0 ? 1 : 0));
  const folds = stratifiedFolds(labels, 5, random);
  for (let fold = 0; fold < 5; fold++) {
    const { inside, outside } = splitFold(folds, fold);
    assert.is(inside.length + outside.length, 103);
    assert.ok(Math.abs(inside.length - 103 / 5) < 1);
    const positives = inside.filter((row) => labels[row] === 1).length;
    assert.ok(positives === 2 || positives === 3, `${positives}`);
  }
  const groups = Int32Array.from({ length: 200 }, () => random.integer(20));
  const grouped = groupFolds(groups, 4, random);
  const foldsOf = new Map<number, Set<number>>();
  for (const [row, group] of groups.entries()) foldsOf.set(group, (foldsOf.get(group) ?? new Set()).add(grouped[row]));
  assert.ok([...foldsOf.values()].every((set) => set.size === 1));
  assert.is(new Set(grouped).size, 4);
  assert.throws(() => groupFolds([1, 1, 2], 3, random), /more folds than rows or groups.*Use at most 2/);
});

test.run();
