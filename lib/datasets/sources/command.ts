import { spawn } from "node:child_process";
import { withLimit } from "./limits";

/** What a finished program left. */
export interface Finished {
  /** Exit status; null when it could not be started or was stopped. */
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end, or stops it after `seconds` or on `signal`. Never throws. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { seconds: number; signal?: AbortSignal; cwd?: string; onLine?: (line: string) => void },
): Promise<Finished> {
  const problem = `stopped after ${options.seconds} s`;
  const limit = withLimit(options.signal, options.seconds, problem);
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      signal: limit.signal,
      shell: process.platform === "win32" && program.endsWith(".cmd"),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let unfinished = "";
    const output = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output.stdout += text;
      const lines = (unfinished + text).split("\n");
      unfinished = lines.pop() ?? "";
      for (const line of lines) options.onLine?.(line);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      output.stderr += text;
    });
    child.on("error", (error) => {
      limit.release();
      const reason = limit.signal.aborted ? problem : error.message;
      resolve({ status: null, ...output, stderr: `${output.stderr}${reason}` });
    });
    child.on("close", (status) => {
      limit.release();
      resolve({ status, ...output });
    });
  });
}

/** The last lines of a program's complaint, without the noise of notices. */
export function lastWords(text: string, lines = 3): string {
  const kept = text.split("\n").filter((line) => line.trim() !== "" && !/^npm (warn|notice)/i.test(line));
  return kept.slice(-lines).join(" / ").slice(-400);
}
