import { HOST, type HostComm, type MimeBundle, type NotebookHost } from "../../lib/workbench/host";

/** One comm that the workbench opened, and what it sent on it. */
export interface FakeComm {
  id: string;
  target: string;
  metadata?: Record<string, unknown>;
  state: Record<string, unknown>;
  sent: { method: string; state: Record<string, unknown> }[];
  /** Delivers a front end's message and waits until it was handled. */
  receive(data: unknown): Promise<void>;
}

/** What a display call was given. */
export interface Shown {
  data: MimeBundle;
  options?: { displayId?: string; update?: boolean };
}

/** A kernel's side of the host that keeps everything instead of sending it. */
export class FakeHost implements NotebookHost {
  readonly shown: Shown[] = [];
  readonly comms: FakeComm[] = [];
  readonly widgets: boolean;

  constructor({ widgets = true } = {}) {
    this.widgets = widgets;
  }

  display: NotebookHost["display"] = (data, _metadata, options) => {
    this.shown.push({ data, options });
  };

  clearOutput(): void {}

  openComm: NotebookHost["openComm"] = (target, data, { commId = "", metadata, onMessage }): HostComm => {
    // A copy, as a message is one.
    const { state } = structuredClone(data) as { state: Record<string, unknown> };
    const comm: FakeComm = {
      ...{ id: commId, target, metadata, state, sent: [] },
      receive: async (message) => onMessage?.(message, []),
    };
    this.comms.push(comm);
    return {
      id: commId,
      send: (message) => comm.sent.push(structuredClone(message) as FakeComm["sent"][0]),
      close() {},
    };
  };

  /** The comm of a model by the model's name, such as "FloatSliderModel". */
  model(name: string): FakeComm {
    const found = this.comms.filter((comm) => comm.state._model_name === name);
    if (found.length !== 1) throw new Error(`${found.length} models are called ${name}`);
    return found[0];
  }
}

/** Runs `work` as a cell of a kernel that has left this host, as kernels do. */
export async function asKernel<H extends NotebookHost>(host: H, work: () => unknown): Promise<H> {
  const scope = globalThis as { [HOST]?: NotebookHost };
  scope[HOST] = host;
  try {
    await work();
  } finally {
    delete scope[HOST];
  }
  return host;
}
