import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { requireInteger } from "../errors";
import { describeCpu } from "./hardware";
import { completeKernels } from "./kernels";
import type { Opened, Refused } from "./names";
import { tf } from "./tensorflow";
import { withPoolWorkers } from "./wasm-pool";

type WasmPackage = typeof import("@tensorflow/tfjs-backend-wasm");
type WasmModule = ConstructorParameters<WasmPackage["BackendWasm"]>[0];

/** What Emscripten's start-up hands out; a threaded build has `PThread` with the workers that wait and that run. */
interface RawModule {
  cwrap(name: string, result: "number" | null, parameters: "number"[]): (...values: number[]) => number;
  tfjs: WasmModule["tfjs"];
  PThread: { unusedWorkers: PoolMember[]; runningWorkers: PoolMember[] };
}

interface PoolMember {
  unref(): void;
  terminate(): Promise<number>;
}

/** What an Emscripten factory takes here. */
interface FactoryOptions {
  locateFile(name: string): string;
  mainScriptUrlOrBlob: string;
  instantiateWasm(imports: Imports, receive: (instance: object, module: object) => void): object;
}

interface Imports {
  env: Record<string, unknown>;
}

/** The part of the global WebAssembly that is used; its types come with those of a browser's page only. */
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    compile(code: Uint8Array): Promise<object>;
    Instance: new (module: object, imports: Imports) => object;
  };
};

/** The package's build makes eight workers, whatever is asked for. */
const POOL = 8;

/**
 * Starts the WebAssembly backend with SIMD, and with threads where there are cores for them.
 *
 * The package refuses threads in Node ("Threaded build of WASM backend should support Node", tensorflow/tfjs issue
 * 3830): its own start-up makes the workers from a Blob's URL, which Node's workers don't take. Here the same build is
 * started through the same factory with the script given as text, and the thread count through the function by which
 * the build asks for the machine's cores (it takes half of them).
 *
 * @throws InputError for a FLASHLAB_WASM_THREADS that isn't a whole number from 1 to 8.
 */
export async function openWasm(): Promise<Opened | Refused> {
  const threads = threadCount();
  try {
    // Kernels and a factory for this backend are registered as the package is loaded; the factory is replaced.
    const wasm = require("@tensorflow/tfjs-backend-wasm") as WasmPackage;
    const module = await instantiate(threads);
    wasm.setThreadsCount(threads);
    const backend = new wasm.BackendWasm(module as unknown as WasmModule);
    if (threads > 1) settlePool(module);
    completeKernels("wasm");
    tf.removeBackend("wasm");
    tf.registerBackend("wasm", () => backend, 2);
    const running = wasm.getThreadsCount();
    return {
      device: `${describeCpu()}; SIMD, ${running} thread${running === 1 ? "" : "s"}`,
      versions: { "tfjs-backend-wasm": wasm.version_wasm },
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      reason: `WebAssembly failed to start (${message})`,
      remedy: "Run npm run setup, or FLASHLAB_BACKEND=cpu.",
    };
  }
}

/**
 * FLASHLAB_WASM_THREADS, or half of the cores that the process may use, from 1 to 8: the package's own rule in browsers.
 * Waking threads costs more than they save on the small products that most layers are made of, so that a machine of two
 * cores is better served by one thread.
 */
function threadCount(): number {
  const asked = process.env.FLASHLAB_WASM_THREADS;
  if (asked) return requireInteger(Number(asked), "environment variable FLASHLAB_WASM_THREADS", 1, POOL);
  return Math.max(1, Math.min(availableParallelism() >> 1, POOL));
}

/** Loads one of the package's two SIMD builds and adds the calls that the backend's class expects on it. */
async function instantiate(threads: number): Promise<RawModule> {
  const folder = join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "wasm-out");
  const build = threads > 1 ? "tfjs-backend-wasm-threaded-simd" : "tfjs-backend-wasm-simd";
  // The script of the plain build starts the SIMD one as well; the one named after it lacks a declaration.
  const script = join(folder, threads > 1 ? `${build}.js` : "tfjs-backend-wasm.js");
  const factory = require(script) as (options: FactoryOptions) => Promise<RawModule>;
  const compiled = await WebAssembly.compile(readFileSync(join(folder, `${build}.wasm`)));
  const options: FactoryOptions = {
    locateFile: (name) => join(folder, name),
    mainScriptUrlOrBlob: script,
    instantiateWasm(imports, receive) {
      if (threads > 1) imports.env.emscripten_num_logical_cores = () => 2 * threads;
      // Not at once: the factory makes its workers after this call, and hands them the module.
      queueMicrotask(() => receive(new WebAssembly.Instance(compiled, imports), compiled));
      return {};
    },
  };
  const module = await withoutNewListeners(() =>
    threads > 1 ? withPoolWorkers(folder, build, () => factory(options)) : factory(options),
  );
  const call = (name: string, result: "number" | null, ...parameters: "number"[]) =>
    module.cwrap(name, result, parameters);
  module.tfjs = {
    init: call("init", null),
    initWithThreadsCount: call("init_with_threads_count", null, "number"),
    getThreadsCount: call("get_threads_count", "number"),
    registerTensor: call("register_tensor", null, "number", "number", "number"),
    disposeData: call("dispose_data", null, "number"),
    dispose: call("dispose", null),
  };
  return module;
}

/** Lets the process end while threads wait for work, and ends the workers that no thread took. */
function settlePool({ PThread: pool }: RawModule): void {
  for (const worker of pool.runningWorkers) worker.unref();
  for (const worker of pool.unusedWorkers.splice(0)) void worker.terminate();
}

/**
 * Runs `work` and takes back the process-wide handlers that Emscripten's start-up adds: they throw every unhandled
 * rejection again, which would end a kernel whose own handlers report it to the user.
 */
async function withoutNewListeners<T>(work: () => Promise<T>): Promise<T> {
  const events = ["uncaughtException", "unhandledRejection"];
  const before = events.map((event) => new Set(process.listeners(event as NodeJS.Signals)));
  const promise = work();
  events.forEach((event, i) => {
    for (const listener of process.listeners(event as NodeJS.Signals))
      if (!before[i].has(listener)) process.off(event, listener);
  });
  return promise;
}
