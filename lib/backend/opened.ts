import { describeCpu } from "./hardware";
import { completeKernels } from "./kernels";
import type { BackendName, Opened, Refused } from "./names";
import { openNative } from "./native";
import { openWasm } from "./wasm";
import { openWebgpu } from "./webgpu";

// On a global symbol, as TensorFlow.js keeps its engine: a notebook's cells may load this module more than once.
const KEY = Symbol.for("flashlab.backend.opened");
const scope = globalThis as { [KEY]?: Map<BackendName, Promise<Opened | Refused>> };

/** Starts a backend, once a process; afterwards gives the same answer. */
export function open(name: BackendName): Promise<Opened | Refused> {
  scope[KEY] ??= new Map();
  let outcome = scope[KEY].get(name);
  if (!outcome) {
    outcome = start(name);
    scope[KEY].set(name, outcome);
  }
  return outcome;
}

async function start(name: BackendName): Promise<Opened | Refused> {
  switch (name) {
    case "tensorflow-cuda":
    case "tensorflow":
      return openNative(name);
    case "webgpu":
      return openWebgpu();
    case "wasm":
      return openWasm();
    case "cpu":
      completeKernels("cpu");
      return { device: describeCpu(), versions: {} };
  }
}
