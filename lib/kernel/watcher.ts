import { statSync } from "node:fs";
import { sep } from "node:path";

type Callback = (fileName: string, eventKind: number, modifiedTime?: Date) => void;

/** The compiler's own numbers for what happened to a file. */
const CREATED = 0;
const CHANGED = 1;
const DELETED = 2;

interface Watched {
  callbacks: Set<Callback>;
  /** Milliseconds since 1970; 0 where there is no such file. */
  modified: number;
}

/**
 * Tells the compiler which of the project's files have changed, when asked and not by events: so a cell that runs
 * right after a save sees the saved file, and thousands of packages' files need no watch.
 */
export class Watcher {
  private readonly files = new Map<string, Watched>();

  /** Watches a file; packages are taken as unchanging. */
  readonly watchFile = (path: string, callback: Callback): { close(): void } => {
    if (path.includes(`${sep}node_modules${sep}`) || path.includes("/node_modules/")) return { close: () => undefined };
    const watched = this.files.get(path) ?? { callbacks: new Set(), modified: modified(path) };
    this.files.set(path, watched);
    watched.callbacks.add(callback);
    return {
      close: () => {
        watched.callbacks.delete(callback);
        if (watched.callbacks.size === 0) this.files.delete(path);
      },
    };
  };

  /** Watches no folder: when an import finds no file, the language makes a new converter, which looks again. */
  readonly watchDirectory = (): { close(): void } => ({ close: () => undefined });

  /** Looks at every watched file and tells of those that changed since the last look. */
  look(): void {
    for (const [path, watched] of [...this.files]) {
      const now = modified(path);
      if (now === watched.modified) continue;
      const kind = now === 0 ? DELETED : watched.modified === 0 ? CREATED : CHANGED;
      watched.modified = now;
      for (const callback of [...watched.callbacks]) callback(path, kind);
    }
  }
}

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
