import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { availableBackends, type BackendName, tf } from "../../lib/backend";
import { check, type Finding } from "./agreement";
import { runFile } from "./child";
import { vulkanEnvironment } from "./vulkan";

/**
 * What no backend does: TensorFlow.js doesn't sum the gradient of `matMul` over a batch that it has broadcast.
 * Models multiply a batch with one matrix by flattening the batch first.
 */
const GAPS = [
  "matMul of a batch with one matrix: gradient of input 1",
  "matMul of a batch with one matrix: gradient of input 2",
];

function assess(name: BackendName, findings: Finding[]): void {
  const failed = findings.filter(({ failure }) => failure !== null);
  assert.equal(
    failed.map((finding) => finding.check),
    GAPS,
    `${name} lacks: ${failed.map((f) => `${f.check} (${f.failure})`)}`,
  );
  const off = findings.filter(({ failure, difference, tolerance }) => failure === null && !(difference <= tolerance));
  assert.equal(off, [], `${name} differs from the oracle`);
  const leaks = findings.filter(({ failure, leaked }) => failure === null && leaked !== 0);
  assert.equal(leaks, [], `${name} leaves tensors behind`);
}

test("operations agree with float64 oracles on every backend of this process, forward and gradient, without leaks", async () => {
  const found = (await availableBackends()).filter(({ name, available }) => available && name !== "webgpu");
  assert.ok(found.length >= 2, "plain JavaScript and WebAssembly run everywhere");
  for (const { name } of found) assess(name, await check(name));
});

test("operations agree on WebGPU, and its process ends cleanly", async () => {
  const file = join(__dirname, "agreement.webgpu.ts");
  const ended = await runFile(file, { ...vulkanEnvironment(), FLASHLAB_BACKEND: "cpu" });
  assert.is(ended.signal, null, ended.stderr);
  assert.is(ended.status, 0, ended.stderr);
  const { webgpu, findings } = JSON.parse(ended.stdout);
  if (!webgpu.available) return console.log(`skipped: no WebGPU adapter (${webgpu.reason})`);
  console.log(`WebGPU on ${webgpu.device}`);
  assess("webgpu", findings);
});

test("the kernels that a backend lacks beside plain JavaScript's are these and no more", async () => {
  await availableBackends();
  const kernels = (engine: string) => new Set(tf.getKernelsForBackend(engine).map(({ kernelName }) => kernelName));
  const reference = kernels("cpu");
  const lacking = (engine: string) => [...reference].filter((kernel) => !kernels(engine).has(kernel)).sort();
  assert.equal(lacking("wasm"), WASM_LACKS);
  if (kernels("tensorflow").size > 0) assert.equal(lacking("tensorflow"), TENSORFLOW_LACKS);
});

const WASM_LACKS = [
  ...["Complex", "ComplexAbs", "DepthwiseConv2dNativeBackpropFilter", "DepthwiseConv2dNativeBackpropInput", "Draw"],
  ...[
    "Einsum",
    "FFT",
    "IFFT",
    "Imag",
    "RaggedGather",
    "RaggedRange",
    "RaggedTensorToTensor",
    "Real",
    "StaticRegexReplace",
  ],
];

const TENSORFLOW_LACKS = [
  ...[
    "BitwiseAnd",
    "DenseBincount",
    "Draw",
    "MaxPoolWithArgmax",
    "RaggedGather",
    "RaggedRange",
    "RaggedTensorToTensor",
  ],
  ...["RotateWithOffset", "SearchSorted", "SparseFillEmptyRows", "SparseReshape", "SparseSegmentMean"],
  ...["SparseSegmentSum", "StringNGrams", "StringSplit", "StringToHashBucketFast", "Transform"],
];

test.run();
