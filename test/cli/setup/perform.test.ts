import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { isSettled, perform } from "../../../lib/cli/setup/perform.mjs";
import { StepError } from "../../../lib/cli/setup/process.mjs";

const setup = suite("set-up steps", { folder: "", ran: [] as string[], lines: [] as string[] });
setup.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), "flashlab-"));
  context.ran = [];
  context.lines = [];
});
setup.after.each(({ folder }) => rmSync(folder, { recursive: true }));

/** A step that makes a file, and whatever else is said of it. */
function step({ folder, ran }: { folder: string; ran: string[] }, name: string, rest: Record<string, unknown> = {}) {
  const made = join(folder, name);
  return {
    name,
    title: name,
    stamp: join(folder, `${name}.stamp`),
    fingerprint: () => "1",
    present: () => existsSync(made),
    run: async () => {
      ran.push(name);
      writeFileSync(made, "");
    },
    ...rest,
  };
}

setup("steps run once, after those they need, and not again", async (context) => {
  const steps = [step(context, "b", { after: ["a"] }), step(context, "a")].reverse();
  const write = (line: string) => context.lines.push(line);
  assert.not(isSettled(steps));
  const first = await perform(steps, write);
  assert.ok(first.ok && first.changed);
  assert.equal(context.ran, ["a", "b"]);
  assert.ok(isSettled(steps));
  const second = await perform(steps, write);
  assert.ok(second.ok && !second.changed);
  assert.equal(context.ran, ["a", "b"]);
});

setup("a half-done step is redone: its result without its stamp counts for nothing", async (context) => {
  const half = step(context, "half");
  writeFileSync(join(context.folder, "half"), "");
  await perform([half], () => undefined);
  assert.equal(context.ran, ["half"]);
});

setup("a step whose result is gone, or that was made from something else, is redone", async (context) => {
  const one = step(context, "one");
  await perform([one], () => undefined);
  rmSync(join(context.folder, "one"));
  await perform([one], () => undefined);
  await perform([{ ...one, fingerprint: () => "2" }], () => undefined);
  assert.equal(context.ran, ["one", "one", "one"]);
});

setup("a step that dies midway leaves no stamp", async (context) => {
  const ill = step(context, "ill", {
    run: async () => {
      writeFileSync(join(context.folder, "ill"), "");
      throw new StepError("the disk is full", { remedy: "Free some." });
    },
  });
  const { ok } = await perform([ill], (line: string) => context.lines.push(line));
  assert.ok(ok, "it was not required");
  assert.not(isSettled([ill]));
  const said = context.lines.join("\n");
  assert.match(said, /ill failed: the disk is full/);
  assert.match(said, /remedy: Free some\./);
});

setup("a required step's failure is the set-up's, and what needs it is left out", async (context) => {
  const run = async () => {
    throw new StepError("no");
  };
  const steps = [step(context, "ill", { required: true, run }), step(context, "next", { after: ["ill"] })];
  const { ok } = await perform(steps, (line: string) => context.lines.push(line));
  assert.not(ok);
  assert.equal(context.ran, []);
  assert.match(context.lines.join("\n"), /next\s+left out: it needs ill/);
});

setup("what the machine lacks is said with what is lost, and the rest goes on", async (context) => {
  const unavailable = () => ({ why: "no compiler", lost: "speed", remedy: "Install one." });
  const steps = [
    step(context, "addon", { unavailable }),
    step(context, "user", { after: ["addon"] }),
    step(context, "other"),
  ];
  const { ok } = await perform(steps, (line: string) => context.lines.push(line));
  assert.ok(ok);
  assert.equal(context.ran, ["other"]);
  assert.match(context.lines.join("\n"), /without addon: no compiler\n {2}lost: speed\n {2}remedy: Install one\./);
  assert.ok(isSettled(steps), "nothing more can be done here, so nothing is asked again");
});

setup.run();
