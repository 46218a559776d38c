import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ROOT } from "../../lib/cli/project";

function check(script: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, "node_modules", script), ...args], {
    cwd: ROOT,
    encoding: "utf8",
  });
  return status === 0 ? "" : `${stdout}${stderr}`;
}

test("the code is formatted and free of lint", () => {
  assert.is(check("@biomejs/biome/bin/biome", "check", "--colors=off", "--error-on-warnings"), "");
});

test("lib and test are strict TypeScript", () => {
  assert.is(check("typescript/bin/tsc", "--noEmit", "--pretty", "false"), "");
});

test.run();
