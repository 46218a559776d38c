import { test } from "uvu";
import * as assert from "uvu/assert";
import { type KernelClient, startKernel } from "../../../lib/kernel/client";

let kernel: KernelClient;

test.before(async () => {
  kernel = await startKernel({ kernel: "tslab" });
});

test.after(() => kernel.shutdown());

test("eight hundred displays in one turn of the event loop: the cell ends, and the last state stands", async () => {
  const code = `import { progressBar } from "./lib/workbench/index";
const bar = progressBar("Fit");
for (let step = 0; step <= 800; step++) bar(step, 800, "step " + step);
console.log("printed after them");`;
  const { status, outputs } = await kernel.execute(code, { signal: AbortSignal.timeout(60_000) });
  assert.is(status, "ok");
  const shown = outputs.flatMap((output) => (output.output_type === "display_data" ? [output.data["text/plain"]] : []));
  assert.equal(shown, ["Fit: 100 % · step 800"]);
  const printed = outputs.flatMap((output) => (output.output_type === "stream" ? [output.text] : [])).join("");
  assert.match(printed, /printed after them/);
});

test.run();
