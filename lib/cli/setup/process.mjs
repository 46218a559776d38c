import { spawn, spawnSync } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { ROOT } from "./project.mjs";

/** A step that can't be finished; `remedy` says what the reader can do, `log` where its output is kept. */
export class StepError extends Error {
  /** @param {string} message @param {{ remedy?: string, log?: string }} [detail] */
  constructor(message, { remedy, log } = {}) {
    super(message);
    this.remedy = remedy;
    this.log = log;
  }
}

/** Output of a short command, or undefined when it is missing or fails. */
export function ask(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: "utf8", timeout: 20_000, ...options });
  return result.status === 0 ? `${result.stdout}${result.stderr}`.trim() : undefined;
}

/**
 * Runs a command with its output appended to the log file; rejects with a StepError on a failure. A command that writes
 * nothing for `silence` seconds (where that is given) is ended.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ log: string, remedy?: string, cwd?: string, env?: NodeJS.ProcessEnv, silence?: number }} options
 * @returns {Promise<void>}
 */
export function run(command, args, { log, remedy, cwd = ROOT, env = process.env, silence }) {
  mkdirSync(dirname(log), { recursive: true });
  return new Promise((resolve, reject) => {
    const output = createWriteStream(log, { flags: "a" });
    output.write(`$ ${[command, ...args].join(" ")}\n`);
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      shell: process.platform === "win32" && command === "npm",
    });
    child.stdout.pipe(output, { end: false });
    child.stderr.pipe(output, { end: false });
    const watch = silence && setTimeout(() => child.kill(), silence * 1000);
    if (watch) for (const stream of [child.stdout, child.stderr]) stream.on("data", () => watch.refresh());
    child.on("error", (error) => output.end(() => reject(new StepError(error.message, { remedy, log }))));
    child.on("close", (code, signal) => {
      if (watch) clearTimeout(watch);
      output.end(() => {
        if (code === 0) resolve();
        else reject(new StepError(`${command} ended with ${signal ?? `status ${code}`}`, { remedy, log }));
      });
    });
  });
}

/** The last lines of a log file. */
export function tail(file, lines = 12) {
  try {
    return readFileSync(file, "utf8").trimEnd().split("\n").slice(-lines);
  } catch {
    return [];
  }
}
