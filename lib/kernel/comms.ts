import { randomUUID } from "node:crypto";
import type { CommOptions, HostComm } from "../workbench/host";
import type { Content, Message } from "./messages";
import type { Publisher } from "./publisher";

interface OpenComm {
  target: string;
  options: CommOptions;
}

/** The kernel's comms: two-way channels between a cell's code and the front end. */
export class Comms {
  private readonly open = new Map<string, OpenComm>();

  constructor(private readonly publisher: Publisher) {}

  /** Opens a comm from the kernel's side. */
  openComm(target: string, data: unknown, options: CommOptions): HostComm {
    const id = options.commId ?? randomUUID();
    this.open.set(id, { target, options });
    const { metadata, buffers } = options;
    this.publisher.output("comm_open", { comm_id: id, target_name: target, data: data ?? {} }, { metadata, buffers });
    return {
      id,
      send: (message, rest) => {
        if (this.open.has(id)) this.publisher.output("comm_msg", { comm_id: id, data: message ?? {} }, rest);
      },
      close: (message) => {
        if (this.open.delete(id)) this.publisher.output("comm_close", { comm_id: id, data: message ?? {} });
      },
    };
  }

  /** Hands a message from the front end to the comm it is for. */
  async handle({ header, content, buffers }: Message): Promise<void> {
    const id = String(content.comm_id);
    const comm = this.open.get(id);
    if (header.msg_type === "comm_open") {
      // No code here waits for the front end to open a comm; the protocol's answer to that is to close it.
      this.publisher.output("comm_close", { comm_id: id, data: {} });
    } else if (header.msg_type === "comm_msg") await comm?.options.onMessage?.(content.data, buffers);
    else if (this.open.delete(id)) comm?.options.onClose?.();
  }

  /** The comm_info_reply: open comms, of one target if one is named. */
  info(target: unknown): Content {
    const wanted = [...this.open].filter(([, comm]) => !target || comm.target === target);
    const comms = Object.fromEntries(wanted.map(([id, comm]) => [id, { target_name: comm.target }]));
    return { status: "ok", comms };
  }
}
