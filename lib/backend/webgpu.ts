import type { Opened, Refused } from "./names";

/** Initialises the WebGPU backend. */
export async function openWebgpu(): Promise<Opened | Refused> {
  return { reason: "no adapter", remedy: "Install a Vulkan driver." };
}
