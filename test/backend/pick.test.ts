import { test } from "uvu";
import * as assert from "uvu/assert";
import { availableBackends, BACKENDS, type BackendReport, backendReport, ready, tf } from "../../lib/backend";
import { hasNvidiaDriver } from "../../lib/backend/hardware";
import { InputError } from "../../lib/errors";
import { provenance } from "../../lib/provenance";
import { type Ended, runCode } from "./child";
import { vulkanEnvironment } from "./vulkan";

/** Asks for a backend by name in a fresh process, computes a little there, and prints the report. */
const ASK = `
  const { ready, tf } = require("./lib/backend");
  const { provenance } = require("./lib/provenance");
  ready().then(async (report) => {
    const product = await tf.matMul(tf.ones([300, 200]), tf.fill([200, 100], 0.5)).sum().data();
    console.log(JSON.stringify({ report, provenance: provenance(), product: product[0] }));
  }, (error) => { console.log(JSON.stringify({ name: error.name, message: error.message })); process.exitCode = 3; });`;

function answer({ stdout, stderr }: Ended) {
  assert.ok(stdout.startsWith("{"), `${stdout}${stderr}`);
  return JSON.parse(stdout);
}

/** Standard error without the two lines that TensorFlow's library writes as it is loaded, before any level is read. */
function noise({ stderr }: Ended): string {
  return stderr
    .replace(/^WARNING: All log messages before absl.*\n/m, "")
    .replace(/^I0000 .*oneDNN custom operations.*\n/m, "");
}

test("the best backend that the machine has is taken, with a reason for each better one", async () => {
  const ended = await runCode(ASK);
  const {
    report,
    provenance: noted,
    product,
  } = answer(ended) as {
    report: BackendReport;
    provenance: Record<string, unknown>;
    product: number;
  };
  assert.is(ended.status, 0);
  assert.is(noise(ended), "");
  assert.is(product, 300 * 200 * 100 * 0.5);
  assert.is(noted.backend, report.name);
  const better = BACKENDS.slice(0, BACKENDS.indexOf(report.name));
  assert.equal(
    report.why.map((line) => line.split(": ")[0]),
    better,
  );
  for (const line of report.why) assert.match(line, /^[a-z-]+: .{5,}/);
  const available = (await availableBackends()).find(({ available }) => available);
  assert.is(report.name, available?.name);
});

test("each backend can be asked for by FLASHLAB_BACKEND, computes, says nothing on stderr and ends cleanly", async () => {
  for (const backend of await availableBackends()) {
    if (!backend.available) continue;
    const ended = await runCode(ASK, { ...vulkanEnvironment(), FLASHLAB_BACKEND: backend.name });
    const { report, product } = answer(ended);
    assert.is(ended.status, 0, ended.stderr);
    assert.is(noise(ended), "");
    assert.is(report.name, backend.name);
    assert.equal(report.why, []);
    assert.is(product, 300 * 200 * 100 * 0.5);
    assert.is(report.versions.node, process.versions.node);
    assert.match(report.versions.tfjs, /^\d+\.\d+\.\d+$/);
  }
});

test("a backend that can't be had is an EnvironmentError that says why and what to do", async () => {
  const absent = hasNvidiaDriver() ? [] : [{ FLASHLAB_BACKEND: "tensorflow-cuda" }];
  const noVulkan = {
    FLASHLAB_BACKEND: "webgpu",
    VK_ICD_FILENAMES: "/nonexistent.json",
    VK_DRIVER_FILES: "/nonexistent.json",
  };
  for (const environment of [...absent, noVulkan]) {
    const ended = await runCode(ASK, environment);
    const { name, message } = answer(ended);
    assert.is(ended.status, 3);
    assert.is(name, "EnvironmentError");
    assert.match(
      message,
      new RegExp(`^backend ${environment.FLASHLAB_BACKEND} can't be used: no .+\\. Install .+\\.$`),
    );
  }
});

test("an unknown name in FLASHLAB_BACKEND is refused with the names that exist", async () => {
  const { name, message } = answer(await runCode(ASK, { FLASHLAB_BACKEND: "cuda" }));
  assert.is(name, "InputError");
  assert.match(message, '"cuda" at environment variable FLASHLAB_BACKEND');
  assert.match(message, "tensorflow-cuda, tensorflow, webgpu, wasm, cpu");
});

test("ready is idempotent, and a second, different wish is refused", async () => {
  const [first, second] = await Promise.all([ready(), ready()]);
  assert.is(first.name, second.name);
  assert.is((await ready({ backend: first.name })).name, first.name);
  const other = BACKENDS.find((name) => name !== first.name);
  try {
    await ready({ backend: other });
    assert.unreachable();
  } catch (error) {
    assert.instance(error, InputError);
  }
  assert.is(provenance().backend, first.name);
  assert.is(provenance().device, first.device);
});

test("the report counts tensors and bytes as they are now", async () => {
  await ready();
  const before = backendReport().memory;
  const kept = tf.zeros([10, 25]);
  const after = backendReport().memory;
  kept.dispose();
  assert.is(after.tensors - before.tensors, 1);
  assert.is(after.tensorBytes - before.tensorBytes, 1000);
  assert.ok(after.processBytes > after.heapBytes && after.heapBytes > 1e6);
});

test.run();
