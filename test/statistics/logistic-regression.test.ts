import { test } from "uvu";
import * as assert from "uvu/assert";
import { FlashlabError, InputError } from "../../lib/errors";
import { logisticChance, logisticRegression } from "../../lib/statistics/logistic-regression";
import oracle from "./oracles/beta-and-draws.json";

const { features, labels, weights, fits } = oracle.logistic;
const table = Float64Array.from(features.flat());

test("coefficients are scikit-learn's at its tightest tolerance, weighted or not, for three penalties", () => {
  for (const { penalty, weighted, coefficients, intercept } of fits) {
    const model = logisticRegression({
      features: table,
      width: 5,
      labels,
      penalty,
      weights: weighted ? weights : undefined,
    });
    // Both stop with a gradient near 1e-10; the flattest direction's curvature is above 1e-2.
    coefficients.forEach((expected, j) => {
      assert.ok(Math.abs(model.coefficients[j] - expected) < 1e-7, `${penalty}: ${model.coefficients[j]} ${expected}`);
    });
    assert.ok(Math.abs(model.intercept - intercept) < 1e-7);
  }
});

test("without features or penalty the intercept is the log-odds of the labels' mean", () => {
  const model = logisticRegression({ features: new Float64Array(), width: 0, labels: [1, 0, 0, 0, 1], penalty: 0 });
  assert.ok(Math.abs(model.intercept - Math.log(2 / 3)) < 1e-9);
  assert.ok(Math.abs(logisticChance(model, []) - 0.4) < 1e-9);
});

test("a weight of 2 is a row given twice", () => {
  const twice = logisticRegression({
    features: Float64Array.of(...table.subarray(0, 5), ...table),
    width: 5,
    labels: [labels[0], ...labels],
  });
  const weight = Float64Array.from(labels, (_, row) => (row === 0 ? 2 : 1));
  const once = logisticRegression({ features: table, width: 5, labels, weights: weight });
  twice.coefficients.forEach((value, j) => {
    assert.ok(Math.abs(value - once.coefficients[j]) < 1e-7);
  });
});

test("separable labels have a minimum only with a penalty", () => {
  const line = Float64Array.of(-2, -1, 1, 2);
  const separable = { features: line, width: 1, labels: [0, 0, 1, 1] };
  assert.ok(logisticRegression({ ...separable, penalty: 0.1 }).coefficients[0] > 0);
  assert.throws(
    () => logisticRegression({ ...separable, penalty: 0 }),
    (error: unknown) => error instanceof FlashlabError,
  );
});

test("bad input is refused, with its place", () => {
  assert.throws(
    () => logisticRegression({ features: table, width: 5, labels: [...labels.slice(1), 2] }),
    /labels, row 119/,
  );
  assert.throws(
    () => logisticRegression({ features: Float64Array.of(1, Number.NaN), width: 1, labels: [0, 1] }),
    /row 1/,
  );
  assert.throws(
    () => logisticRegression({ features: table, width: 4, labels }),
    (error: unknown) => error instanceof InputError,
  );
});

test.run();
