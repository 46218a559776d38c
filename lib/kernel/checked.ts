import { statSync } from "node:fs";
import { join } from "node:path";
import type * as TypeScript from "@tslab/typescript-for-tslab";
import { Cache } from "./cache";

type Diagnose = (program: TypeScript.Program, files: TypeScript.SourceFile[]) => readonly TypeScript.Diagnostic[];

/** A source file as the compiler's watch mode holds it. */
type Versioned = TypeScript.SourceFile & { version?: string };

/**
 * Remembers which library files the compiler has checked without complaint, so that it need not check them again with
 * every cell that imports them, nor in the next session. When any of them changes all are forgotten, since the change
 * may break those that import it.
 */
export class CheckedFiles {
  private readonly cache: Cache<Record<string, string>>;
  private readonly basis: string;
  private versions: Record<string, string>;

  /** `root` is the project's root, `compiler` the compiler's version. */
  constructor(
    private readonly root: string,
    compiler: string,
  ) {
    const lock = statSync(join(root, "package-lock.json"), { throwIfNoEntry: false })?.mtimeMs;
    this.cache = new Cache(root, "checked");
    this.basis = `${compiler} ${lock}`;
    this.versions = this.cache.get(root, this.basis) ?? {};
  }

  /** Wraps the compiler's check of a cell (the first file) and of all that it imports. */
  wrap(diagnose: Diagnose): Diagnose {
    return (program, [cell, ...imported]) => {
      const unknown = this.unknown(imported);
      const found = diagnose(program, [cell, ...unknown]);
      if (unknown.length > 0 && found.every(({ file }) => !file || file === cell)) this.remember(unknown);
      return found;
    };
  }

  private unknown(files: Versioned[]): Versioned[] {
    const changed = files.some(({ fileName, version }) => (this.versions[fileName] ?? version) !== version);
    if (changed) this.versions = {};
    return files.filter(({ fileName, version }) => version === undefined || this.versions[fileName] !== version);
  }

  private remember(files: Versioned[]): void {
    for (const { fileName, version } of files) if (version !== undefined) this.versions[fileName] = version;
    this.cache.set(this.root, this.basis, this.versions);
  }
}
