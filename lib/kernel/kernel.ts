import { randomUUID } from "node:crypto";
import { complete, inspect, isComplete } from "./assistance";
import { type CellResult, runCell } from "./cell";
import { Comms } from "./comms";
import { readConnectionFile } from "./connection";
import { describeFailure } from "./failure";
import { History } from "./history";
import { provideHost } from "./host";
import { kernelInfo } from "./info";
import { Language } from "./language";
import { Link } from "./link";
import { log } from "./log";
import { type Content, createMessage, type Message } from "./messages";
import { Publisher } from "./publisher";
import { Queue } from "./queue";
import { type Outcome, Runner } from "./runner";
import type { Task } from "./task";
import { tameTimers } from "./timers";
import { type AsyncInternals, surviveUnwinding } from "./unwinding";

/** Runs a kernel in this process, in its working folder, on the sockets that the connection file names. */
export function startKernelProcess(connectionFile: string, internals: AsyncInternals): void {
  surviveUnwinding(internals);
  new Kernel(connectionFile).start();
}

class Kernel {
  private readonly session = randomUUID();
  private readonly link: Link;
  private readonly publisher: Publisher;
  private readonly comms: Comms;
  private readonly language: Language;
  private readonly runner: Runner;
  private readonly history = new History();
  private readonly queue = new Queue((message, done) => this.serve(message, done));
  private readonly onSignal = () => this.runner.interrupt();
  private executionCount = 0;

  constructor(connectionFile: string) {
    this.link = new Link(readConnectionFile(connectionFile), this.session, {
      onRequest: (message) => this.queue.add(message),
      onInterrupt: () => this.link.guard.takeWish() && this.runner.interrupt(),
      onStruck: () => {
        this.keepSignal();
        this.runner.interrupt();
      },
      onShutdown: () => this.exit(0),
    });
    const { guard } = this.link;
    this.publisher = new Publisher(this.link, this.session);
    this.comms = new Comms(this.publisher);
    this.language = new Language(process.cwd(), guard);
    this.runner = new Runner(
      guard,
      () => this.language.abandon(),
      (task, error) => this.publishError(task, error),
    );
  }

  start(): void {
    // The second thread answers what the kernel is while the compiler loads here.
    setImmediate(() => {
      this.language.warm();
      provideHost(this.publisher, this.comms);
      tameTimers();
      this.publisher.captureStreams();
      this.ownProcess();
      this.link.ready();
    });
  }

  /** Serves one shell request from its "busy" to its "idle". */
  private serve(message: Message, done: () => void): void {
    const { guard } = this.link;
    guard.protect(() => this.publisher.publish("status", { execution_state: "busy" }, message));
    const finish = () => {
      this.publisher.publish("status", { execution_state: "idle" }, message);
      done();
    };
    if (message.header.msg_type === "execute_request") this.serveCell(message, finish);
    else if (message.header.msg_type.startsWith("comm_") && message.header.msg_type !== "comm_info_request") {
      this.serveComm(message, finish);
    } else {
      guard.protect(() => this.serveQuestion(message));
      guard.protect(finish);
    }
  }

  private serveCell(message: Message, finish: () => void): void {
    const { code, silent = false, store_history = true, user_expressions = {} } = message.content;
    const task: Task = { parent: message, silent: !!silent, stopped: false, ended: false };
    const text = String(code);
    const counts = !silent && !!store_history;
    this.link.guard.protect(() => {
      if (counts) this.history.add(++this.executionCount, text);
      const input = { code: text, execution_count: this.executionCount };
      if (!silent) this.publisher.publish("execute_input", input, message);
    });
    const source = counts ? `cell [${this.executionCount}]` : "cell [ ]";
    const work = () => runCell(this.language, text, source, user_expressions as Record<string, string>);
    this.runner.run(task, work, (outcome) => this.answerCell(task, outcome, counts, finish));
  }

  private answerCell(task: Task, outcome: Outcome<CellResult>, counts: boolean, finish: () => void): void {
    const execution_count = this.executionCount;
    const { parent } = task;
    if ("value" in outcome) {
      const { data, user_expressions, payload } = outcome.value;
      if (data && !task.silent) {
        if (counts) this.history.setOutput(String(data["text/plain"] ?? ""));
        this.publisher.publish("execute_result", { execution_count, data, metadata: {} }, parent);
      }
      this.reply(parent, "execute_reply", { status: "ok", execution_count, user_expressions, payload });
      finish();
      return;
    }
    const failure = this.publishError(task, outcome.error);
    const content = { status: "error", execution_count, ...failure, user_expressions: {}, payload: [] };
    if (parent.content.stop_on_error === false) {
      this.reply(parent, "execute_reply", content);
      finish();
      return;
    }
    // Cells that have arrived by now are aborted; one sent by someone who has seen this reply is not.
    this.link.settle(() => {
      const aborted = this.queue.takeCells();
      this.reply(parent, "execute_reply", content);
      finish();
      for (const message of aborted) this.abort(message);
    });
  }

  private abort(message: Message): void {
    this.publisher.publish("status", { execution_state: "busy" }, message);
    this.reply(message, "execute_reply", { status: "aborted" });
    this.publisher.publish("status", { execution_state: "idle" }, message);
  }

  private serveComm(message: Message, finish: () => void): void {
    const task: Task = { parent: message, silent: false, stopped: false, ended: false };
    this.runner.run(
      task,
      () => this.comms.handle(message),
      (outcome) => {
        if ("error" in outcome) this.publishError(task, outcome.error);
        finish();
      },
    );
  }

  /** Answers a request that runs none of the user's code. */
  private serveQuestion(message: Message): void {
    const { content } = message;
    const type = message.header.msg_type.replace(/_request$/, "_reply");
    try {
      const answer = this.answerQuestion(message.header.msg_type, content);
      if (answer) this.reply(message, type, answer);
      else log(`The kernel knows no request of type ${message.header.msg_type}.`);
    } catch (error) {
      this.reply(message, type, { status: "error", ...describeFailure(error, this.language.positions) });
    }
  }

  private answerQuestion(type: string, content: Content): Content | undefined {
    switch (type) {
      case "kernel_info_request":
        return kernelInfo();
      case "complete_request":
        return complete(this.language, content);
      case "inspect_request":
        return inspect(this.language, content);
      case "is_complete_request":
        return isComplete(this.language, content);
      case "history_request":
        return this.history.reply(content);
      case "comm_info_request":
        return this.comms.info(content.target_name);
    }
    return undefined;
  }

  private reply(request: Message, type: string, content: Content): void {
    const { identities } = request;
    this.link.send("shell", createMessage(this.session, type, content, request, { identities }));
  }

  private publishError(task: Task | undefined, error: unknown): Content {
    const failure = { ...describeFailure(error, this.language.positions) };
    if (!task?.silent) this.publisher.publish("error", failure, task?.parent);
    return failure;
  }

  /** Signals, stray errors and exits of this process. */
  private ownProcess(): void {
    const stray = (error: unknown) => this.runner.takeStray(error);
    process.on("uncaughtException", stray);
    process.on("unhandledRejection", stray);
    this.keepSignal();
    process.on("SIGTERM", () => this.exit(0));
    const exit = process.exit.bind(process);
    process.exit = (code) => {
      this.link.close();
      return exit(code);
    };
  }

  /** Listens for SIGINT, again after a strike: Node takes listeners away while a cell's first stretch runs. */
  private keepSignal(): void {
    if (!process.listeners("SIGINT").includes(this.onSignal)) process.on("SIGINT", this.onSignal);
  }

  private exit(code: number): void {
    process.exit(code);
  }
}
