import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** A short digest of whatever a finished step depends on: texts, versions, file contents. */
export function digest(...parts) {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}

/** Whether the stamp file says that a step was finished with this fingerprint. */
export function isStamped(file, fingerprint) {
  try {
    return readFileSync(file, "utf8").trim() === fingerprint;
  } catch {
    return false;
  }
}

/** Written last, and whole or not at all: without it a step counts as half done. */
export function stamp(file, fingerprint) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, `${fingerprint}\n`);
  renameSync(`${file}.${process.pid}`, file);
}

/** Takes the mark away before a step begins to change things. */
export function unstamp(file) {
  rmSync(file, { force: true });
}
