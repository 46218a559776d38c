import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/** One run of one side, in a process of its own. */
export interface Run {
  seconds: number;
  /** Processor seconds of the same stretch, all threads. */
  cpu: number;
  /** Largest resident memory of the process, in bytes. */
  peak: number;
  result: Record<string, number>;
}

const execute = promisify(execFile);

/** Runs a side: a program that prints a {@link Run} as JSON. */
export async function run(command: string, args: readonly string[]): Promise<Run> {
  const { stdout } = await execute(command, args, { maxBuffer: 1 << 26, env: { ...process.env, TZ: "UTC" } });
  return JSON.parse(stdout) as Run;
}

/** Runs our side, a script beside this one. */
export function ours(script: string, file: string): Promise<Run> {
  return run(process.execPath, ["--import", "tsx", join(__dirname, `${script}.ts`), file]);
}

/** Throws unless both sides counted the same and their sums agree to within rounding. */
export function requireEqual(ours: Run, peer: Run, name: string): void {
  for (const [key, value] of Object.entries(ours.result)) {
    const other = peer.result[key];
    if (!(Math.abs(value - other) <= 1e-9 * Math.max(1, Math.abs(value))))
      throw new Error(`the sides did different work: ${key} is ${value} here and ${other} with ${name}`);
  }
}
