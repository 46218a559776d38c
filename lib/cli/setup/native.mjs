import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { installWheels } from "./pip.mjs";
import { ask, run, StepError } from "./process.mjs";
import { ADDON_PACKAGE, NATIVE, ROOT } from "./project.mjs";
import { digest } from "./stamp.mjs";

const TENSORFLOW = "2.21.0";
const LIGHTGBM = "4.7.0";
/** Only shared libraries and headers are used, so any Python's wheel serves; one is named so that every machine takes the same. */
const WHEEL_PYTHON = "3.12";

/** `cuda` where an NVIDIA driver is found, else `cpu`; `FLASHLAB_TENSORFLOW` overrides. */
export function tensorflowVariant() {
  const wanted = process.env.FLASHLAB_TENSORFLOW;
  if (wanted === "cpu" || wanted === "cuda") return wanted;
  if (wanted !== undefined)
    throw new StepError(`FLASHLAB_TENSORFLOW is cpu or cuda, not ${wanted}`, { remedy: "Change or unset it." });
  return existsSync("/proc/driver/nvidia/version") || ask("nvidia-smi", ["-L"]) ? "cuda" : "cpu";
}

function unavailable() {
  if (process.platform === "linux") return undefined;
  return {
    why: `native TensorFlow is built on Linux only, this is ${process.platform}`,
    lost: "native speed; models run on WebGPU or WebAssembly",
    remedy: "Work on Linux (or WSL2) for native TensorFlow.",
  };
}

/** TensorFlow's and LightGBM's shared libraries, out of their wheels. */
export const wheels = {
  name: "wheels",
  title: "TensorFlow's and LightGBM's native libraries",
  after: ["python"],
  unavailable,
  stamp: join(NATIVE, ".flashlab-wheels"),
  fingerprint: () => digest(TENSORFLOW, LIGHTGBM, WHEEL_PYTHON, tensorflowVariant()),
  present: () => existsSync(join(NATIVE, "tensorflow", "libtensorflow_cc.so.2")),
  async run({ log }) {
    const variant = tensorflowVariant();
    const fresh = `${NATIVE}.new`;
    const how = ["--no-deps", "--python-version", WHEEL_PYTHON, "--only-binary", ":all:", "--target", fresh];
    rmSync(fresh, { recursive: true, force: true });
    const tensorflow = `${variant === "cuda" ? "tensorflow" : "tensorflow-cpu"}==${TENSORFLOW}`;
    await installWheels([tensorflow, `lightgbm==${LIGHTGBM}`], how, { log });
    if (variant === "cuda") await installWheels(cudaLibraries(fresh), [...how, "--upgrade"], { log });
    rmSync(NATIVE, { recursive: true, force: true });
    renameSync(fresh, NATIVE);
  },
};

/** The NVIDIA libraries that the wheel names for its `and-cuda` extra, with their versions. */
function cudaLibraries(folder) {
  const info = readdirSync(folder).find((name) => /^tensorflow-.*\.dist-info$/.test(name));
  const metadata = readFileSync(join(folder, info, "METADATA"), "utf8");
  const names = [...metadata.matchAll(/^Requires-Dist: ([^;\s]+)\s*;.*extra == ['"]and-cuda['"]/gm)].map((m) => m[1]);
  if (names.length > 0) return names;
  throw new StepError("the TensorFlow wheel names no CUDA libraries", {
    remedy: "Set FLASHLAB_TENSORFLOW=cpu to go on without the GPU.",
  });
}

function compiler() {
  return [process.env.CXX, "g++", "c++", "clang++"].find((name) => name && ask(name, ["--version"]) !== undefined);
}

const BUILT = join(ADDON_PACKAGE, "lib", "napi-v8");

/**
 * The TensorFlow.js addon: two C++ files against Node's stable C interface (headers from `node-api-headers`) and the
 * wheel's library. One compiler call; no build system, and nothing is fetched.
 */
export const addon = {
  name: "addon",
  title: "TensorFlow.js addon, compiled against the wheel",
  after: ["packages", "wheels"],
  unavailable() {
    if (compiler()) return undefined;
    return {
      why: "no C++ compiler was found (tried $CXX, g++, c++, clang++)",
      lost: "native TensorFlow; models run on WebAssembly, about a tenth as fast",
      remedy: "Install one (on Debian: apt-get install g++), then run npm run setup again.",
    };
  },
  stamp: join(BUILT, ".flashlab-addon"),
  fingerprint: () =>
    digest(
      wheels.fingerprint(),
      readFileSync(join(ADDON_PACKAGE, "package.json"), "utf8"),
      ask(compiler(), ["--version"]),
    ),
  present: () => existsSync(join(BUILT, "tfjs_binding.node")),
  async run({ log }) {
    rmSync(BUILT, { recursive: true, force: true });
    mkdirSync(BUILT, { recursive: true });
    const sources = join(ADDON_PACKAGE, "binding");
    const tensorflow = join(NATIVE, "tensorflow");
    await run(
      compiler(),
      [
        ...["-O2", "-std=c++17", "-fPIC", "-shared", "-w", "-DNAPI_VERSION=8"],
        ...["-I", join(ROOT, "node_modules", "node-api-headers", "include"), "-I", join(tensorflow, "include")],
        ...readdirSync(sources)
          .filter((name) => name.endsWith(".cc"))
          .map((name) => join(sources, name)),
        ...["-o", join(BUILT, "tfjs_binding.node"), "-L", tensorflow],
        ...["-l:libtensorflow_cc.so.2", "-l:libtensorflow_framework.so.2"],
        // From lib/napi-v8/ up to the project's root: the folder may be moved.
        "-Wl,-rpath,$ORIGIN/../../../../../.venv/native/tensorflow",
      ],
      { log, remedy: "Read the compiler's message in the log; g++ 9 or later is known to work." },
    );
    await run(
      process.execPath,
      [
        "-e",
        "require('util').isNullOrUndefined ??= (x) => x == null;" +
          "const tf = require('@tensorflow/tfjs-node-gpu'); if (tf.add(1, 2).dataSync()[0] !== 3) process.exit(1)",
      ],
      {
        log,
        env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: "1" },
        remedy: "The addon was built but doesn't compute on this machine; FLASHLAB_BACKEND=wasm goes on without it.",
      },
    );
  },
};
