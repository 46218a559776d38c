import { randomUUID } from "node:crypto";
import { AbortedError, EnvironmentError } from "../errors";
import { type ExecuteOptions, type Execution, toExecution } from "./client/execution";
import { type LaunchedKernel, type LaunchOptions, launch } from "./client/launch";
import { type DisplayIds, type Output, OutputRecorder } from "./client/outputs";
import { type ClientChannel, ClientWire } from "./client/wire";
import type { ConnectionInfo } from "./connection";
import { type Content, createMessage, type Message } from "./messages";

export type { ExecuteOptions, Execution } from "./client/execution";
export type { KernelName } from "./client/launch";
export type { DisplayOutput, ErrorOutput, Output, ResultOutput, StreamOutput } from "./client/outputs";
export type { Content, Message } from "./messages";

export interface KernelOptions extends LaunchOptions {
  /** Seconds within which the kernel has to answer; 60 unless given. */
  startTimeout?: number;
}

/** A comm that the kernel opened (a widget's model, say). */
export interface OpenedComm {
  id: string;
  target: string;
  /** The data it was opened with. */
  data: Content;
  metadata: Content;
  /** Messages that the kernel has sent on it since. */
  received: Message[];
  closed: boolean;
}

/** Milliseconds after which a cell that is to stop is told so again. */
const INTERRUPT_AGAIN = 1000;

interface Pending {
  recorder: OutputRecorder;
  onOutput?(output: Output): void;
  wantsReply: boolean;
  reply?: Message;
  idle: boolean;
  resolve(): void;
  reject(error: Error): void;
}

/**
 * Starts a kernel and returns a client to it once it answers on all channels.
 * @throws EnvironmentError if the kernel dies or stays silent; with the last lines it wrote.
 */
export async function startKernel(options: KernelOptions = {}): Promise<KernelClient> {
  const client = new KernelClient(await launch(options), options.kernel === "tslab");
  await client.waitUntilReady(options.startTimeout ?? 60);
  return client;
}

/** A connection to one running kernel. Make one with {@link startKernel}. */
export class KernelClient {
  /** The kernel's kernel_info_reply. */
  info: Content = {};
  /** Comms that the kernel has opened, by id. */
  readonly comms = new Map<string, OpenedComm>();
  /** Errors that came after their cell had ended: a timer's, or a rejection's that nobody awaited. */
  readonly lateErrors: Output[] = [];

  private readonly session = randomUUID();
  private readonly wire: ClientWire;
  private readonly displayIds: DisplayIds = new Map();
  private readonly pending = new Map<string, Pending>();
  private readonly recorders = new Map<string, OutputRecorder>();
  private death?: Error;
  private stopping = false;

  constructor(
    private readonly launched: LaunchedKernel,
    private readonly signalsOnly: boolean,
  ) {
    this.wire = new ClientWire(
      launched.connection,
      (channel, message) => this.take(channel, message),
      (error) => this.fail(error),
    );
    void launched.ended.then((end) => this.died(end));
  }

  /** The kernel's process id. */
  get processId(): number | undefined {
    return this.launched.process.pid;
  }

  /** Ports, address and key: for a second client of the same kernel. */
  get connection(): ConnectionInfo {
    return this.launched.connection;
  }

  /** Runs a cell; resolves when the kernel is idle again, whether the cell succeeded or not. */
  async execute(code: string, options: ExecuteOptions = {}): Promise<Execution> {
    const { silent = false, storeHistory = !silent, stopOnError = true, userExpressions = {}, signal } = options;
    if (signal?.aborted) throw new AbortedError("a cell was not started", { cause: signal.reason });
    let told = Promise.resolve();
    const interrupt = () => {
      told = this.interrupt().catch(() => undefined);
    };
    let again: NodeJS.Timeout | undefined;
    // The wish may overtake the cell, which then knows nothing of it: it is repeated until the cell has ended.
    const abort = () => {
      interrupt();
      again = setInterval(interrupt, INTERRUPT_AGAIN);
    };
    signal?.addEventListener("abort", abort, { once: true });
    const content = {
      code,
      silent,
      store_history: storeHistory,
      user_expressions: userExpressions,
      allow_stdin: false,
      stop_on_error: stopOnError,
    };
    try {
      const { reply, outputs } = await this.exchange("shell", "execute_request", content, options.onOutput);
      if (signal?.aborted) throw new AbortedError("a cell was stopped", { cause: signal.reason });
      return toExecution(reply.content, outputs);
    } finally {
      signal?.removeEventListener("abort", abort);
      clearInterval(again);
      // A wish that is still on its way must not meet the next cell.
      await told;
    }
  }

  /** Sends any request (complete_request, history_request, …) and resolves with the reply's content. */
  async request(type: string, content: Content = {}, channel: ClientChannel = "shell"): Promise<Content> {
    return (await this.exchange(channel, type, content)).reply.content;
  }

  /** Opens a comm from this side; resolves when the kernel has handled it. */
  async openComm(target: string, data: Content = {}, id: string = randomUUID()): Promise<string> {
    await this.send("shell", "comm_open", { comm_id: id, target_name: target, data }).done;
    return id;
  }

  /** Sends a comm message, as a moved slider does; resolves with the outputs made in its handling. */
  async sendComm(
    id: string,
    data: Content,
    options: { buffers?: Uint8Array[]; onOutput?(output: Output): void } = {},
  ): Promise<Output[]> {
    const { pending, done } = this.send("shell", "comm_msg", { comm_id: id, data }, options);
    await done;
    return pending.recorder.outputs;
  }

  /** Closes a comm. */
  async closeComm(id: string): Promise<void> {
    await this.send("shell", "comm_close", { comm_id: id, data: {} }).done;
  }

  /** Stops the running cell; the kernel's state lives on. */
  async interrupt(): Promise<void> {
    if (this.signalsOnly) this.launched.process.kill("SIGINT");
    else await this.request("interrupt_request", {}, "control");
  }

  /** Ends the kernel: asks, then after `grace` seconds kills. Doing it twice does no harm. */
  async shutdown(grace = 5): Promise<void> {
    if (this.stopping || this.death) return;
    this.stopping = true;
    void this.request("shutdown_request", { restart: false }, "control").catch(() => undefined);
    const patience = setTimeout(() => this.launched.process.kill("SIGKILL"), grace * 1000);
    await this.launched.ended;
    clearTimeout(patience);
  }

  /** Waits until the kernel answers and its outputs arrive. Called by {@link startKernel}. */
  async waitUntilReady(seconds: number): Promise<void> {
    const patience = setTimeout(() => {
      this.launched.process.kill("SIGKILL");
      this.fail(this.problem(`the kernel did not answer within ${seconds} s`));
    }, seconds * 1000);
    try {
      // A subscription may settle after the first reply: ask again until the kernel's "idle" comes too.
      for (let heard = false; !heard; ) {
        const { pending, done } = this.send("shell", "kernel_info_request", {}, { wantsReply: true });
        const nudge = new Promise<void>((next) => {
          const timer = setInterval(() => pending.reply && next(), 100);
          void done.then(next, next).finally(() => clearInterval(timer));
        });
        await Promise.race([done, nudge]);
        if (this.death) throw this.death;
        heard = pending.idle;
        this.info = pending.reply?.content ?? {};
      }
    } finally {
      clearTimeout(patience);
    }
  }

  private async exchange(channel: ClientChannel, type: string, content: Content, onOutput?: (output: Output) => void) {
    const { pending, done } = this.send(channel, type, content, { onOutput, wantsReply: true });
    await done;
    return { reply: pending.reply as Message, outputs: pending.recorder.outputs };
  }

  private send(
    channel: ClientChannel,
    type: string,
    content: Content,
    options: { onOutput?(output: Output): void; wantsReply?: boolean; buffers?: Uint8Array[] } = {},
  ): { pending: Pending; done: Promise<void> } {
    if (this.death) throw this.death;
    const message = createMessage(this.session, type, content, undefined, { buffers: options.buffers });
    const recorder = new OutputRecorder(this.displayIds);
    let pending: Pending | undefined;
    const done = new Promise<void>((resolve, reject) => {
      pending = {
        recorder,
        onOutput: options.onOutput,
        wantsReply: options.wantsReply ?? false,
        idle: false,
        resolve,
        reject,
      };
      this.pending.set(message.header.msg_id, pending);
    });
    this.recorders.set(message.header.msg_id, recorder);
    this.wire.send(channel, message).catch((error) => pending?.reject(error));
    return { pending: pending as unknown as Pending, done };
  }

  private take(channel: ClientChannel | "iopub", message: Message): void {
    const parentId = (message.parent as Message["header"]).msg_id;
    const pending = this.pending.get(parentId);
    if (channel !== "iopub") {
      if (pending) pending.reply = message;
    } else if (message.header.msg_type === "status") {
      if (pending && message.content.execution_state === "idle") pending.idle = true;
    } else {
      this.takeComm(message);
      const output = this.recorders.get(parentId)?.take(message);
      if (output) pending?.onOutput?.(output);
      if (output?.output_type === "error" && !pending) this.lateErrors.push(output);
    }
    if (pending?.idle && (pending.reply || !pending.wantsReply)) {
      this.pending.delete(parentId);
      pending.resolve();
    }
  }

  private takeComm(message: Message): void {
    const { content, header, metadata } = message;
    const id = String(content.comm_id);
    const comm = this.comms.get(id);
    if (header.msg_type === "comm_open") {
      const data = content.data as Content;
      this.comms.set(id, { id, target: String(content.target_name), data, metadata, received: [], closed: false });
    } else if (header.msg_type === "comm_msg") comm?.received.push(message);
    else if (header.msg_type === "comm_close" && comm) comm.closed = true;
  }

  private died(end: Awaited<LaunchedKernel["ended"]>): void {
    const how = end.error ? end.error.message : end.signal ? `signal ${end.signal}` : `exit status ${end.code}`;
    this.fail(this.stopping ? new AbortedError("the kernel was shut down") : this.problem(`the kernel died (${how})`));
    this.wire.close();
  }

  private problem(what: string): EnvironmentError {
    const tail = this.launched.tail();
    const remedy = tail ? `It last wrote:\n${tail}` : "It wrote nothing; start it by hand to see why.";
    return new EnvironmentError(what, { place: this.launched.command, remedy });
  }

  private fail(error: Error): void {
    this.death ??= error;
    for (const { reject } of this.pending.values()) reject(this.death);
    this.pending.clear();
  }
}
