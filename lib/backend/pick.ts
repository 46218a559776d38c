import { EnvironmentError, InputError } from "../errors";
import { noteProvenance } from "../provenance";
import { BACKENDS, type BackendName, engineName, isRefused, type Opened, parseBackendName } from "./names";
import { open } from "./opened";
import { type BackendReport, makeReport } from "./report";
import { tf } from "./tensorflow";

/** The backend that a process has settled on. */
export interface Choice extends Opened {
  name: BackendName;
  /** Why each better backend wasn't taken: `name: reason`. */
  why: string[];
}

/** What `ready` may be told. */
export interface ReadyOptions {
  /** The backend to use; outranks the environment variable FLASHLAB_BACKEND. */
  backend?: BackendName;
}

// On a global symbol, as TensorFlow.js keeps its engine: a notebook's cells may load this module more than once.
const KEY = Symbol.for("flashlab.backend");
const scope = globalThis as { [KEY]?: { choice: Promise<Choice>; made?: Choice } };

/**
 * Settles which backend computes, once a process, and starts it: native TensorFlow on CUDA, native on the CPU, WebGPU
 * (Dawn; a real GPU only), WebAssembly with SIMD and threads, plain JavaScript: the first that the machine has.
 * `options.backend`, or the environment variable FLASHLAB_BACKEND, names one instead. Notes `backend` in the
 * provenance. Calling it again returns the same choice with fresh memory figures.
 *
 * @throws EnvironmentError when the named backend can't be had: why, and how to mend it.
 * @throws InputError for an unknown name, or one that differs from what the process already uses.
 */
export async function ready(options: ReadyOptions = {}): Promise<BackendReport> {
  const asked = wanted(options);
  scope[KEY] ??= { choice: settle(asked) };
  const { name } = await scope[KEY].choice;
  if (options.backend && options.backend !== name)
    throw new InputError(`this process already computes on ${name}`, {
      value: options.backend,
      place: "backend",
      remedy: "Name the backend in the first call of ready(), or set FLASHLAB_BACKEND.",
    });
  return backendReport();
}

/** Chooses and keeps the choice; a failure is forgotten, so that another call may try again. */
async function settle(asked: BackendName | null): Promise<Choice> {
  // After the caller has stored this promise.
  await undefined;
  try {
    const made = await choose(asked);
    if (scope[KEY]) scope[KEY].made = made;
    return made;
  } catch (error) {
    delete scope[KEY];
    throw error;
  }
}

/**
 * What computes, and why nothing better: name, device, reasons, memory, versions.
 * Throws EnvironmentError before `ready()` has settled it.
 */
export function backendReport(): BackendReport {
  const made = scope[KEY]?.made;
  if (!made) throw new EnvironmentError("no backend has been chosen yet", { remedy: "Call `await ready()` first." });
  return makeReport(made);
}

function wanted(options: ReadyOptions): BackendName | null {
  if (options.backend) return parseBackendName(options.backend, "backend");
  const named = process.env.FLASHLAB_BACKEND;
  return named ? parseBackendName(named, "environment variable FLASHLAB_BACKEND") : null;
}

async function choose(asked: BackendName | null): Promise<Choice> {
  const why: string[] = [];
  for (const name of asked ? [asked] : BACKENDS) {
    const outcome = await open(name);
    if (isRefused(outcome)) {
      if (asked)
        throw new EnvironmentError(`backend ${name} can't be used: ${outcome.reason}`, { remedy: outcome.remedy });
      why.push(`${name}: ${outcome.reason}`);
      continue;
    }
    if (outcome.software && !asked) {
      why.push(`${name}: only a software adapter (${outcome.device}), slower than WebAssembly`);
      continue;
    }
    if (!(await tf.setBackend(engineName(name))))
      throw new EnvironmentError(`backend ${name} failed to start`, { remedy: "Run npm run doctor." });
    noteProvenance("backend", name);
    noteProvenance("device", outcome.device);
    return { name, why, ...outcome };
  }
  throw new EnvironmentError("no backend could be started", { value: why, remedy: "Run npm run setup." });
}
