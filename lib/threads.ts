import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { EnvironmentError, requireInteger, throwIfAborted } from "./errors";

/**
 * What every thread does: made ready once with the input, it then does shares of jobs, each by its number.
 *
 * The other threads are given its source text, since in a cell of stock tslab there is no compiled file that a thread
 * could load. So it may use its parameters and the platform, and nothing from the file around it: what else it needs
 * comes as `tools`. The input is copied to each thread, but for SharedArrayBuffers and what WebAssembly shares: results
 * are written there.
 *
 * @param thread this thread's number, from 0, which is the caller's, up
 */
export type Work<Input, Job, Tools extends object = object> = (
  input: Input,
  thread: number,
  tools: Tools,
) => (job: Job, share: number) => void;

/** Threads that are ready for jobs. */
export interface Team<Job> {
  /** How many there are, the caller's own included. */
  readonly threads: number;
  /**
   * Does the shares 0 … shares − 1 of a job, each once, whichever thread is free; returns when all are done. Throws
   * what a share threw, and AbortedError once the signal says so; the shares begun are finished first.
   */
  run(job: Job, shares: number, onProgress?: (share: number) => void): Promise<void>;
}

/** Settings of {@link withThreads}. */
export interface ThreadOptions<Tools> {
  /** Threads, the caller's own included; as many as the machine has cores unless given. 1 starts none. */
  threads?: number;
  /** Classes and functions that the work uses and that, like it, use nothing from the file around them. */
  tools?: Tools;
  signal?: AbortSignal;
}

/** How many threads the machine runs at once. */
export const coreCount = availableParallelism;

/**
 * Starts threads, lets `body` run jobs on them and ends them, also where it throws. The caller's thread works too and
 * gives way to its events between shares; shares of some milliseconds keep all threads busy to the end.
 */
export async function withThreads<Input, Job, Result, Tools extends object = object>(
  work: Work<Input, Job, Tools>,
  input: Input,
  body: (team: Team<Job>) => Promise<Result>,
  options: ThreadOptions<Tools> = {},
): Promise<Result> {
  const threads = requireInteger(options.threads ?? coreCount(), "threads", 1);
  throwIfAborted(options.signal, "the work");
  const tools = options.tools ?? ({} as Tools);
  const next = new Int32Array(new SharedArrayBuffer(4));
  const code = source(work, tools);
  const others = Array.from({ length: threads - 1 }, (_, at) => new Other(code, { input, next, thread: at + 1 }));
  try {
    const own = work(input, 0, tools);
    return await body({
      threads,
      async run(job, shares, onProgress) {
        Atomics.store(next, 0, 0);
        // Nobody takes another share once one has failed.
        const stop = () => Atomics.store(next, 0, shares);
        const waits = others.map((other) => other.run({ job, shares }));
        const all = Promise.all(waits);
        all.catch(stop);
        try {
          for (let share = take(next); share < shares; share = take(next)) {
            own(job, share);
            onProgress?.(Math.min(1, Atomics.load(next, 0) / shares));
            await new Promise(setImmediate);
            throwIfAborted(options.signal, "the work");
          }
        } catch (error) {
          stop();
          await Promise.allSettled(waits);
          throw error;
        }
        await all;
      },
    });
  } finally {
    await Promise.all(others.map((other) => other.close()));
  }
}

const take = (next: Int32Array): number => Atomics.add(next, 0, 1);

/** Another thread: done with one job before it is given the next. */
class Other {
  private readonly worker: Worker;
  private settle: { resolve(): void; reject(error: Error): void } | undefined;
  private failure: Error | undefined;

  constructor(code: string, data: object) {
    this.worker = new Worker(code, { eval: true, execArgv: [], workerData: data });
    this.worker.on("message", () => this.settle?.resolve());
    this.worker.on("error", (cause) => {
      this.failure = new EnvironmentError(`a thread failed: ${cause.message}`, {
        cause,
        place: "threads",
        remedy: "Run it in one thread (threads: 1) to see where.",
      });
      this.settle?.reject(this.failure);
    });
    // Only a job under way keeps the process alive.
    this.worker.unref();
  }

  async run(message: { job: unknown; shares: number }): Promise<void> {
    if (this.failure) throw this.failure;
    this.worker.ref();
    try {
      await new Promise<void>((resolve, reject) => {
        this.settle = { resolve, reject };
        this.worker.postMessage(message);
      });
    } finally {
      this.worker.unref();
    }
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }
}

/** The whole program of another thread. */
function source(work: unknown, tools: object): string {
  const list = Object.entries(tools).map(([name, tool]) => `${JSON.stringify(name)}: (${tool})`);
  return `"use strict";
// What esbuild puts around functions to keep their names.
const __name = (value) => value;
const { parentPort, workerData: { input, next, thread } } = require("node:worker_threads");
const act = (${work})(input, thread, { ${list.join(", ")} });
parentPort.on("message", ({ job, shares }) => {
  for (let share = Atomics.add(next, 0, 1); share < shares; share = Atomics.add(next, 0, 1)) act(job, share);
  parentPort.postMessage("done");
});
`;
}
