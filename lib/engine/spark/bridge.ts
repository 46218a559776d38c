import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { EnvironmentError } from "../../errors";
import type { OnProgress } from "../engine";

/** What the driver says of a failed request. */
export interface DriverError {
  kind: string;
  condition: string | null;
  /** The error's own words, and those of the errors that led to it. */
  said: string[];
}

/** A request that Spark refused or couldn't finish. */
export class Refusal extends Error {
  constructor(readonly error: DriverError) {
    super(error.said[0] ?? error.kind);
  }
}

/** The driver has ended; `memory` says that it, or the JVM, had too little. */
export class Loss extends EnvironmentError {
  constructor(
    problem: string,
    readonly memory: boolean,
  ) {
    super(problem, {
      place: "the driver of Spark",
      remedy: memory
        ? "Open another with openSpark() and more memory, or have the query keep fewer rows together."
        : "Open another with openSpark().",
    });
  }
}

interface Waiting {
  resolve(found: unknown): void;
  reject(error: unknown): void;
  onProgress?: OnProgress;
}

type Message = { id: number; ok?: unknown; error?: DriverError; progress?: number };

/**
 * The driver of a Spark application as a process of ours (`driver.py`), spoken to in lines of JSON. It has a process group of
 * its own, so that Ctrl-C reaches it through us alone, and ends by itself when this process does. It keeps this
 * process alive only while a request is under way.
 */
export class Bridge {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, Waiting>();
  private readonly gone: Promise<void>;
  private log = "";
  private count = 0;
  private ended = false;

  constructor(python: string, env: NodeJS.ProcessEnv) {
    this.child = spawn(python, [join(__dirname, "driver.py")], {
      env,
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
    const { stdin, stdout, stderr } = this.child;
    if (!stdin || !stdout || !stderr) throw new EnvironmentError("the driver's pipes can't be opened");
    stderr.on("data", (chunk: Buffer) => {
      this.log = (this.log + chunk.toString()).slice(-16_000);
    });
    stdin.on("error", () => undefined);
    createInterface({ input: stdout }).on("line", (line) => this.hear(JSON.parse(line) as Message));
    this.gone = new Promise((resolve) => {
      this.child.on("error", (error) => this.end(resolve, error.message));
      this.child.on("close", (code, signal) => this.end(resolve, `it ended with ${signal ?? `status ${code}`}`));
    });
    this.hold(false);
  }

  /** Sends a request and waits for its answer; rejects with a {@link Refusal}, or a {@link Loss} if Spark is gone. */
  ask(request: Record<string, unknown>, onProgress?: OnProgress): { id: number; answer: Promise<unknown> } {
    const id = this.count++;
    const answer = new Promise<unknown>((resolve, reject) => {
      if (this.ended) return reject(this.loss("it isn't running"));
      this.waiting.set(id, { resolve, reject, onProgress });
      this.hold(true);
      this.child.stdin?.write(`${JSON.stringify({ ...request, id, progress: onProgress !== undefined })}\n`);
    });
    return { id, answer };
  }

  /** Has Spark stop a request; its answer is then an error. */
  cancel(target: number): void {
    if (!this.ended) this.child.stdin?.write(`${JSON.stringify({ id: this.count++, op: "cancel", target })}\n`);
  }

  /** Ends the application; one that doesn't end in `patience` milliseconds is killed with all that it started. */
  async close(patience = 20_000): Promise<void> {
    this.child.stdin?.end();
    this.child.ref();
    const timer = setTimeout(() => this.kill(), patience);
    await this.gone;
    clearTimeout(timer);
  }

  private kill(): void {
    const { pid } = this.child;
    if (pid === undefined || this.ended) return;
    try {
      // The process group: Python, the JVM, and the workers of a local cluster.
      process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
    } catch {
      this.child.kill("SIGKILL");
    }
  }

  private hear({ id, ok, error, progress }: Message): void {
    const waiting = this.waiting.get(id);
    if (waiting === undefined) return;
    if (progress !== undefined) {
      waiting.onProgress?.(progress);
      return;
    }
    this.waiting.delete(id);
    this.hold(this.waiting.size > 0);
    if (error) waiting.reject(new Refusal(error));
    else waiting.resolve(ok);
  }

  /** Whether the driver and its pipes keep this process alive. */
  private hold(on: boolean): void {
    const { stdin, stdout, stderr } = this.child;
    for (const part of [this.child, stdin, stdout, stderr] as (ChildProcess | Socket | null)[])
      if (on) part?.ref();
      else part?.unref();
  }

  private end(resolve: () => void, how: string): void {
    this.ended = true;
    for (const { reject } of this.waiting.values()) reject(this.loss(how));
    this.waiting.clear();
    resolve();
  }

  private loss(how: string): Loss {
    const memory = /OutOfMemoryError|Cannot allocate memory|insufficient memory/i.test(this.log);
    const noise = /^(\{|\s+at |WARNING|Setting default|To adjust|Using Spark's)/;
    const lines = this.log.split("\n").filter((line) => line.trim() !== "" && !noise.test(line));
    const tail = lines.slice(-4).join(" | ").slice(-600);
    return new Loss(`Spark's driver is gone: ${how}${tail === "" ? "" : `; it last said: ${tail}`}`, memory);
  }
}
