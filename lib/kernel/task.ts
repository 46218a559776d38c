import { AsyncLocalStorage } from "node:async_hooks";
import type { Message } from "./messages";

/** Work that a request caused: a cell, or the handling of a comm message. Its outputs carry the request as parent. */
export interface Task {
  readonly parent: Message;
  /** Nothing of a silent task is published. */
  readonly silent: boolean;
  /** Set when the task was interrupted or failed: what it left running in timers comes to rest. */
  stopped: boolean;
  /** Set when the task has been answered; what it left running may go on, and its outputs still belong to it. */
  ended: boolean;
}

const store = new AsyncLocalStorage<Task>();
let latest: Task | undefined;

/** Runs `work` as a part of `task`, across its awaits and timers. */
export function inTask<T>(task: Task, work: () => T): T {
  latest = task;
  return store.run(task, work);
}

/** The task that the running code belongs to; where that can't be told (a native callback), the latest. */
export function taskHere(): Task | undefined {
  return store.getStore() ?? latest;
}

/** The task that the running code surely belongs to. */
export function ownTask(): Task | undefined {
  return store.getStore();
}

/** Runs `work` as a part of no task: the kernel's own timers. */
export function outsideTasks<T>(work: () => T): T {
  return store.exit(work);
}
