import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { startKernel } from "../../lib/kernel/client";
import { installKernelSpec, KERNEL_NAME } from "../../lib/kernel/install.mjs";

const projectRoot = resolve(__dirname, "../..");

test("the kernelspec names absolute paths, and is written twice without harm", () => {
  const prefix = mkdtempSync(join(tmpdir(), "flashlab-prefix-"));
  for (let time = 0; time < 2; time++) installKernelSpec({ prefix, projectRoot, nodePath: process.execPath });
  const folder = join(prefix, "share", "jupyter", "kernels", KERNEL_NAME);
  const spec = JSON.parse(readFileSync(join(folder, "kernel.json"), "utf8"));
  assert.is(spec.argv[0], process.execPath);
  assert.ok(existsSync(spec.argv.find((part: string) => part.endsWith("main.cjs"))));
  assert.equal(
    [spec.display_name, spec.language, spec.interrupt_mode],
    ["TypeScript (tslab)", "typescript", "message"],
  );
  assert.ok(existsSync(join(folder, "logo-svg.svg")));
  rmSync(prefix, { recursive: true });
});

test("a kernel that can't start is an error with what it wrote", async () => {
  await startKernel({ env: { NODE_OPTIONS: "--require ./missing-file.js" } }).then(
    () => assert.unreachable(),
    (error) => {
      assert.is(error.name, "EnvironmentError");
      assert.match(error.message, /the kernel died[\s\S]*missing-file\.js/);
    },
  );
});

test("a kernel that dies fails its cell, with what it wrote, and what is asked later", async () => {
  const kernel = await startKernel();
  const dies = kernel.execute('require("fs").writeSync(2, "last words\\n"); process.kill(process.pid, "SIGKILL");');
  await dies.then(
    () => assert.unreachable(),
    (error) => assert.match(error.message, /the kernel died \(signal SIGKILL\)[\s\S]*last words/),
  );
  await kernel.execute("1").then(
    () => assert.unreachable(),
    (error) => assert.is(error.name, "EnvironmentError"),
  );
});

test("process.exit in a cell ends the kernel in order; its last text arrives", async () => {
  const kernel = await startKernel();
  let said = "";
  const exits = kernel.execute('console.log("good bye"); process.exit(3);', {
    onOutput: (output) => {
      said += output.output_type === "stream" ? output.text : "";
    },
  });
  await exits.then(
    () => assert.unreachable(),
    (error) => assert.match(error.message, "exit status 3"),
  );
  assert.is(said, "good bye\n");
});

test("shutdown ends the process with status 0, twice without harm", async () => {
  const kernel = await startKernel();
  await kernel.shutdown();
  await kernel.shutdown();
  assert.throws(() => process.kill(kernel.processId!, 0), /ESRCH/);
});

test.run();
