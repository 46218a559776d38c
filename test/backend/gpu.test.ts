import { test } from "uvu";
import * as assert from "uvu/assert";
import { type BackendReport, measureMatmul, ready, withBackend } from "../../lib/backend";
import { hasNvidiaDriver, listNvidiaGpus } from "../../lib/backend/hardware";
import { check } from "./agreement";
import { runCode } from "./child";

const found = hasNvidiaDriver() && listNvidiaGpus().length > 0;
if (!found) console.log("skipped: no GPU");
const onGpu = found ? test : test.skip;

onGpu("TensorFlow takes the GPU and names it with its memory", async () => {
  const report = await ready();
  assert.is(report.name, "tensorflow-cuda", report.why.join("\n"));
  assert.equal(report.why, []);
  for (const { name } of listNvidiaGpus()) assert.match(report.device, name);
  assert.match(report.device, / GiB/);
});

onGpu("operations on the GPU agree with the oracles, forward and gradient", async () => {
  const findings = (await check("tensorflow-cuda")).filter(({ failure }) => failure === null);
  assert.equal(
    findings.filter(({ difference, tolerance }) => !(difference <= tolerance)),
    [],
  );
  assert.equal(
    findings.filter(({ leaked }) => leaked !== 0),
    [],
  );
});

onGpu("a large matrix product runs faster on the GPU than in WebAssembly", async () => {
  const gpu = await measureMatmul(2048, { backend: "tensorflow-cuda" });
  const wasm = await withBackend("wasm", () => measureMatmul(2048, { backend: "wasm", runs: 1, warmup: 0 }));
  console.log(`2048³: GPU ${gpu.gflops.toFixed(0)}, WebAssembly ${wasm.gflops.toFixed(0)} GFLOP/s`);
  assert.ok(gpu.gflops > wasm.gflops);
});

onGpu("the CPU can be asked for beside a GPU", async () => {
  const code = `require("./lib/backend").ready().then((report) => console.log(JSON.stringify(report)))`;
  const ended = await runCode(code, { FLASHLAB_BACKEND: "tensorflow" });
  assert.is(ended.status, 0, ended.stderr);
  assert.is((JSON.parse(ended.stdout) as BackendReport).name, "tensorflow");
});

test.run();
