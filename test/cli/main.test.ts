import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { COMMANDS } from "../../lib/cli/commands.mjs";
import { ROOT } from "../../lib/cli/project";
import packageJson from "../../package.json";

function main(...args: string[]) {
  return spawnSync(process.execPath, [join(ROOT, "lib", "cli", "main.mjs"), ...args], { encoding: "utf8" });
}

test("package.json has a script for every command, and no other", () => {
  assert.equal(Object.keys(packageJson.scripts).sort(), Object.keys(COMMANDS).sort());
});

test("every command explains itself, and does nothing else", () => {
  for (const [name, { usage, about }] of Object.entries(COMMANDS)) {
    const { status, stdout } = main(name, "--help");
    assert.is(status, 0, name);
    assert.ok(stdout.startsWith(usage), name);
    assert.ok(stdout.includes(about), name);
  }
});

test("without a notebook, run says how it is called and what else there is", () => {
  const { status, stdout } = main("run");
  assert.is(status, 2);
  assert.match(stdout, /NOTEBOOK[\s\S]*npm run doctor/);
});

test("an unknown command is named, with those that there are", () => {
  const { status, stdout, stderr } = main("lap");
  assert.is(status, 2);
  assert.match(stderr, /"lap"/);
  assert.match(stdout, /npm run lab/);
});

test.run();
