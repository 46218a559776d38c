import { AsyncLocalStorage } from "node:async_hooks";
import { consoleHost } from "./host/console";
import { tslabHost } from "./host/tslab";

/** One value in several forms, keyed by MIME type; the front end shows the richest form it knows. */
export interface MimeBundle {
  [mime: string]: unknown;
}

/** How {@link NotebookHost.display} places an output. */
export interface DisplayOptions {
  /** Names the output, so that a later call with `update` can replace it. */
  displayId?: string;
  /** Replaces the outputs that carry `displayId` instead of adding one. */
  update?: boolean;
}

/** What {@link NotebookHost.openComm} needs beside the target and its first message. */
export interface CommOptions {
  commId?: string;
  metadata?: Record<string, unknown>;
  buffers?: Uint8Array[];
  onMessage?(data: unknown, buffers: Uint8Array[]): void | Promise<void>;
  onClose?(): void;
}

/** The kernel's side of one comm, Jupyter's two-way channel between a kernel and a front end. */
export interface HostComm {
  readonly id: string;
  send(data: unknown, options?: { metadata?: Record<string, unknown>; buffers?: Uint8Array[] }): void;
  close(data?: unknown): void;
}

/** Where the workbench's output goes: our kernel, stock tslab, or a console. */
export interface NotebookHost {
  display(data: MimeBundle, metadata?: Record<string, unknown>, options?: DisplayOptions): void;
  clearOutput(wait?: boolean): void;
  /**
   * Opens a comm on IOPub. Messages from the front end reach `onMessage`, also while no cell runs; outputs made
   * inside the callback carry that message as parent.
   */
  openComm(target: string, data: unknown, options: CommOptions): HostComm;
  /** True when a front end that renders widgets may be listening (always true for our kernel). */
  readonly widgets: boolean;
}

/** The global symbol under which a kernel leaves its {@link NotebookHost} before cells run. */
export const HOST = Symbol.for("flashlab.host");

const captured = new AsyncLocalStorage<NotebookHost>();

/**
 * The host of the code that calls: the one given to {@link withHost} if the call happens inside it, else the
 * kernel's, else stock tslab's display, else the console.
 */
export function host(): NotebookHost {
  const kernel = (globalThis as { [HOST]?: NotebookHost })[HOST];
  return captured.getStore() ?? kernel ?? tslabHost() ?? consoleHost;
}

/** Runs `work` with `replacement` as its host, across its awaits too; other code keeps the host it had. */
export function withHost<T>(replacement: NotebookHost, work: () => T): T {
  return captured.run(replacement, work);
}
