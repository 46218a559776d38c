import { StringDecoder } from "node:string_decoder";
import type { Link } from "./link";
import { type Content, createMessage, type Message } from "./messages";
import { outsideTasks, type Task, taskHere } from "./task";

type StreamName = "stdout" | "stderr";

/** Milliseconds for which text is gathered before it is sent. */
const GATHER = 20;

/** Sends what tasks put out, in order, with the right parent. */
export class Publisher {
  private gathered: { task: Task; name: StreamName; text: string }[] = [];
  private since = 0;
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly link: Link,
    private readonly session: string,
  ) {}

  /** Publishes on IOPub whatever the task; used for statuses and inputs. */
  publish(type: string, content: Content, parent?: Message, rest: { metadata?: Content; buffers?: Uint8Array[] } = {}) {
    this.flush();
    const identities = [Buffer.from(type)];
    this.link.send("iopub", createMessage(this.session, type, content, parent, { ...rest, identities }));
  }

  /** Publishes an output of the running task; nothing if the task is silent. */
  output(type: string, content: Content, rest: { metadata?: Content; buffers?: Uint8Array[] } = {}): void {
    const task = taskHere();
    if (!task?.silent) this.publish(type, content, task?.parent, rest);
  }

  /** Adds text to a stream of the running task. */
  write(name: StreamName, text: string): void {
    const task = taskHere();
    if (text === "" || !task || task.silent || (task.stopped && task.ended)) return;
    const last = this.gathered.at(-1);
    if (last?.task === task && last.name === name) last.text += text;
    else this.gathered.push({ task, name, text });
    const now = performance.now();
    if (this.timer === undefined) {
      this.since = now;
      this.timer = outsideTasks(() => setTimeout(() => this.flush(), GATHER));
    } else if (now - this.since > GATHER) this.flush();
  }

  /** Sends the gathered text. */
  flush(): void {
    if (this.timer !== undefined) clearTimeout(this.timer);
    this.timer = undefined;
    const texts = this.gathered;
    this.gathered = [];
    for (const { task, name, text } of texts) {
      const identities = [Buffer.from(`stream.${name}`)];
      this.link.send("iopub", createMessage(this.session, "stream", { name, text }, task.parent, { identities }));
    }
  }

  /** Takes over the process's stdout and stderr; so console.log, too. */
  captureStreams(): void {
    for (const name of ["stdout", "stderr"] as const) {
      const decoder = new StringDecoder();
      const write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
        this.write(name, typeof chunk === "string" ? chunk : decoder.write(Buffer.from(chunk)));
        const done = rest.at(-1);
        if (typeof done === "function") process.nextTick(done as () => void);
        return true;
      };
      process[name].write = write;
    }
  }
}
