import { join } from "node:path";
import { Worker } from "node:worker_threads";

/**
 * Runs `start`, an Emscripten factory that makes its thread pool before it first yields, with a global `Worker` that
 * Node can start: the build's worker script is given as text, and without the process's own loader options (with
 * `--import tsx` every worker would load a TypeScript compiler). The global is put back before this function returns.
 */
export function withPoolWorkers<T>(folder: string, build: string, start: () => T): T {
  const { wasmWorkerContents } = require(join(folder, `${build}.worker.js`)) as { wasmWorkerContents: string };
  // The package writes the script inside a template literal, where its escaped line ends became real ones.
  const script = wasmWorkerContents.replace(/\n/g, "\\n");
  class PoolWorker extends Worker {
    constructor() {
      super(script, { eval: true, execArgv: [], name: build });
    }
  }
  const before = Object.getOwnPropertyDescriptor(globalThis, "Worker");
  // The factory assigns Node's own class to the global first: the setter lets that pass.
  Object.defineProperty(globalThis, "Worker", { configurable: true, get: () => PoolWorker, set: () => undefined });
  try {
    return start();
  } finally {
    if (before) Object.defineProperty(globalThis, "Worker", before);
    else delete (globalThis as { Worker?: unknown }).Worker;
  }
}
