import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { ConnectionInfo } from "./connection";
import { createGuardMemory, Guard } from "./guard";
import { log } from "./log";
import type { Message } from "./messages";
import { encode } from "./messages";
import type { Text } from "./texts";

/** What the main thread tells the second one. */
export type ToWire =
  | { kind: "send"; channel: "shell" | "iopub"; frames: Uint8Array[] }
  | { kind: "text"; text: Text }
  | { kind: "ready" }
  | { kind: "settle"; token: number }
  | { kind: "close" };

/** What the second thread tells the main one. */
export type FromWire =
  | { kind: "request"; message: Message }
  | { kind: "interrupt" }
  | { kind: "struck" }
  | { kind: "settled"; token: number }
  | { kind: "shutdown" };

export interface WireData {
  connection: ConnectionInfo;
  session: string;
  guardMemory: SharedArrayBuffer;
}

/** What the main thread does on the second thread's news. */
export interface LinkHandlers {
  onRequest(message: Message): void;
  /** Someone wishes to interrupt; see {@link Guard.takeWish}. */
  onInterrupt(): void;
  /** What ran was terminated. */
  onStruck(): void;
  onShutdown(): void;
}

/** The main thread's end of the line to the thread that holds the sockets (wire.ts). */
export class Link {
  readonly guard: Guard;
  private readonly worker: Worker;
  private readonly settling = new Map<number, () => void>();
  private tokens = 0;

  constructor(
    private readonly connection: ConnectionInfo,
    session: string,
    private readonly handlers: LinkHandlers,
  ) {
    const guardMemory = createGuardMemory();
    this.guard = new Guard(guardMemory);
    const workerData: WireData = { connection, session, guardMemory };
    this.worker = new Worker(join(__dirname, "worker.cjs"), { workerData, execArgv: [] });
    this.worker.on("message", (news: FromWire) => this.guard.protect(() => this.take(news)));
    this.worker.on("error", (error) => {
      log(`The kernel's sockets failed: ${error.stack}`);
      process.exit(1);
    });
  }

  /** Sends a message; it leaves at once, also while the main thread computes. */
  send(channel: "shell" | "iopub", message: Message): void {
    this.tell({ kind: "send", channel, frames: encode(message, this.connection.key) });
  }

  /** Sends text for a stream; it is joined with what follows within some milliseconds. */
  sendText(text: Text): void {
    this.tell({ kind: "text", text });
  }

  /** Tells that requests can be served from now on. */
  ready(): void {
    this.tell({ kind: "ready" });
  }

  /** Calls back when every request that has reached this machine by now has been handed to `onRequest`. */
  settle(done: () => void): void {
    this.tokens += 1;
    this.settling.set(this.tokens, done);
    this.tell({ kind: "settle", token: this.tokens });
  }

  /** Closes the sockets and waits, at most 2 seconds: a process that exits with open ones may abort. */
  close(): void {
    this.tell({ kind: "close" });
    this.guard.waitForClose(2000);
  }

  private tell(news: ToWire): void {
    this.worker.postMessage(news);
  }

  private take(news: FromWire): void {
    if (news.kind === "request") this.handlers.onRequest(news.message);
    else if (news.kind === "interrupt") this.handlers.onInterrupt();
    else if (news.kind === "struck") this.handlers.onStruck();
    else if (news.kind === "shutdown") this.handlers.onShutdown();
    else {
      const done = this.settling.get(news.token);
      this.settling.delete(news.token);
      done?.();
    }
  }
}
