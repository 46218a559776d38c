import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import util from "node:util";
import { describeCpu, describeGpu, hasNvidiaDriver, listNvidiaGpus } from "./hardware";
import type { Opened, Refused } from "./names";
import { tf } from "./tensorflow";

const PACKAGE = "@tensorflow/tfjs-node-gpu";
const SETUP = "Run npm run setup.";

/** The parts of the native backend that are read here; its own types hide them. */
interface NativeBackend {
  isUsingGpuDevice: boolean;
  binding: { TF_Version: string };
}

/**
 * Loads native TensorFlow: the addon of `@tensorflow/tfjs-node-gpu`, built by the set-up against the TensorFlow wheel.
 * One process has one device: TensorFlow takes the GPU when it sees one, so `"tensorflow"` hides the GPUs before the
 * library is loaded, and `"tensorflow-cuda"` is refused when the loaded library lists none.
 */
export function openNative(device: "tensorflow-cuda" | "tensorflow"): Opened | Refused {
  const wantsGpu = device === "tensorflow-cuda";
  const loaded = tf.findBackendFactory("tensorflow") !== null;
  if (wantsGpu && !loaded && !hasNvidiaDriver())
    return { reason: "no NVIDIA driver found", remedy: "Install NVIDIA's driver, then run npm run setup." };

  if (!loaded) {
    const missing = findAddon();
    if (missing) return missing;
    if (!wantsGpu && hasNvidiaDriver()) process.env.CUDA_VISIBLE_DEVICES = "-1";
    const failure = load();
    if (failure) return failure;
  }

  const native = tf.findBackend("tensorflow") as unknown as NativeBackend | null;
  if (!native) return { reason: "TensorFlow's library gave no backend", remedy: SETUP };
  if (wantsGpu && !native.isUsingGpuDevice)
    return {
      reason: "the TensorFlow library lists no GPU",
      remedy: "Run npm run setup, so that TensorFlow's CUDA build is installed, and check CUDA_VISIBLE_DEVICES.",
    };
  if (!wantsGpu && native.isUsingGpuDevice)
    return {
      reason: "TensorFlow was loaded with its GPU before",
      remedy: "Start the process with CUDA_VISIBLE_DEVICES=-1.",
    };
  return {
    device: wantsGpu ? listNvidiaGpus().map(describeGpu).join("; ") || "NVIDIA GPU" : describeCpu(),
    versions: { tensorflow: native.binding.TF_Version },
  };
}

/** Looks for the package and its built addon without loading either. */
function findAddon(): Refused | null {
  let folder: string;
  try {
    folder = dirname(require.resolve(`${PACKAGE}/package.json`));
  } catch {
    return { reason: `package ${PACKAGE} not installed`, remedy: SETUP };
  }
  return addonIn(folder);
}

/** Why the package's folder has no addon (`lib/napi-v8/tfjs_binding.node`, say), or null when it has one. */
export function addonIn(folder: string): Refused | null {
  const lib = join(folder, "lib");
  const built = existsSync(lib) && readdirSync(lib).some((abi) => existsSync(join(lib, abi, "tfjs_binding.node")));
  return built ? null : { reason: "addon not built: run npm run setup", remedy: SETUP };
}

/** Requires the package with its environment prepared. Returns why it couldn't be loaded, or null. */
function load(): Refused | null {
  // Read by the library as it is loaded; what the user has set stands. 2: errors only.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  // A GPU is shared with others: take memory as it is needed instead of all of it at once.
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= "true";
  restoreNodeUtil();
  try {
    require(PACKAGE);
    return null;
  } catch (error) {
    const message = (error instanceof Error ? error.message : String(error)).split("\n")[0].trim();
    return { reason: `addon can't be loaded (${message})`, remedy: SETUP };
  }
}

/** The package calls two functions of `node:util` on every tensor that Node 22 warns of and Node 23 took away. */
function restoreNodeUtil(): void {
  Object.assign(util, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  });
}
