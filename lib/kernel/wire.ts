import { parentPort, workerData } from "node:worker_threads";
import { Reply, Router, type Socket, XPublisher } from "zeromq";
import { type Channel, endpoint } from "./connection";
import { answerControl } from "./control";
import { GuardWatch } from "./guard";
import { kernelInfo } from "./info";
import { Interrupter } from "./interrupter";
import type { FromWire, ToWire, WireData } from "./link";
import { log } from "./log";
import { type Content, createMessage, decode, encode, type Message } from "./messages";
import { type Text, Texts } from "./texts";

/**
 * The second thread: it holds all sockets, so that heartbeat, control requests and outputs move while a cell computes.
 * It verifies and decodes; shell requests go to the main thread in the order in which they came.
 */
export function startWire(): void {
  void new Wire(workerData as WireData).start();
}

/** Milliseconds that the main thread gets to end by itself. */
const SHUTDOWN_PATIENCE = 3000;

export class Wire {
  private readonly shell = new Router({ linger: 1000 });
  private readonly control = new Router({ linger: 1000 });
  private readonly stdin = new Router({ linger: 0 });
  private readonly heartbeat = new Reply({ linger: 0 });
  private readonly iopub = new XPublisher({ linger: 1000, sendHighWaterMark: 0, verbosity: "allSubs" });
  private readonly guard: GuardWatch;
  private readonly interrupter: Interrupter;
  private readonly texts = new Texts((text) => this.publishText(text));
  private mainReady = false;
  private parentWatch?: NodeJS.Timeout;

  constructor(private readonly data: WireData) {
    this.guard = new GuardWatch(data.guardMemory);
    this.interrupter = new Interrupter(this.guard, () => this.tell({ kind: "struck" }));
  }

  async start(): Promise<void> {
    const sockets: [Channel, Socket & { bind(address: string): Promise<void> }][] = [
      ["shell", this.shell],
      ["control", this.control],
      ["stdin", this.stdin],
      ["hb", this.heartbeat],
      ["iopub", this.iopub],
    ];
    await Promise.all(sockets.map(([channel, socket]) => socket.bind(endpoint(this.data.connection, channel))));
    parentPort?.on("message", (news: ToWire) => this.take(news));
    void this.beat();
    void this.welcome();
    void this.read(this.control, (message) => this.onControl(message));
    void this.read(this.shell, (message) => this.onShell(message));
    this.watchParent();
  }

  private take(news: ToWire): void {
    if (news.kind === "text") this.texts.add(news.text);
    else if (news.kind === "send") this.send(news.channel, news.frames);
    else if (news.kind === "ready") this.mainReady = true;
    else if (news.kind === "close") this.close();
    else this.afterPoll(() => this.tell({ kind: "settled", token: news.token }));
  }

  private send(channel: "shell" | "control" | "iopub", frames: Uint8Array[]): void {
    if (channel === "iopub") this.texts.flush();
    if (!this[channel].closed) void this[channel].send(frames);
  }

  private async beat(): Promise<void> {
    for await (const frames of this.heartbeat) await this.heartbeat.send(frames);
  }

  /**
   * Greets each new subscriber, so that it knows that outputs reach it from now on (protocol 5.4). Nothing is published
   * before there is a request, so that the greeting comes first; also no status "starting", which nobody could hear.
   */
  private async welcome(): Promise<void> {
    for await (const [frame] of this.iopub) {
      if (frame[0] !== 1) continue;
      const topic = frame.subarray(1);
      this.publish("iopub_welcome", { subscription: topic.toString() }, undefined, [topic]);
    }
  }

  private async read(socket: Router, onMessage: (message: Message) => void): Promise<void> {
    for await (const frames of socket) {
      try {
        onMessage(decode(frames, this.data.connection.key));
      } catch (error) {
        log(`A message was dropped: ${(error as Error).message}`);
      }
    }
  }

  private onShell(message: Message): void {
    // The main thread still loads the compiler: what the kernel is can be told without it.
    if (!this.mainReady && message.header.msg_type === "kernel_info_request") {
      this.answer("shell", message, "kernel_info_reply", kernelInfo());
    } else this.tell({ kind: "request", message });
  }

  private onControl(message: Message): void {
    const answer = answerControl(message);
    if (!answer) {
      log(`An unknown request came on the control channel: ${message.header.msg_type}`);
      return;
    }
    if (answer.action === "interrupt") {
      this.interrupter.interrupt();
      this.tell({ kind: "interrupt" });
    }
    this.answer("control", message, answer.type, answer.content);
    if (answer.action === "shutdown") {
      this.publish(answer.type, answer.content, message);
      this.tell({ kind: "shutdown" });
      setTimeout(() => this.kill(), SHUTDOWN_PATIENCE);
    }
  }

  private answer(channel: "shell" | "control", request: Message, type: string, content: Content): void {
    this.publish("status", { execution_state: "busy" }, request);
    const reply = createMessage(this.data.session, type, content, request, { identities: request.identities });
    this.send(channel, encode(reply, this.data.connection.key));
    this.publish("status", { execution_state: "idle" }, request);
  }

  private publish(type: string, content: Content, parent?: Message, topics?: Uint8Array[]): void {
    const identities = topics ?? [Buffer.from(type)];
    const message = createMessage(this.data.session, type, content, parent, { identities });
    this.send("iopub", encode(message, this.data.connection.key));
  }

  private publishText({ parent, name, text }: Text): void {
    const message = createMessage(this.data.session, "stream", { name, text }, undefined, {
      identities: [Buffer.from(`stream.${name}`)],
    });
    if (!this.iopub.closed) void this.iopub.send(encode({ ...message, parent }, this.data.connection.key));
  }

  /** Calls back once what the sockets have received by now has been read. */
  private afterPoll(done: () => void): void {
    setImmediate(() => setImmediate(done));
  }

  /** Ends the kernel with the process that started it. */
  private watchParent(): void {
    const parent = process.ppid;
    this.parentWatch = setInterval(() => {
      if (process.ppid !== parent) this.kill();
    }, 1000);
  }

  private kill(): void {
    this.close();
    process.kill(process.pid, "SIGKILL");
  }

  private close(): void {
    clearInterval(this.parentWatch);
    this.texts.flush();
    this.interrupter.stop();
    for (const socket of [this.shell, this.control, this.stdin, this.heartbeat, this.iopub]) socket.close();
    this.guard.announceClose();
  }

  private tell(news: FromWire): void {
    parentPort?.postMessage(news);
  }
}
