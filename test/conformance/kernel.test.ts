import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { installKernelSpec } from "../../lib/kernel/install.mjs";

const projectRoot = resolve(__dirname, "../..");
const python = [".venv-test", ".venv"].map((name) => join(projectRoot, name, "bin", "python")).find(existsSync);

/** The tests of jupyter_kernel_test 0.7.0: twelve of a kernel's answers, one of its greeting on IOPub. */
const EXPECTED_RUN = 13;

interface Summary {
  run: number;
  failed: number;
  errors: number;
  skipped: number;
  details: string[];
}

test("the kernel passes Jupyter's conformance suite, with every test enabled", () => {
  if (!python) {
    console.log("skipped: no Python environment; `npm run setup` makes it");
    return;
  }
  const prefix = mkdtempSync(join(tmpdir(), "flashlab-conformance-"));
  try {
    installKernelSpec({ prefix, projectRoot, nodePath: process.execPath });
    const env = { ...process.env, JUPYTER_PATH: join(prefix, "share", "jupyter") };
    const child = spawnSync(python, [join(__dirname, "kernel_suite.py")], { env, encoding: "utf8", cwd: prefix });
    const line = child.stdout.trim().split("\n").at(-1) ?? "";
    assert.ok(line.startsWith("{"), `the suite did not finish:\n${child.stderr}`);
    const { run, failed, errors, skipped, details } = JSON.parse(line) as Summary;
    console.log(`jupyter_kernel_test: ${run} run, ${failed} failed, ${errors} errors, ${skipped} skipped`);
    assert.equal({ failed, errors, skipped }, { failed: 0, errors: 0, skipped: 0 }, details.join("\n"));
    assert.ok(run >= EXPECTED_RUN, `only ${run} tests ran, of ${EXPECTED_RUN}`);
  } finally {
    rmSync(prefix, { recursive: true, force: true });
  }
});

test.run();
