import { test } from "uvu";
import * as assert from "uvu/assert";
import { createAdam } from "../../../../lib/strategy/agents/network/adam";

test("its first steps, worked by hand", () => {
  const adam = createAdam(2, 0);
  const parameters = Float32Array.of(1, -1);
  // The corrected moments of the first step are the gradient and its square: a step of the rate, whatever the size.
  assert.is(adam.step(parameters, Float32Array.of(3, -4), 0.1), 5);
  assert.ok(Math.abs(parameters[0] - 0.9) < 1e-6 && Math.abs(parameters[1] + 0.9) < 1e-6);
  // Then m = 0.9 · 0.3 + 0.1 · 1 = 0.37, v = 0.999 · 0.009 + 0.001 · 1 = 0.009991.
  adam.step(parameters, Float32Array.of(1, 0), 0.1);
  const step = (0.1 * (0.37 / (1 - 0.81))) / Math.sqrt(0.009991 / (1 - 0.999 ** 2));
  assert.ok(Math.abs(parameters[0] - (0.9 - step)) < 1e-6);
});

test("a long gradient is shortened, a short one not", () => {
  const [clipped, plain] = [createAdam(2, 1), createAdam(2, 1)];
  const one = new Float32Array(2);
  const other = new Float32Array(2);
  assert.is(clipped.step(one, Float32Array.of(30, 40), 1, 5), 50);
  plain.step(other, Float32Array.of(3, 4), 1, 5);
  assert.equal(one, other);
});

test("moments too small to matter become 0 instead of smaller and smaller", () => {
  const adam = createAdam(1);
  const parameters = Float32Array.of(1);
  adam.step(parameters, Float32Array.of(1e-3), 0.1);
  for (let i = 0; i < 2000; i++) adam.step(parameters, Float32Array.of(0), 0.1);
  const still = parameters[0];
  adam.step(parameters, Float32Array.of(0), 0.1);
  assert.is(parameters[0], still);
});

test("it finds the bottom of a bowl", () => {
  const adam = createAdam(3);
  const parameters = Float32Array.of(5, -3, 1);
  for (let i = 0; i < 3000; i++)
    adam.step(
      parameters,
      parameters.map((value, j) => (j + 1) * (value - j)),
      0.05 * (1 - i / 3000),
    );
  parameters.forEach((value, j) => {
    assert.ok(Math.abs(value - j) < 1e-3, `${value}`);
  });
});

test.run();
