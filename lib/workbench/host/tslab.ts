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
  return {
    widgets: false,
    // Its socket sends without waiting, and a message that comes while another goes out is lost: few of them, then.
    progressStep: 10,
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

/** tslab's messaging module, if this process has loaded one; it is never loaded from here. */
function messaging(): { lastWriteDisplayData?: WriteDisplay | null } | undefined {
  const path = Object.keys(require.cache).find((name) => /[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(name));
  return path === undefined ? undefined : require.cache[path]?.exports;
}
