import { InputError } from "../errors";

/** Every backend, best first: `ready()` takes the first that the machine has. */
export const BACKENDS = ["tensorflow-cuda", "tensorflow", "webgpu", "wasm", "cpu"] as const;

/** Native TensorFlow on an NVIDIA GPU or on the CPU, WebGPU through Dawn, WebAssembly, or plain JavaScript. */
export type BackendName = (typeof BACKENDS)[number];

/** The name under which TensorFlow.js knows a backend: native TensorFlow has one for both its devices. */
export function engineName(name: BackendName): string {
  return name === "tensorflow-cuda" ? "tensorflow" : name;
}

/** Checks a backend's name. Throws InputError naming `place` when `value` isn't one of {@link BACKENDS}. */
export function parseBackendName(value: string, place: string): BackendName {
  const name = BACKENDS.find((known) => known === value);
  if (name) return name;
  throw new InputError("no such backend", { value, place, remedy: `Use one of ${BACKENDS.join(", ")}.` });
}

/** A backend that answered: where it computes, and the versions of what is behind it. */
export interface Opened {
  device: string;
  versions: Record<string, string>;
  /** True for a GPU interface that computes on the CPU: never taken by itself. */
  software?: boolean;
}

/** Why a backend can't be had on this machine, as a short true phrase, and what would change that. */
export interface Refused {
  reason: string;
  remedy: string;
}

/** Whether opening failed. */
export function isRefused(outcome: Opened | Refused): outcome is Refused {
  return "reason" in outcome;
}
