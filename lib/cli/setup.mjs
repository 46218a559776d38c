// Set-up: everything that a bare clone lacks. Plain Node, because it runs before anything is installed.
import { join } from "node:path";
import { kernel, renderer } from "./setup/kernel.mjs";
import { withLock } from "./setup/lock.mjs";
import { addon, wheels } from "./setup/native.mjs";
import { packages } from "./setup/packages.mjs";
import { isSettled, perform } from "./setup/perform.mjs";
import { STATE } from "./setup/project.mjs";
import { jupyter, python } from "./setup/python.mjs";
import { chromium, conformance } from "./setup/testing.mjs";

/** In the order in which they are reported. */
const STEPS = [packages, python, jupyter, wheels, addon, kernel, renderer];
const TESTING = [conformance, chromium];

/**
 * Brings the project to a state in which every command works, doing only what isn't done yet. `testing` adds what only
 * the tests need; `quiet` says nothing where nothing is to do, but `remind` recalls what this machine goes without. See
 * `perform` for what is returned.
 */
export function setUp({
  quiet = false,
  remind = false,
  testing = false,
  write = (line) => process.stdout.write(`${line}\n`),
} = {}) {
  const steps = testing ? [...STEPS, ...TESTING] : STEPS;
  if (quiet && isSettled(steps)) {
    const notes = remind ? steps.map((step) => step.unavailable?.()).filter(Boolean) : [];
    for (const { why, lost } of notes) write(`Without ${lost}: ${why}`);
    return Promise.resolve({ ok: true, changed: false, results: [] });
  }
  return withLock(join(STATE, "lock"), write, () => perform(steps, write));
}
