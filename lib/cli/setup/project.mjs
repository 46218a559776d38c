import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's root folder. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..");

/** The Python side: JupyterLab, the kernel's specification, the native libraries' wheels. */
export const VENV = join(ROOT, ".venv");

/** The virtual environment's interpreter. */
export const VENV_PYTHON =
  process.platform === "win32" ? join(VENV, "Scripts", "python.exe") : join(VENV, "bin", "python");

/** Wheels unpacked for their shared libraries only, never imported from Python. */
export const NATIVE = join(VENV, "native");

/** Where `@tensorflow/tfjs-node-gpu` lies; its addon is built into `lib/napi-v8/`. */
export const ADDON_PACKAGE = join(ROOT, "node_modules", "@tensorflow", "tfjs-node-gpu");

/** Logs and locks of the set-up; ignored by git. */
export const STATE = join(ROOT, ".cache", "setup");

/** Downloaded wheels, kept outside the project so that a fresh clone can be set up without a network. */
export const WHEELS = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "flashlab", "wheels");

/** After this many seconds without an answer a registry is asked once more, and then given up on. */
export const REGISTRY_TIMEOUT = 20;
