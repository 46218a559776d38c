import { existsSync } from "node:fs";
import { delimiter, dirname } from "node:path";

/** Where Debian's chromium keeps SwiftShader, a Vulkan driver that computes on the CPU, and a Vulkan loader. */
const SWIFTSHADER = [
  "/usr/lib/chromium/vk_swiftshader_icd.json",
  "/usr/lib64/chromium-browser/vk_swiftshader_icd.json",
];

/**
 * The environment in which a child process finds a WebGPU adapter: SwiftShader where it is installed, else what the
 * machine has. The loader's folder counts only when it is in the environment as the process starts.
 */
export function vulkanEnvironment(): NodeJS.ProcessEnv {
  const icd = process.env.VK_ICD_FILENAMES ?? SWIFTSHADER.find((file) => existsSync(file));
  if (!icd) return process.env;
  const folders = [dirname(icd), process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter);
  return { ...process.env, VK_ICD_FILENAMES: icd, LD_LIBRARY_PATH: folders };
}
