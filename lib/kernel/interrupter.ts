import { Session } from "node:inspector";
import type { GuardWatch } from "./guard";
import { BEFORE_UNWINDING } from "./unwinding";

/** Milliseconds that the main thread gets to stop a waiting cell by itself. */
const PATIENCE = 100;

/**
 * Stops what the main thread runs, from the second thread. A cell that waits (for a timer, a file) is ended by the
 * main thread when it sees the wish. If it doesn't within {@link PATIENCE} ms it is in a loop: then V8 is told,
 * through the inspector, to terminate what runs; the thread's state and event loop live on.
 */
export class Interrupter {
  private session?: Session;
  private timer?: NodeJS.Timeout;

  /** `onStruck` is called each time code was terminated. */
  constructor(
    private readonly guard: GuardWatch,
    private readonly onStruck: () => void,
  ) {}

  interrupt(): void {
    this.guard.wish();
    this.timer ??= setInterval(() => this.look(), PATIENCE);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.session?.disconnect();
    this.session = undefined;
  }

  private look(): void {
    if (!this.guard.wanted) {
      clearInterval(this.timer);
      this.timer = undefined;
      return;
    }
    if (!this.guard.claim()) return;
    clearInterval(this.timer);
    this.timer = undefined;
    const session = this.connected();
    session.post("Runtime.evaluate", { expression: `globalThis[Symbol.for(${JSON.stringify(BEFORE_UNWINDING)})]()` });
    session.post("Runtime.terminateExecution", () => {
      this.guard.release();
      this.onStruck();
    });
  }

  private connected(): Session {
    if (!this.session) {
      this.session = new Session();
      this.session.connectToMainThread();
    }
    return this.session;
  }
}
