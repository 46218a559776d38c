import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, watch } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../../../lib/cli/project";

/** Runs TypeScript code in a process of its own. */
export function runCode(code: string, shell = ""): ChildProcess {
  const command = [process.execPath, "--import", "tsx", "-e", code].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  return spawn("/bin/sh", ["-c", `${shell} exec ${command.join(" ")}`], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** What a process printed, and how it ended. */
export function ended(child: ChildProcess): Promise<{ output: string; signal: string | null }> {
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (part: Buffer) => {
      output += part.toString();
    });
  return new Promise((resolve) => child.on("close", (_, signal) => resolve({ output, signal })));
}

/**
 * Runs code that writes `path` and kills it (SIGKILL) at the given number of changes in the path's folder: the unfinished
 * file appearing, growing, being put in place. Returns whether it was killed before it had ended by itself.
 */
export async function killedAt(path: string, changes: number, code: string): Promise<boolean> {
  const child = runCode(code);
  let seen = 0;
  const watcher = watch(dirname(path), () => {
    if (++seen === changes) child.kill("SIGKILL");
  });
  const { signal } = await ended(child);
  watcher.close();
  return signal === "SIGKILL";
}

/** SHA-256 over the names and bytes of a file or a folder's files. */
export function digestOf(path: string): string {
  const hash = createHash("sha256");
  const add = (each: string, name: string): void => {
    if (statSync(each).isDirectory())
      for (const entry of readdirSync(each).sort()) add(join(each, entry), `${name}/${entry}`);
    else hash.update(`${name}\0`).update(readFileSync(each));
  };
  if (!existsSync(path)) return "absent";
  add(path, "");
  return hash.digest("hex");
}
