import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/errors";
import { createRandom } from "../../lib/random";
import { logBeta } from "../../lib/statistics/beta";
import { placeProbabilities, samplePlaceProbabilities } from "../../lib/statistics/beta-winner";

const near = (actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number) => {
  assert.is(actual.length, expected.length);
  for (let i = 0; i < expected.length; i++)
    assert.ok(Math.abs(actual[i] - expected[i]) <= tolerance, `[${i}]: ${actual[i]} is not ${expected[i]}`);
};

/** P(A > B) of A ~ Beta(a, b), B ~ Beta(c, d) for a whole c: Σ over j < c of a Beta-binomial (Cook 2003, eq. 6). */
function beats(a: number, b: number, c: number, d: number): number {
  let sum = 0;
  for (let j = 0; j < c; j++)
    sum += Math.exp(logBeta(a + j, b + d) - Math.log(d + j) - logBeta(1 + j, d) - logBeta(a, b));
  return 1 - sum;
}

test("two arms: the closed form for whole shapes", () => {
  for (const [a, b, c, d] of [
    [1, 1, 1, 2],
    [3, 5, 4, 4],
    [47, 2189, 60, 2300],
    [0.5, 0.5, 2, 30],
  ]) {
    const p = 1 - beats(c, d, Math.ceil(a), b);
    if (Number.isInteger(a)) near(placeProbabilities([a, c], [b, d]), [p, 1 - p], 1e-11);
    near(placeProbabilities([c, a], [d, b]), Array.from(placeProbabilities([a, c], [b, d])).reverse(), 1e-12);
  }
});

test("arms alike share every place, whatever their shapes; one arm alone wins", () => {
  for (const [a, b] of [
    [1, 1],
    [0.3, 0.3],
    [12, 4000],
    [900, 2],
  ]) {
    near(placeProbabilities(Array(5).fill(a), Array(5).fill(b), { places: 5 }), Array(25).fill(0.2), 1e-10);
    near(placeProbabilities([a], [b]), [1], 1e-10);
  }
});

test("uniform arms against Beta(k, 1): the chances of order statistics", () => {
  // Beta(k, 1) is the largest of k uniforms, so beside n uniforms it wins with chance k / (k + n).
  near(placeProbabilities([3, 1, 1], [1, 1, 1]), [3 / 5, 1 / 5, 1 / 5], 1e-12);
});

test("every place's chances sum to 1, and those of all places of an arm too", () => {
  const shape = fc.double({ min: 0.4, max: 300, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(shape, shape), { minLength: 2, maxLength: 5 }), (arms) => {
      const [alpha, beta] = [arms.map(([a]) => a), arms.map(([, b]) => b)];
      const chances = placeProbabilities(alpha, beta, { places: arms.length });
      for (let i = 0; i < arms.length; i++) {
        let [row, column] = [0, 0];
        for (let k = 0; k < arms.length; k++) {
          row += chances[i * arms.length + k];
          column += chances[k * arms.length + i];
        }
        assert.ok(Math.abs(row - 1) < 1e-9 && Math.abs(column - 1) < 1e-9, `${row} ${column}`);
      }
    }),
    { numRuns: 30, seed: 4 },
  );
});

test("simulation agrees within its error, and is the same for the same seed", () => {
  const [alpha, beta] = [
    [8, 14, 3, 40],
    [400, 650, 90, 2000],
  ];
  const draws = 20000;
  const simulate = () => samplePlaceProbabilities(alpha, beta, { places: 2, draws, random: createRandom(5) });
  const exact = placeProbabilities(alpha, beta, { places: 2 });
  const simulated = simulate();
  // Eight figures: beyond 4.5 standard errors once in 18,000 seeds.
  for (let at = 0; at < 8; at++)
    assert.ok(Math.abs(simulated[at] - exact[at]) < 4.5 * Math.sqrt((exact[at] * (1 - exact[at])) / draws));
  assert.equal(simulate(), simulated);
});

test("bad shapes and more places than arms are refused", () => {
  const refused = (work: () => unknown) => assert.throws(work, (error: unknown) => error instanceof InputError);
  refused(() => placeProbabilities([1, 0], [1, 1]));
  refused(() => placeProbabilities([1, 2], [1]));
  refused(() => placeProbabilities([1, 2], [1, 1], { places: 3 }));
  refused(() => samplePlaceProbabilities([1, 2], [1, 1], { draws: 0, random: createRandom(1) }));
});

test.run();
