import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

/**
 * A Python peer: one process of `peers/NAME.py` for the whole benchmark, so that neither its start nor its imports are
 * timed. It reads one JSON request a line and answers one JSON line.
 */
export class Peer {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly lines: AsyncIterator<string>;
  private errors = "";

  constructor(python: string, name: string) {
    this.child = spawn(python, [join(__dirname, "peers", `${name}.py`)]);
    this.child.on("error", (error) => {
      this.errors += error.message;
    });
    this.child.stdin.on("error", () => undefined);
    this.child.stderr.on("data", (data) => {
      this.errors += data;
    });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  /** Sends a request and waits for its answer. Throws with what Python said where it ended instead. */
  async ask<Answer>(request: object): Promise<Answer> {
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`the Python peer ended (npm run bench -- --setup installs it): ${this.errors}`);
    return JSON.parse(value) as Answer;
  }

  close(): void {
    this.child.stdin.end();
  }
}
