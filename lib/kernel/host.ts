import { HOST, type NotebookHost } from "../workbench/host";
import type { Comms } from "./comms";
import { Interrupted } from "./failure";
import type { Publisher } from "./publisher";
import { taskHere } from "./task";

/** Leaves for cells what they reach the front end through: the workbench's host and tslab's `display`. */
export function provideHost(publisher: Publisher, comms: Comms): void {
  const host: NotebookHost = {
    widgets: true,
    display(data, metadata = {}, { displayId, update = false } = {}) {
      endIfStopped();
      const transient = displayId === undefined ? {} : { display_id: displayId };
      publisher.output(update ? "update_display_data" : "display_data", { data, metadata, transient });
    },
    clearOutput(wait = false) {
      endIfStopped();
      publisher.output("clear_output", { wait });
    },
    openComm: (target, data, options) => comms.openComm(target, data, options),
  };
  Object.assign(globalThis, { [HOST]: host });

  const tslab = require("tslab/dist/jupyter") as { lastWriteDisplayData: unknown };
  tslab.lastWriteDisplayData = (
    { data, metadata, transient }: { data: object; metadata: object; transient: { display_id?: string } },
    update?: boolean,
  ) => host.display({ ...data }, { ...metadata }, { displayId: transient.display_id, update });
}

/** What a stopped cell left running ends where it next shows something. */
function endIfStopped(): void {
  if (taskHere()?.stopped) throw new Interrupted();
}
