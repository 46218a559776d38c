import { test } from "uvu";
import * as assert from "uvu/assert";
import { createRandom } from "../../../lib/random";
import { cholesky, choleskyInverse } from "../../../lib/statistics/cholesky";
import { linearBandit, loadLinearBandit } from "../../../lib/strategy/agents/linear-bandit";

const near = (a: number, b: number, tolerance = 1e-10) => assert.ok(Math.abs(a - b) < tolerance, `${a} and ${b}`);

test("estimates and deviations are those of ridge regression by the normal equations", () => {
  const random = createRandom(1);
  const width = 3;
  const bandit = linearBandit({ width, actions: 2, method: "ucb", ridge: 0.5, exploration: 2 });
  const normal = [0, 1].map(() => ({ matrix: new Float64Array(9), right: new Float64Array(3) }));
  for (const { matrix } of normal) for (let i = 0; i < 3; i++) matrix[4 * i] = 0.5;
  for (let n = 0; n < 200; n++) {
    const context = Array.from({ length: width }, () => random.normal());
    const action = n % 2;
    const reward = random.normal();
    bandit.learn(context, action, reward);
    for (let i = 0; i < 3; i++) {
      normal[action].right[i] += reward * context[i];
      for (let j = 0; j < 3; j++) normal[action].matrix[3 * i + j] += context[i] * context[j];
    }
  }
  const context = [0.3, -1, 2];
  normal.forEach(({ matrix, right }, action) => {
    const inverse = choleskyInverse(cholesky(matrix, 3), 3);
    let estimate = 0;
    let square = 0;
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++) {
        estimate += context[i] * inverse[3 * i + j] * right[j];
        square += context[i] * inverse[3 * i + j] * context[j];
      }
    near(bandit.estimate(context, action), estimate);
    near(bandit.deviation(context, action), Math.sqrt(square));
    near(bandit.index(context, action), estimate + 2 * Math.sqrt(square));
  });
});

test("worked by hand: one number, two rewards", () => {
  const bandit = linearBandit({ width: 1, actions: 2, method: "ucb" });
  bandit.learn([2], 0, 3);
  bandit.learn([1], 0, 1);
  // A = 1 + 4 + 1 = 6, b = 6 + 1 = 7.
  near(bandit.estimate([1], 0), 7 / 6);
  near(bandit.deviation([1], 0), 1 / Math.sqrt(6));
  assert.is(bandit.best([1]), 0);
  assert.is(bandit.best([1], Uint8Array.of(0, 1)), 1);
  // Nothing known of action 1: 0 + 1 < 7/6 + 0.41; with a reward of −6 more it is tried.
  assert.is(bandit.choose([1]), 0);
  bandit.learn([1], 0, -6);
  assert.is(bandit.choose([1]), 1);
});

test("Thompson's draws have the posterior's mean and deviation", () => {
  const bandit = linearBandit({ width: 2, actions: 1, method: "thompson", exploration: 0.7, random: createRandom(2) });
  for (const [context, reward] of [
    [[1, 0.5], 2],
    [[0.2, 1], -1],
  ] as const)
    bandit.learn(context, 0, reward);
  const context = [1, -0.4];
  const draws = Float64Array.from({ length: 20_000 }, () => bandit.index(context, 0));
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
  const deviation = Math.sqrt(draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length);
  const expected = 0.7 * bandit.deviation(context, 0);
  near(mean, bandit.estimate(context, 0), (4 * expected) / Math.sqrt(draws.length));
  near(deviation / expected, 1, 4 / Math.sqrt(2 * draws.length));
});

for (const method of ["ucb", "thompson"] as const)
  test(`where rewards are linear, ${method} stops regretting`, () => {
    const random = createRandom(3);
    const truth = [
      [0.5, 0],
      [0.2, 0.8],
      [0.4, -0.9],
    ];
    const bandit = linearBandit({ width: 2, actions: 3, method, random, exploration: 0.5 });
    const regret = [0, 0];
    for (let n = 0; n < 4000; n++) {
      const context = [1, random.normal()];
      const means = truth.map(([a, b]) => a * context[0] + b * context[1]);
      const action = bandit.choose(context);
      bandit.learn(context, action, means[action] + 0.5 * random.normal());
      regret[n < 400 ? 0 : 1] += Math.max(...means) - means[action];
    }
    assert.ok(regret[1] / 3600 < 0.3 * (regret[0] / 400) && regret[1] / 3600 < 0.01, `${regret}`);
  });

test("saved and loaded it knows what it knew, and goes on learning the same", () => {
  for (const method of ["ucb", "thompson"] as const) {
    const options = { width: 2, actions: 2, method, exploration: 0.7 };
    const bandit = linearBandit({ ...options, random: createRandom(5) });
    for (let n = 0; n < 20; n++) bandit.learn([1, Math.sin(n)], n % 2, Math.cos(n));
    const loaded = loadLinearBandit(JSON.parse(JSON.stringify(bandit.save())), createRandom(5));
    for (const one of [bandit, loaded]) one.learn([1, 0.3], 0, 2);
    for (const action of [0, 1]) {
      assert.is(loaded.estimate([1, 0.5], action), bandit.estimate([1, 0.5], action));
      assert.is(loaded.index([1, 0.5], action), bandit.index([1, 0.5], action));
    }
    const document = bandit.save();
    assert.throws(() => loadLinearBandit({ ...document, kind: "dqn" as "linear-bandit" }), /"dqn" at document.kind/);
    assert.throws(() => loadLinearBandit({ ...document, width: 3 }, createRandom(1)), /document.models\[0\]/);
  }
});

test("what can't be is refused", () => {
  assert.throws(() => linearBandit({ width: 1, actions: 1, method: "thompson" }), /random/);
  const bandit = linearBandit({ width: 1, actions: 2, method: "ucb" });
  assert.throws(() => bandit.choose([1], Uint8Array.of(0, 0)), /no action is allowed/);
  assert.throws(() => bandit.learn([1], 2, 0), /2 at action/);
  assert.throws(() => bandit.learn([1], 0, Number.NaN), /reward/);
});

test.run();
