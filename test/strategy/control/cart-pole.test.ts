import { test } from "uvu";
import * as assert from "uvu/assert";
import { CartPole, hasFallen, moveCartPole } from "../../../lib/strategy/control/cart-pole";
import recorded from "../oracles/cart-pole.json";

for (const [index, { states, actions, terminated }] of recorded.episodes.entries())
  test(`Gymnasium's episode ${index + 1} (${actions.length} steps) is followed to 1e-9, and ends where it did`, () => {
    const state = Float64Array.from(states[0]);
    for (const [step, action] of [...actions].entries()) {
      assert.not(hasFallen(state));
      moveCartPole(state, Number(action));
      const difference = Math.max(...state.map((value, i) => Math.abs(value - states[step + 1][i])));
      assert.ok(difference < 1e-9, `step ${step + 1}: ${difference}`);
    }
    assert.is(hasFallen(state), terminated);
  });

test("the recorded episodes cover both ways to fall, and the time limit", () => {
  const ends = recorded.episodes.map(({ states }) => states[states.length - 1]);
  assert.ok(ends.some(([position]) => Math.abs(position) > 2.4));
  assert.ok(ends.some(([, , angle]) => Math.abs(angle) > 0.2095));
  assert.ok(recorded.episodes.some(({ truncated, reward }) => truncated && reward === 500));
});

test("the environment moves by the same dynamics and starts within 0.05 of rest", () => {
  const cart = new CartPole();
  const { observation } = cart.reset({ seed: 3 });
  assert.ok(observation.every((value) => Math.abs(value) <= 0.05 && value !== 0));
  const state = observation.slice();
  for (const action of [1, 0, 0, 1, 1]) {
    moveCartPole(state, action);
    const step = cart.step(action);
    assert.equal(step.observation, state);
    assert.is(step.reward, 1);
  }
});

test("balanced, an episode is cut off after 500 steps; unbalanced, it terminates", () => {
  const cart = new CartPole(1);
  for (const [gain, truncated] of [
    [1, true],
    [-1, false],
  ] as const) {
    const { observation: s } = cart.reset();
    let step = cart.step(1);
    let steps = 1;
    for (; !step.terminated && !step.truncated; steps++)
      step = cart.step(gain * (0.1 * s[0] + 0.5 * s[1] + 10 * s[2] + 2 * s[3]) > 0 ? 1 : 0);
    assert.is(step.truncated, truncated);
    assert.is(step.terminated, !truncated);
    assert.is(steps === 500, truncated);
    assert.throws(() => cart.step(0), /not running/);
  }
});

test("one seed, one sequence of episodes; a wrong action is refused", () => {
  const starts = (seed: number) => {
    const cart = new CartPole();
    return [cart.reset({ seed }).observation.slice(), cart.reset().observation.slice()];
  };
  assert.equal(starts(5), starts(5));
  assert.not.equal(starts(5), starts(6));
  assert.not.equal(starts(5)[0], starts(5)[1]);
  const cart = new CartPole();
  assert.throws(() => cart.step(0), /not running/);
  cart.reset();
  assert.throws(() => cart.step(2), /2 at action/);
});

test.run();
