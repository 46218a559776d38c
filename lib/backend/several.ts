import { EnvironmentError } from "../errors";
import { BACKENDS, type BackendName, engineName, isRefused } from "./names";
import { open } from "./opened";
import { ready } from "./pick";
import { tf } from "./tensorflow";

/** Whether this machine has a backend: its device, or why not. */
export type Availability =
  | { name: BackendName; available: true; device: string; software: boolean }
  | { name: BackendName; available: false; reason: string };

/**
 * Tries every backend of this machine, best first, and says which can compute. They stay started, beside the one that
 * `ready()` has picked; `software` marks a GPU interface that computes on the CPU.
 */
export async function availableBackends(): Promise<Availability[]> {
  await ready();
  const found: Availability[] = [];
  for (const name of BACKENDS) {
    const outcome = await open(name);
    found.push(
      isRefused(outcome)
        ? { name, available: false, reason: outcome.reason }
        : { name, available: true, device: outcome.device, software: outcome.software ?? false },
    );
  }
  return found;
}

/**
 * Runs `work` on another backend than the one picked, and returns to that one whatever happens. The backend is the
 * process's: nothing else may compute while `work` runs. Tensors made before are copied over when `work` uses them.
 *
 * @throws EnvironmentError when this machine doesn't have the backend.
 */
export async function withBackend<T>(name: BackendName, work: () => T | Promise<T>): Promise<T> {
  await ready();
  const outcome = await open(name);
  if (isRefused(outcome))
    throw new EnvironmentError(`backend ${name} can't be used: ${outcome.reason}`, { remedy: outcome.remedy });
  const before = tf.getBackend();
  await tf.setBackend(engineName(name));
  try {
    return await work();
  } finally {
    await tf.setBackend(before);
  }
}
