import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { describeCpu, describeGpu, parseNvidiaSmi } from "../../lib/backend/hardware";
import { addonIn } from "../../lib/backend/native";

test("the processor is described by model and usable cores", () => {
  assert.match(describeCpu(), new RegExp(`^\\S.*, ${availableParallelism()} cores?$`));
});

test("nvidia-smi's table gives names and memory", () => {
  const gpus = parseNvidiaSmi("NVIDIA H100 80GB HBM3, 81559\nNVIDIA GeForce RTX 4090, 24564\n");
  assert.equal(gpus, [
    { name: "NVIDIA H100 80GB HBM3", memory: 81559 },
    { name: "NVIDIA GeForce RTX 4090", memory: 24564 },
  ]);
  assert.is(describeGpu(gpus[0]), "NVIDIA H100 80GB HBM3, 79.6 GiB");
});

test("a GPU whose memory the driver doesn't tell is named without it", () => {
  const gpus = parseNvidiaSmi("NVIDIA GB10, [N/A]\n");
  assert.equal(gpus, [{ name: "NVIDIA GB10", memory: 0 }]);
  assert.is(describeGpu(gpus[0]), "NVIDIA GB10");
});

test("a failure's text isn't taken for GPUs", () => {
  assert.equal(parseNvidiaSmi("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n"), []);
  assert.equal(parseNvidiaSmi(""), []);
});

test("an addon counts as built once its file is there", () => {
  const folder = mkdtempSync(join(tmpdir(), "flashlab-addon-"));
  try {
    assert.is(addonIn(folder)?.reason, "addon not built: run npm run setup");
    mkdirSync(join(folder, "lib", "napi-v8"), { recursive: true });
    assert.is(addonIn(folder)?.reason, "addon not built: run npm run setup");
    writeFileSync(join(folder, "lib", "napi-v8", "tfjs_binding.node"), "");
    assert.is(addonIn(folder), null);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.run();
