import { test } from "uvu";
import * as assert from "uvu/assert";
import { temperatureCalibration, temperatureScaling } from "../../../lib/models/calibration/index";
import { createRandom } from "../../../lib/random";
import oracle from "../ensemble/oracles/stacking.json";

const near = (a: number, b: number, tolerance: number) =>
  assert.ok(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)), `${a} is not ${b}`);

for (const { classes, logits, labels, temperature, before, after } of oracle.temperatures)
  test(`the temperature of ${classes} classes is where scipy finds the least loss`, () => {
    const found = temperatureScaling(labels, logits, classes);
    near(found.before, before, 1e-12);
    // scipy sees values alone, so that its place is good to the root of its precision.
    near(found.temperature, temperature, 1e-6);
    near(found.after, after, 1e-12);
    assert.ok(found.after <= after + 1e-15);
    const chances = found.apply(logits);
    let loss = 0;
    for (const [row, label] of labels.entries()) loss -= Math.log(chances[row * classes + label]) / labels.length;
    near(loss, after, 1e-12);
    // The order of classes stays.
    for (let row = 0; row < labels.length; row++) {
      const best = (values: ArrayLike<number>) =>
        Array.from({ length: classes }, (_, c) => c).reduce((a, b) =>
          values[row * classes + b] > values[row * classes + a] ? b : a,
        );
      assert.is(best(chances), best(logits));
    }
  });

test("two classes: the score's own form, and a known temperature is found again", () => {
  const random = createRandom(4);
  const truth = Float64Array.from({ length: 20_000 }, () => 2 * random.normal());
  const labels = truth.map((score) => (random.uniform() < 1 / (1 + Math.exp(-score)) ? 1 : 0));
  const calibrate = temperatureCalibration(
    labels,
    truth.map((score) => 3 * score),
  );
  const shown = 1 / (1 / calibrate(3) - 1);
  // 3 / T in log-odds; T is 3 but for the sample's error, two per cent at these rows.
  near(Math.log(shown), 1, 0.05);
  assert.is(calibrate(0), 0.5);
});

test("without a best temperature it says why", () => {
  assert.throws(() => temperatureScaling([0, 1, 1], [3, 1, 0, 2, -1, 5], 2), /own class has the highest score/);
  assert.throws(() => temperatureScaling([1, 0, 0], [3, 1, 0, 2, -1, 5], 2), /say nothing of the labels/);
  assert.throws(() => temperatureScaling([0, 1], [1, 1, 1, 1], 2), /say nothing/);
  assert.throws(() => temperatureScaling([0, 2], [1, 0, 0, 1], 2), /labels, row 1/);
  assert.throws(() => temperatureScaling([0], [1, Number.NaN], 2), /a score is finite/);
  assert.throws(() => temperatureScaling([0], [1, 2, 3], 2), /scores of every class/);
});

test.run();
