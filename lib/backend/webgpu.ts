import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { EnvironmentError } from "../errors";
import type { Opened, Refused } from "./names";
import { tf } from "./tensorflow";

type WebgpuPackage = typeof import("@tensorflow/tfjs-backend-webgpu");

/** The part of package `webgpu` (Dawn) that is used; the package ships types for ES modules only. */
interface Dawn {
  create(options: string[]): DawnGpu;
  globals: Record<string, unknown>;
}

/** The types that TensorFlow.js was built with know WebGPU's draft, in which `info` was missing. */
type DawnGpu = Omit<GPU, "requestAdapter"> & {
  requestAdapter(options: GPURequestAdapterOptions): Promise<(GPUAdapter & { info: DawnInfo }) | null>;
};
type DawnInfo = GPUAdapterInfo & { isFallbackAdapter?: boolean };

/** The limits that TensorFlow.js raises from WebGPU's defaults to what the adapter has. */
const LIMITS = [
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
  "maxStorageBufferBindingSize",
  "maxBufferSize",
  "maxComputeWorkgroupSizeX",
  "maxComputeInvocationsPerWorkgroup",
] as const;

/**
 * Starts the WebGPU backend on Dawn, the library behind Chrome's WebGPU. An adapter that computes on the CPU
 * (SwiftShader, llvmpipe) is opened too and marked `software`.
 *
 * Differs from the browser: values can't be read synchronously, so `tensor.dataSync()` and `arraySync()` throw
 * an EnvironmentError on this backend once a tensor lives on the GPU; `await tensor.data()` works.
 */
export async function openWebgpu(): Promise<Opened | Refused> {
  // Dawn warns on stderr where the loader is missing; asking first keeps a plain machine's output plain.
  if (process.platform === "linux" && !hasVulkanLoader())
    return { reason: "no adapter (no Vulkan loader, libvulkan.so.1)", remedy: "Install a GPU driver and libvulkan1." };
  let dawn: Dawn;
  try {
    dawn = require("webgpu") as Dawn;
  } catch (error) {
    const message = (error instanceof Error ? error.message : String(error)).split("\n")[0];
    return { reason: `package webgpu can't be loaded (${message})`, remedy: "Run npm run setup." };
  }
  const gpu = dawn.create([]);
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter)
    return { reason: "no adapter", remedy: "Install a GPU driver with Vulkan (and the library libvulkan1)." };
  const { info } = adapter;
  try {
    const device = await adapter.requestDevice({
      requiredFeatures: adapter.features.has("timestamp-query") ? ["timestamp-query"] : [],
      requiredLimits: Object.fromEntries(LIMITS.map((limit) => [limit, adapter.limits[limit]])),
    });
    // GPUBufferUsage and the like, which a browser has as globals.
    Object.assign(globalThis, dawn.globals);
    const backend = withNavigator(gpu, () => makeBackend(gpu, device, info));
    tf.removeBackend("webgpu");
    tf.registerBackend("webgpu", () => backend, 3);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { reason: `adapter gave no device (${message})`, remedy: "Update the GPU's driver." };
  }
  const software =
    info.isFallbackAdapter === true || /swiftshader|llvmpipe/i.test(`${info.architecture} ${info.description}`);
  const name = [info.vendor, info.architecture, info.description].filter(Boolean).join(" ");
  return {
    device: software ? `${name} (software)` : name,
    software,
    versions: { webgpu: (require("webgpu/package.json") as { version: string }).version },
  };
}

/** Whether the dynamic linker would find Vulkan: in LD_LIBRARY_PATH, or in its cache of the system's libraries. */
function hasVulkanLoader(): boolean {
  const folders = (process.env.LD_LIBRARY_PATH ?? "").split(":").filter(Boolean);
  if (folders.some((folder) => existsSync(join(folder, "libvulkan.so.1")))) return true;
  try {
    return readFileSync("/etc/ld.so.cache").includes("libvulkan.so.1");
  } catch {
    return true;
  }
}

function makeBackend(gpu: object, device: GPUDevice, info: GPUAdapterInfo): WebGPUBackend {
  const { WebGPUBackend } = require("@tensorflow/tfjs-backend-webgpu") as WebgpuPackage;
  class DawnBackend extends WebGPUBackend {
    /** Dawn frees its instance with this object, whatever devices still compute: it has to live as long as they do. */
    readonly gpu = gpu;

    /** Values that JavaScript holds; the browser's detour for others, through a canvas, doesn't exist in Node. */
    override readSync(dataId: object): ReturnType<WebGPUBackend["readSync"]> {
      const held = this.tensorMap.get(dataId)?.values;
      if (held) return held;
      throw new EnvironmentError("a tensor on WebGPU can't be read synchronously", {
        remedy: "Use `await tensor.data()` or `await tensor.array()`.",
      });
    }
  }
  return new DawnBackend(device, info);
}

/** Runs `work` with `navigator.gpu` present, which TensorFlow.js takes as the sign that WebGPU is there. */
function withNavigator<T>(gpu: object, work: () => T): T {
  const scope = globalThis as { navigator?: object };
  const before = scope.navigator;
  if (!before) Object.defineProperty(scope, "navigator", { configurable: true, value: {} });
  Object.defineProperty(scope.navigator as object, "gpu", { configurable: true, value: gpu });
  try {
    return work();
  } finally {
    delete (scope.navigator as { gpu?: object }).gpu;
    if (!before) delete scope.navigator;
  }
}
