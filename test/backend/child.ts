import { spawn } from "node:child_process";
import { join } from "node:path";

/** How a child process ended, and what it wrote. */
export interface Ended {
  status: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

const ROOT = join(__dirname, "..", "..");

/** Runs TypeScript code in a process of its own, in the project's root: one process settles on one backend. */
export function runCode(code: string, environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return run(["--input-type=commonjs", "--eval", code], environment);
}

/** Runs a TypeScript file in a process of its own. */
export function runFile(file: string, environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return run([file], environment);
}

function run(parameters: string[], environment: NodeJS.ProcessEnv): Promise<Ended> {
  const { FLASHLAB_BACKEND: _, ...inherited } = process.env;
  const child = spawn(process.execPath, ["--import", "tsx", ...parameters], {
    cwd: ROOT,
    env: { ...inherited, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status, signal) => resolve({ status, signal, stdout, stderr }));
  });
}
