import { StringDecoder } from "node:string_decoder";
import type { Link } from "./link";
import { type Content, createMessage, type Message } from "./messages";
import { taskHere } from "./task";

/** Sends what tasks put out, in order, with the right parent. */
export class Publisher {
  constructor(
    private readonly link: Link,
    private readonly session: string,
  ) {}

  /** Publishes on IOPub whatever the task; used for statuses and inputs. */
  publish(type: string, content: Content, parent?: Message, rest: { metadata?: Content; buffers?: Uint8Array[] } = {}) {
    const identities = [Buffer.from(type)];
    this.link.send("iopub", createMessage(this.session, type, content, parent, { ...rest, identities }));
  }

  /** Publishes an output of the running task; nothing if the task is silent. */
  output(type: string, content: Content, rest: { metadata?: Content; buffers?: Uint8Array[] } = {}): void {
    const task = taskHere();
    if (!task?.silent) this.publish(type, content, task?.parent, rest);
  }

  /** Adds text to a stream of the running task. */
  write(name: "stdout" | "stderr", text: string): void {
    const task = taskHere();
    if (text === "" || !task || task.silent || (task.stopped && task.ended)) return;
    this.link.sendText({ parent: task.parent.header, name, text });
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
