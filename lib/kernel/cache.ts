import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Small facts kept from one session to the next below `node_modules/.cache/flashlab/`, one file a name. A fact holds
 * as long as the `basis` it was made from is the same. A folder that can't be written to costs time, nothing else.
 */
export class Cache<Fact> {
  private readonly folder: string;

  constructor(root: string, kind: string) {
    this.folder = join(root, "node_modules", ".cache", "flashlab", kind);
  }

  get(name: string, basis: string): Fact | undefined {
    try {
      const kept = JSON.parse(readFileSync(this.fileOf(name), "utf8"));
      return kept.basis === digest(basis) ? kept.fact : undefined;
    } catch {
      return undefined;
    }
  }

  set(name: string, basis: string, fact: Fact): void {
    const file = this.fileOf(name);
    // Several kernels may write at once: each file appears whole, by renaming.
    const draft = `${file}.${process.pid}`;
    try {
      mkdirSync(this.folder, { recursive: true });
      writeFileSync(draft, JSON.stringify({ basis: digest(basis), fact }));
      renameSync(draft, file);
    } catch {
      // Not kept.
    }
  }

  private fileOf(name: string): string {
    return join(this.folder, `${digest(name).slice(0, 24)}.json`);
  }
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
