export interface KernelPlace {
  /** Absolute path of the project's root. */
  projectRoot: string;
  /** Absolute path of the Node that runs the kernel. */
  nodePath: string;
}

export interface KernelSpec {
  argv: string[];
  env: Record<string, string>;
  display_name: string;
  language: string;
  interrupt_mode: "message";
  kernel_protocol_version: string;
  metadata: Record<string, unknown>;
}

/** The kernel's name, which notebooks carry in their metadata. */
export declare const KERNEL_NAME: "tslab";

/** The kernelspec: how Jupyter starts the kernel of the project in `projectRoot` with the Node in `nodePath`. */
export declare function kernelSpec(place: KernelPlace): KernelSpec;

/** Writes the kernelspec below `prefix` (e.g. `.venv`) and returns the file's path. */
export declare function installKernelSpec(options: KernelPlace & { prefix: string }): string;
