import { Dealer, Subscriber } from "zeromq";
import { type ConnectionInfo, endpoint } from "../connection";
import { decode, encode, type Message } from "../messages";

export type ClientChannel = "shell" | "control";

/** The client's end of a kernel's sockets. */
export class ClientWire {
  private readonly sockets: Record<ClientChannel, Dealer> = { shell: new Dealer(), control: new Dealer() };
  private readonly iopub = new Subscriber();
  private sending: Promise<unknown> = Promise.resolve();

  /** Connects and hands every message on with the channel it came by; `onError` gets what can't be read. */
  constructor(
    private readonly info: ConnectionInfo,
    onMessage: (channel: ClientChannel | "iopub", message: Message) => void,
    onError: (error: Error) => void,
  ) {
    for (const channel of ["shell", "control"] as const) {
      this.sockets[channel].linger = 0;
      this.sockets[channel].connect(endpoint(info, channel));
      this.read(channel, this.sockets[channel], onMessage).catch(onError);
    }
    this.iopub.receiveHighWaterMark = 0;
    this.iopub.connect(endpoint(info, "iopub"));
    this.iopub.subscribe();
    this.read("iopub", this.iopub, onMessage).catch(onError);
  }

  /** Sends one message, after those sent before. */
  send(channel: ClientChannel, message: Message): Promise<unknown> {
    const frames = encode(message, this.info.key);
    this.sending = this.sending.then(() => {
      if (!this.sockets[channel].closed) return this.sockets[channel].send(frames);
    });
    return this.sending;
  }

  close(): void {
    for (const socket of [this.iopub, this.sockets.shell, this.sockets.control]) socket.close();
  }

  private async read<Name extends ClientChannel | "iopub">(
    channel: Name,
    socket: Dealer | Subscriber,
    onMessage: (channel: Name, message: Message) => void,
  ): Promise<void> {
    for await (const frames of socket) onMessage(channel, decode(frames, this.info.key));
  }
}
