import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { tail } from "./process.mjs";
import { STATE } from "./project.mjs";
import { isStamped, stamp, unstamp } from "./stamp.mjs";

/**
 * Carries out steps, each as soon as those it names in `after` are done, and says what came of it.
 *
 * A step is `{ name, title, required?, after?, unavailable?(), stamp, fingerprint(), present(), run({ log }) }`. It is
 * done when its stamp, written last, carries the fingerprint of what it was made from and its result is present.
 * `unavailable()` says what the machine lacks for it: `{ why, lost, remedy }`. Returns `{ ok, changed, results }`; `ok`
 * is false when a required step failed.
 */
export async function perform(steps, write) {
  const started = performance.now();
  write("Setting up Flashlab (only what isn't done yet)");
  mkdirSync(STATE, { recursive: true });
  const running = new Map();
  for (const step of steps) running.set(step.name, perStep(step, running, write));
  const results = await Promise.all(running.values());
  const failed = results.filter((result) => result.state === "failed");
  const lost = results.filter((result) => result.state === "lost");
  for (const { step, error } of failed) explain(step, error, write);
  for (const { step, note } of lost) {
    write(`\nwithout ${step.name}: ${note.why}`);
    write(`  lost: ${note.lost}`);
    write(`  remedy: ${note.remedy}`);
  }
  const ok = !failed.some(({ step }) => step.required);
  write(
    `Set-up ${ok ? (failed.length + lost.length > 0 ? "done with what works" : "done") : "failed"} in ${seconds(started)}\n`,
  );
  return { ok, changed: results.some((result) => result.state === "done"), results };
}

async function perStep(step, running, write) {
  const say = (mark, text) => write(`  ${mark} ${step.name.padEnd(9)} ${text}`);
  const needed = await Promise.all((step.after ?? []).map((name) => running.get(name)));
  const missing = needed.find((result) => result.state !== "done" && result.state !== "kept");
  if (missing) {
    say("-", `left out: it needs ${missing.step.name}`);
    return { step, state: "skipped" };
  }
  const started = performance.now();
  const log = join(STATE, `${step.name}.log`);
  try {
    const note = step.unavailable?.();
    if (note) {
      say("-", note.why);
      return { step, state: "lost", note };
    }
    if (isDone(step)) {
      say("✓", `${step.title}: already done`);
      return { step, state: "kept" };
    }
    say("…", step.title);
    rmSync(log, { force: true });
    unstamp(step.stamp);
    await step.run({ log });
    stamp(step.stamp, step.fingerprint());
    say("✓", seconds(started));
    return { step, state: "done" };
  } catch (error) {
    say("✗", `failed after ${seconds(started)}`);
    return { step, state: "failed", error };
  }
}

/** Whether nothing is left to do: every step is done, or out of this machine's reach. */
export function isSettled(steps) {
  const outOfReach = (step) =>
    Boolean(step.unavailable?.()) ||
    (step.after ?? []).some((name) => outOfReach(steps.find((other) => other.name === name)));
  return steps.every((step) => outOfReach(step) || isDone(step));
}

function isDone(step) {
  try {
    return step.present() && isStamped(step.stamp, step.fingerprint());
  } catch {
    return false;
  }
}

function explain(step, error, write) {
  write(`\n${step.name} failed: ${error.message}`);
  const log = error.log ?? join(STATE, `${step.name}.log`);
  const lines = tail(log);
  for (const line of lines) write(`  | ${line}`);
  if (lines.length > 0) write(`  log: ${log}`);
  write(`  remedy: ${error.remedy ?? "Read the log, mend what it names, and run npm run setup again."}`);
}

function seconds(started) {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}
