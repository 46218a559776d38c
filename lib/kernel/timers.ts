import { promisify } from "node:util";
import { ownTask } from "./task";

const NEVER = new Promise<never>(() => undefined);

/**
 * Makes timers come to rest when the cell that set them was stopped, so that an interrupt also ends a loop which
 * awaits one (`while (true) await sleep(1000)`). The kernel's own code keeps the original timers.
 */
export function tameTimers(): void {
  for (const name of ["setTimeout", "setInterval", "setImmediate"] as const) tame(name);
  const promises = require("node:timers/promises");
  for (const name of ["setTimeout", "setImmediate"]) promises[name] = resting(promises[name]);
}

type Timer = (callback: (...values: unknown[]) => void, ...rest: unknown[]) => unknown;
type Sleep = (...given: unknown[]) => Promise<unknown>;

function tame(name: "setTimeout" | "setInterval" | "setImmediate"): void {
  const scope = globalThis as unknown as Record<string, Timer & { [promisify.custom]?: Sleep }>;
  const original = scope[name];
  const tamed: Timer = (callback, ...rest) => {
    const task = ownTask();
    if (!task || typeof callback !== "function") return original(callback, ...rest);
    return original((...values) => (task.stopped ? undefined : callback(...values)), ...rest);
  };
  const sleep = original[promisify.custom];
  scope[name] = Object.assign(tamed, sleep && { [promisify.custom]: resting(sleep) });
}

function resting(sleep: Sleep): Sleep {
  return async (...given) => {
    const task = ownTask();
    const value = await sleep(...given);
    return task?.stopped ? NEVER : value;
  };
}
