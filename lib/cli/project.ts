import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";

/** The project's root folder. */
export const ROOT = resolve(__dirname, "..", "..");

/** Where notebooks are kept, without outputs. */
export const NOTEBOOKS = join(ROOT, "notebooks");

/** Where executed notebooks and the report are written; ignored by git. */
export const REPORTS = join(ROOT, "reports");

/** Executed notebooks, one file each. */
export const EXECUTED = join(REPORTS, "executed");

/** The virtual environment's folder of programs (`python`, `jupyter`). */
export const VENV_BIN = join(ROOT, ".venv", process.platform === "win32" ? "Scripts" : "bin");

/** The commit that is checked out, with "+ changes" where files differ from it; undefined outside a git checkout. */
export function commit(): string | undefined {
  const git = (...args: string[]) => spawnSync("git", args, { cwd: ROOT, encoding: "utf8" });
  const head = git("rev-parse", "--short=12", "HEAD");
  if (head.status !== 0) return undefined;
  const changed = git("status", "--porcelain", "--untracked-files=no").stdout.trim() !== "";
  return head.stdout.trim() + (changed ? " + changes" : "");
}
