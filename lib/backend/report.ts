import type { BackendName } from "./names";
import type { Choice } from "./pick";
import { tf } from "./tensorflow";

/** What computes on this machine. */
export interface BackendReport {
  name: BackendName;
  /** Processor and cores, or GPU and memory. */
  device: string;
  /** Why each better backend wasn't taken, as `name: reason`; best first. */
  why: string[];
  /** Versions by name: `tfjs`, `tensorflow` (the native library) where it computes, `node`. */
  versions: Record<string, string>;
  memory: {
    /** Tensors alive. */
    tensors: number;
    /** Bytes that those tensors hold. */
    tensorBytes: number;
    /** Bytes of the whole process (resident set). */
    processBytes: number;
    /** Bytes of JavaScript's heap in use. */
    heapBytes: number;
  };
}

/** A choice with the memory figures of now. */
export function makeReport(choice: Choice): BackendReport {
  const { numTensors, numBytes } = tf.memory();
  const { rss, heapUsed } = process.memoryUsage();
  return {
    name: choice.name,
    device: choice.device,
    why: [...choice.why],
    versions: { tfjs: tf.version.tfjs, ...choice.versions, node: process.versions.node },
    memory: { tensors: numTensors, tensorBytes: numBytes, processBytes: rss, heapBytes: heapUsed },
  };
}
