import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";

/** The processor's model and the cores that this process may use, e.g. `Intel(R) Xeon(R) Processor, 2 cores`. */
export function describeCpu(): string {
  const model = cpus()[0]?.model.replace(/\s+/g, " ").trim() || `${process.arch} processor`;
  const cores = availableParallelism();
  return `${model}, ${cores} core${cores === 1 ? "" : "s"}`;
}

/** An NVIDIA GPU as its driver lists it. */
export interface NvidiaGpu {
  name: string;
  /** Memory in MiB. */
  memory: number;
}

/** Whether an NVIDIA driver is loaded: its kernel module's folder, a device node, or WSL's own. */
export function hasNvidiaDriver(): boolean {
  if (process.platform === "win32") return listNvidiaGpus().length > 0;
  if (existsSync("/proc/driver/nvidia/version") || existsSync("/usr/lib/wsl/lib/libcuda.so.1")) return true;
  try {
    return readdirSync("/dev").some((name) => /^nvidia\d+$/.test(name));
  } catch {
    return false;
  }
}

/** The GPUs that `nvidia-smi` lists; none where the program is missing or fails. */
export function listNvidiaGpus(): NvidiaGpu[] {
  try {
    const query = ["--query-gpu=name,memory.total", "--format=csv,noheader,nounits"];
    const text = execFileSync("nvidia-smi", query, {
      encoding: "utf8",
      timeout: 10_000,
      stdio: ["ignore", "pipe", "ignore"],
    });
    return parseNvidiaSmi(text);
  } catch {
    return [];
  }
}

/** Reads the answer of `nvidia-smi --query-gpu=name,memory.total --format=csv,noheader,nounits`. */
export function parseNvidiaSmi(text: string): NvidiaGpu[] {
  return text
    .split("\n")
    .map((line) => /^(.*\S)\s*,\s*(\d+|\[.*\])\s*$/.exec(line))
    .filter((match): match is RegExpExecArray => match !== null)
    .map((match) => ({ name: match[1].trim(), memory: Number(match[2]) || 0 }));
}

/** A GPU's name and memory, e.g. `NVIDIA H100 80GB HBM3, 79.6 GiB`. */
export function describeGpu({ name, memory }: NvidiaGpu): string {
  return memory > 0 ? `${name}, ${(memory / 1024).toFixed(1)} GiB` : name;
}
