import { EnvironmentError } from "../../errors";
import type { MimeBundle, NotebookHost } from "../host";

/** What tslab's messaging module exports once its first cell ran: it writes display_data, or an update of it. */
type WriteDisplay = (
  content: { data: MimeBundle; metadata: Record<string, unknown>; transient: { display_id?: string } },
  update: boolean,
) => void;

/**
 * The host of a stock tslab kernel, or undefined in any other process. tslab's public `display` carries one MIME type
 * at a time; the function beneath it takes a whole bundle, so that is what is used. Comms don't exist there.
 */
export function tslabHost(): NotebookHost | undefined {
  const write = messaging()?.lastWriteDisplayData;
  if (!write) return undefined;
  publishAtOnce();
  return {
    widgets: false,
    display(data, metadata = {}, options = {}) {
      const transient = options.displayId === undefined ? {} : { display_id: options.displayId };
      write({ data, metadata, transient }, options.update === true);
    },
    clearOutput() {},
    openComm(target) {
      throw new EnvironmentError("stock tslab has no comms", {
        value: target,
        place: "openComm",
        remedy: "Check the host's `widgets` before opening a comm.",
      });
    },
  };
}

/** tslab's messaging module, if this process has loaded one. */
function messaging(): { lastWriteDisplayData?: WriteDisplay | null } | undefined {
  return loaded(/[\\/]tslab[\\/]dist[\\/]jupyter\.js$/) as ReturnType<typeof messaging>;
}

/** What zeromq's publisher, through which outputs go, has of interest here. */
interface Publisher {
  sendTimeout: number;
  send(message: unknown): Promise<void>;
}

/** Publishers that {@link publishAtOnce} has changed. */
const changed = new WeakSet<object>();

/**
 * After 512 messages sent at once zeromq leaves the next to the event loop, and throws for one that is sent before its
 * turn. tslab doesn't reckon with that: its cell never ends (a progress bar in a loop is enough). With a limit of 0 on
 * waiting every message is sent at once. A publisher never waits for its readers, so nothing is lost by it.
 */
function publishAtOnce(): void {
  const zeromq = loaded(/[\\/]zeromq[\\/]lib[\\/]index\.js$/) as { Publisher: { prototype: Publisher } } | undefined;
  const prototype = zeromq?.Publisher.prototype;
  if (!prototype || changed.has(prototype)) return;
  changed.add(prototype);
  const { send } = prototype;
  // Defined and not assigned: what it inherits can't be written.
  Object.defineProperty(prototype, "send", {
    value(this: Publisher, message: unknown) {
      this.sendTimeout = 0;
      return send.call(this, message);
    },
  });
}

/** A module that this process has loaded, by its file; nothing is ever loaded from here. */
function loaded(file: RegExp): unknown {
  const path = Object.keys(require.cache).find((name) => file.test(name));
  return path === undefined ? undefined : require.cache[path]?.exports;
}
