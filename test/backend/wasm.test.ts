import { test } from "uvu";
import * as assert from "uvu/assert";
import { runCode } from "./child";

/** Multiplies matrices large enough to be shared out, and compares with plain JavaScript's in the same process. */
const CODE = `
  const { ready, tf, withBackend, availableBackends } = require("./lib/backend");
  const { createRandom } = require("./lib/random");
  const handlers = () => ["uncaughtException", "unhandledRejection"].map((event) => process.listenerCount(event));
  (async () => {
    const before = handlers();
    const report = await ready();
    const after = handlers();
    const random = createRandom(3);
    const draw = (...shape) => Float32Array.from({ length: shape[0] * shape[1] }, random.normal);
    const [a, b] = [draw(257, 190), draw(190, 301)];
    const multiply = () => tf.tidy(() => tf.matMul(tf.tensor2d(a, [257, 190]), tf.tensor2d(b, [190, 301])).dataSync());
    const ours = multiply();
    const theirs = await withBackend("cpu", multiply);
    const difference = ours.reduce((worst, value, i) => Math.max(worst, Math.abs(value - theirs[i])), 0);
    console.log(JSON.stringify({ device: report.device, before, after, difference, worker: typeof globalThis.Worker }));
  })();`;

for (const threads of [1, 2, 4])
  test(`WebAssembly with ${threads} thread${threads > 1 ? "s" : ""} computes, leaves the process's handlers alone and lets it end`, async () => {
    const ended = await runCode(CODE, { FLASHLAB_BACKEND: "wasm", FLASHLAB_WASM_THREADS: String(threads) });
    assert.is(ended.status, 0, ended.stderr);
    assert.is(ended.stderr, "");
    const { device, before, after, difference, worker } = JSON.parse(ended.stdout);
    assert.match(device, new RegExp(`SIMD, ${threads} thread${threads > 1 ? "s" : ""}$`));
    assert.equal(after, before);
    assert.is(worker, "undefined");
    // 190 products of normal numbers, summed in float32 in different orders: 190 · 2⁻²⁴ · max |aᵀb| < 1e-3.
    assert.ok(difference < 1e-3, `differs by ${difference}`);
  });

test("a thread count that can't be is refused with its place", async () => {
  const ended = await runCode(CODE, { FLASHLAB_BACKEND: "wasm", FLASHLAB_WASM_THREADS: "9" });
  assert.is(ended.status, 1);
  assert.match(ended.stderr, "expected a whole number from 1 to 8: 9 at environment variable FLASHLAB_WASM_THREADS");
});

test.run();
