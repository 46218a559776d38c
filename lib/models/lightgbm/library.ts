import { existsSync } from "node:fs";
import { join } from "node:path";
import * as koffi from "koffi";
import { EnvironmentError, FlashlabError } from "../../errors";

/** An error that LightGBM's library raised, in its own words. */
export class LightgbmError extends FlashlabError {}

/** The address of an object of the library. */
export type Handle = bigint;

const FILES: Partial<Record<NodeJS.Platform, string>> = { win32: "lib_lightgbm.dll", darwin: "lib_lightgbm.dylib" };
const ROOT = join(__dirname, "..", "..", "..");

/** Where the set-up puts LightGBM's shared library. */
const DEFAULT_FILE = join(ROOT, ".venv", "native", "lightgbm", "lib", FILES[process.platform] ?? "lib_lightgbm.so");

/** The functions of `LightGBM/c_api.h` (4.7) that are used here; all but the first return 0, or −1 on an error. */
const PROTOTYPES = {
  LGBM_GetLastError: "const char* f()",
  LGBM_RegisterLogCallback: "int f(FlashlabLightgbmLog* callback)",
  LGBM_DatasetCreateFromMat:
    "int f(const void* data, int type, int32_t rows, int32_t columns, int rowMajor, const char* parameters, void* reference, _Out_ void** dataset)",
  LGBM_DatasetSetField: "int f(void* dataset, const char* field, const void* data, int length, int type)",
  LGBM_DatasetSetFeatureNames: "int f(void* dataset, const char** names, int count)",
  LGBM_DatasetFree: "int f(void* dataset)",
  LGBM_BoosterCreate: "int f(void* dataset, const char* parameters, _Out_ void** booster)",
  LGBM_BoosterAddValidData: "int f(void* booster, void* dataset)",
  LGBM_BoosterUpdateOneIter: "int f(void* booster, _Out_ int* finished)",
  LGBM_BoosterGetEvalCounts: "int f(void* booster, _Out_ int* count)",
  LGBM_BoosterGetEvalNames:
    "int f(void* booster, int count, _Out_ int* written, size_t size, _Out_ size_t* needed, void* names)",
  LGBM_BoosterGetEval: "int f(void* booster, int dataset, _Out_ int* count, void* results)",
  LGBM_BoosterGetNumClasses: "int f(void* booster, _Out_ int* count)",
  LGBM_BoosterGetNumFeature: "int f(void* booster, _Out_ int* count)",
  LGBM_BoosterGetCurrentIteration: "int f(void* booster, _Out_ int* count)",
  LGBM_BoosterCalcNumPredict:
    "int f(void* booster, int rows, int type, int start, int iterations, _Out_ int64_t* length)",
  LGBM_BoosterPredictForMat:
    "int f(void* booster, const void* data, int type, int32_t rows, int32_t columns, int rowMajor, int predict, int start, int iterations, const char* parameters, _Out_ int64_t* length, void* results)",
  LGBM_BoosterFeatureImportance: "int f(void* booster, int iterations, int type, void* results)",
  LGBM_BoosterSaveModelToString:
    "int f(void* booster, int start, int iterations, int importance, int64_t size, _Out_ int64_t* needed, void* text)",
  LGBM_BoosterLoadModelFromString: "int f(const char* text, _Out_ int* iterations, _Out_ void** booster)",
  LGBM_BoosterFree: "int f(void* booster)",
} as const;

type FunctionName = Exclude<keyof typeof PROTOTYPES, "LGBM_GetLastError">;
type Bound = (...values: unknown[]) => unknown;

interface Library {
  functions: Record<string, Bound>;
  /** What the library wrote to its log since the last call began. */
  log: string[];
}

/** Kept on a global symbol: cells and library code may load this module more than once, a callback type only once. */
const KEY = Symbol.for("flashlab.lightgbm");

/** The loaded library; loaded on first use. Throws {@link EnvironmentError} with what to do where it can't be. */
function library(): Library {
  const scope = globalThis as { [KEY]?: Library };
  scope[KEY] ??= load(process.env.FLASHLAB_LIGHTGBM || DEFAULT_FILE);
  return scope[KEY];
}

/** Loads LightGBM's shared library from `file`; see {@link library}. */
export function load(file: string): Library {
  if (!existsSync(file))
    throw new EnvironmentError("LightGBM's shared library is missing", {
      place: file,
      remedy: "Run npm run setup, which unpacks it from its wheel (Python is needed), or name it in FLASHLAB_LIGHTGBM.",
    });
  let opened: ReturnType<typeof koffi.load>;
  try {
    opened = koffi.load(file);
  } catch (cause) {
    const words = (cause as Error).message;
    const openMp = /libgomp|libomp|vcomp/.test(words);
    throw new EnvironmentError(`LightGBM's shared library can't be loaded: ${words}`, {
      place: file,
      remedy: openMp
        ? "Install the OpenMP runtime: apt-get install libgomp1 (Debian, Ubuntu), dnf install libgomp (Fedora), brew install libomp (macOS)."
        : "Run npm run setup again; the library must be made for this system and processor.",
      cause,
    });
  }
  const log: string[] = [];
  const callback = koffi.proto("void FlashlabLightgbmLog(const char* text)");
  const functions: Record<string, Bound> = {};
  for (const [name, prototype] of Object.entries(PROTOTYPES))
    functions[name] = opened.func(prototype.replace(" f(", ` ${name}(`)) as Bound;
  // The library's log is per thread, so this is called on this thread only, inside of calls.
  functions.LGBM_RegisterLogCallback(koffi.register((text: string) => log.push(text), koffi.pointer(callback)));
  return { functions, log };
}

/** Calls one function of the library. Throws {@link LightgbmError} with the library's words where it fails. */
export function call(name: FunctionName, ...values: unknown[]): void {
  const { functions, log } = library();
  log.length = 0;
  if (functions[name](...values) === 0) return;
  const words = String(functions.LGBM_GetLastError()).trim().replace(/\.$/, "");
  throw new LightgbmError(`LightGBM: ${words}`, { place: name });
}

/** What the library wrote to its log during the last call. */
export function lastLog(): string {
  return library().log.join("").trim();
}

/** {@link call} of a function whose last argument is the address of a whole number. */
export function callForNumber(name: FunctionName, ...values: unknown[]): number {
  const out: [number] = [0];
  call(name, ...values, out);
  return Number(out[0]);
}

/** {@link call} of a function whose last argument is the address of a new object's handle. */
export function callForHandle(name: FunctionName, ...values: unknown[]): Handle {
  const out: [Handle | null] = [null];
  call(name, ...values, out);
  return out[0] as Handle;
}

/** `count` texts that a function writes into buffers of `size` bytes each, given as an array of their addresses. */
export function readTexts(count: number, size: number, write: (addresses: BigUint64Array) => void): string[] {
  const buffers = Array.from({ length: count }, () => Buffer.alloc(size));
  write(BigUint64Array.from(buffers, (buffer) => BigInt(koffi.address(buffer))));
  return buffers.map((buffer) => buffer.toString("utf8", 0, buffer.indexOf(0)));
}
