import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { averageLogits, averageProbabilities, averageRanks } from "../../../lib/models/ensemble/index";
import oracle from "./oracles/stacking.json";

const near = (a: number, b: number, tolerance = 1e-12) => assert.ok(Math.abs(a - b) <= tolerance, `${a} is not ${b}`);

test("the linear pool is the mean, the logarithmic one the geometric mean of odds", () => {
  assert.equal(
    [
      ...averageProbabilities([
        [0.2, 0.4],
        [0.6, 1],
      ]),
    ],
    [0.4, 0.7],
  );
  near(averageProbabilities([[0.2], [0.6]], [3, 1])[0], 0.3);
  near(averageLogits([[0.2], [0.8]])[0], 0.5);
  const odds = Math.sqrt((0.9 / 0.1) * (0.6 / 0.4));
  near(averageLogits([[0.9], [0.6]])[0], odds / (1 + odds));
  // Two classes in two columns say the same as one column.
  const two = averageLogits(
    [
      [0.1, 0.9],
      [0.4, 0.6],
    ],
    2,
  );
  near(two[1], averageLogits([[0.9], [0.6]])[0]);
  near(two[0] + two[1], 1);
  const certain = averageLogits([[1], [0]]);
  near(certain[0], 0.5);
});

test("ranks are scipy's rankdata, scaled into (0, 1)", () => {
  const ours = averageRanks([oracle.tied]);
  for (const [at, rank] of oracle.ranks.entries()) near(ours[at], (rank - 0.5) / 30);
});

test("any pool of equal models is the model itself, and pools lie between their members", () => {
  const chances = fc.array(fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(
      chances,
      fc.array(fc.double({ min: 0.01, max: 5, noNaN: true }), { minLength: 3, maxLength: 3 }),
      (p, weights) => {
        for (const pool of [averageProbabilities([p, p, p], weights), averageLogits([p, p, p], 1, weights)])
          for (const [at, value] of pool.entries()) near(value, p[at], 1e-9);
        const other = p.map((value) => 1 - value);
        for (const pool of [averageProbabilities([p, other]), averageLogits([p, other])])
          for (const value of pool) near(value, 0.5, 1e-9);
        assert.equal(averageRanks([p]), averageRanks([p.map((value) => 4 * value)]));
      },
    ),
  );
});

test("members of other shapes, bad weights and no members are refused", () => {
  assert.throws(() => averageProbabilities([]), /a model at least/);
  assert.throws(() => averageProbabilities([[1], [1, 2]]), /one shape, of 1 numbers: 2 at outputs of model 1/);
  assert.throws(() => averageProbabilities([[1], [1]], [1]), /a weight for each of 2 models/);
  assert.throws(() => averageProbabilities([[1], [1]], [0, 0]), /above 0/);
  assert.throws(() => averageProbabilities([[1], [1]], [2, -1]), /at least 0: -1/);
  assert.throws(() => averageLogits([[0.5, 0.2, 0.3]], 2), /\[rows × 2\]/);
  assert.throws(() => averageRanks([[1, Number.NaN]]), /a score is a number/);
});

test.run();
