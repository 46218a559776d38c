import { dirname, sep } from "node:path";
import { describeCpu } from "./hardware";
import type { Opened, Refused } from "./names";
import { tf } from "./tensorflow";

/** Initialises the WebAssembly backend. */
export async function openWasm(): Promise<Opened | Refused> {
  const wasm = require("@tensorflow/tfjs-backend-wasm") as typeof import("@tensorflow/tfjs-backend-wasm");
  wasm.setWasmPaths(dirname(require.resolve("@tensorflow/tfjs-backend-wasm")) + sep);
  const ok = await tf.setBackend("wasm");
  if (!ok) return { reason: "WebAssembly failed to start", remedy: "Update Node." };
  return { device: describeCpu(), versions: { "tfjs-backend-wasm": wasm.version_wasm } };
}
