import { test } from "uvu";
import * as assert from "uvu/assert";
import { availableBackends, BACKENDS, measureMatmul, ready, tf, withBackend } from "../../lib/backend";
import { EnvironmentError, InputError } from "../../lib/errors";

async function thrown(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  return null;
}

test("every backend is listed once, best first, with a device or a reason", async () => {
  const found = await availableBackends();
  assert.equal(
    found.map(({ name }) => name),
    [...BACKENDS],
  );
  for (const one of found) assert.ok((one.available ? one.device : one.reason).length > 5);
});

test("withBackend computes on the other backend and comes back, after an error too", async () => {
  await ready();
  const home = tf.getBackend();
  assert.is(await withBackend("cpu", () => tf.getBackend()), "cpu");
  assert.is(tf.getBackend(), home);
  const error = await thrown(() =>
    withBackend("wasm", () => {
      throw new RangeError("on purpose");
    }),
  );
  assert.instance(error, RangeError);
  assert.is(tf.getBackend(), home);
});

test("tensors follow from one backend to another and back", async () => {
  await ready();
  const before = tf.memory().numTensors;
  const x = tf.tensor1d([1, 2, 3]);
  const squared = await withBackend("wasm", () => tf.square(x));
  const doubled = await withBackend("cpu", () => tf.mul(squared, 2));
  const shifted = tf.add(doubled, x);
  assert.equal(Array.from(await shifted.data()), [3, 10, 21]);
  tf.dispose([x, squared, doubled, shifted]);
  assert.is(tf.memory().numTensors, before);
});

test("a backend that isn't there is an EnvironmentError", async () => {
  const absent = (await availableBackends()).find(({ available }) => !available);
  if (!absent) return;
  assert.instance(await thrown(() => withBackend(absent.name, () => 0)), EnvironmentError);
});

test("the matrix product's figures follow from its time, on every CPU backend, without leaks", async () => {
  await ready();
  const before = tf.memory().numTensors;
  for (const { name, available } of await availableBackends()) {
    if (!available || name === "webgpu") continue;
    const figures = await measureMatmul(64, { backend: name, runs: 4, warmup: 1 });
    assert.is(figures.backend, name);
    assert.is(figures.runs, 4);
    assert.ok(figures.milliseconds > 0);
    assert.ok(Math.abs(figures.gflops * figures.milliseconds * 1e6 - 2 * 64 ** 3) < 1);
  }
  assert.is(tf.memory().numTensors, before);
});

test("a size below 1 is refused", async () => {
  await ready();
  assert.instance(await thrown(() => measureMatmul(0)), InputError);
  assert.instance(await thrown(() => measureMatmul(8, { runs: 0 })), InputError);
});

test.run();
