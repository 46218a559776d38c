import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/errors";
import { numpyRandom } from "../../lib/statistics/numpy-random";
import oracle from "./oracles/beta-and-draws.json";

test("RandomState(12345), draw for draw through every sampler", () => {
  const random = numpyRandom(12345);
  const close = (actual: number, expected: number) =>
    assert.ok(Math.abs(actual - expected) <= 4e-15 * Math.abs(expected), `${actual} is not NumPy's ${expected}`);
  const { uniform, normal, gamma, beta, shuffled } = oracle.draws;
  // 53 bits each, 700 of them: past the generator's first 624 words, so through its second twist.
  const uniforms = Array.from({ length: 700 }, () => random.uniform());
  assert.equal(uniforms.slice(-5), uniform);
  for (const expected of normal) close(random.normal(), expected);
  let at = 0;
  for (const shape of [0.2, 1, 3.5, 857, 0.9, 1]) for (let i = 0; i < 3; i++) close(random.gamma(shape), gamma[at++]);
  at = 0;
  for (const [a, b] of [
    [2, 2189],
    [0.4, 0.7],
    [1, 1],
    [0.5, 3],
    [1e-3, 1e-3],
  ])
    for (let i = 0; i < 4; i++) close(random.beta(a, b), beta[at++]);
  assert.equal(random.shuffle(Array.from({ length: 50 }, (_, i) => i)), shuffled);
});

test("integers stay below their count and reach all of it", () => {
  const random = numpyRandom(0);
  const seen = new Set(Array.from({ length: 500 }, () => random.integer(7)));
  assert.equal([...seen].sort(), [0, 1, 2, 3, 4, 5, 6]);
  assert.is(random.integer(1), 0);
});

test("a seed that NumPy would refuse is refused", () => {
  for (const seed of [-1, 2 ** 32, 1.5])
    assert.throws(
      () => numpyRandom(seed),
      (error: unknown) => error instanceof InputError,
    );
});

test.run();
