import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { withLock } from "../../../lib/cli/setup/lock.mjs";

const locks = suite("set-up lock", { folder: "" });
locks.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), "flashlab-"));
});
locks.after.each(({ folder }) => rmSync(folder, { recursive: true }));

locks("two never work at once, and the lock is gone afterwards", async ({ folder }) => {
  const file = join(folder, "state", "lock");
  const order: string[] = [];
  const work = (name: string) => async () => {
    order.push(`${name} begins`);
    await new Promise((done) => setImmediate(done));
    order.push(`${name} ends`);
  };
  await Promise.all([withLock(file, () => undefined, work("a")), withLock(file, () => undefined, work("b"))]);
  assert.equal(order, ["a begins", "a ends", "b begins", "b ends"]);
  assert.not(existsSync(file));
});

locks("a dead process's lock is taken over", async ({ folder }) => {
  const file = join(folder, "lock");
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  writeFileSync(file, String(pid));
  assert.is(
    await withLock(
      file,
      () => undefined,
      async () => 42,
    ),
    42,
  );
});

locks("a failure frees it", async ({ folder }) => {
  const file = join(folder, "lock");
  try {
    await withLock(
      file,
      () => undefined,
      async () => {
        throw new Error("no");
      },
    );
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).message, "no");
  }
  assert.not(existsSync(file));
});

locks.run();
