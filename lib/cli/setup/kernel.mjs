import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, VENV } from "./project.mjs";
import { digest } from "./stamp.mjs";

const installer = join(ROOT, "lib", "kernel", "install.mjs");

/** The notebook kernel's specification, where this environment's JupyterLab looks for it. */
export const kernel = {
  name: "kernel",
  title: "TypeScript kernel for Jupyter",
  after: ["packages", "jupyter"],
  stamp: join(VENV, "share", "jupyter", "kernels", ".flashlab-kernel"),
  fingerprint: () => digest(readFileSync(installer, "utf8"), ROOT, process.execPath),
  present: () => existsSync(join(VENV, "share", "jupyter", "kernels", "tslab", "kernel.json")),
  async run() {
    const { installKernelSpec } = await import("../../kernel/install.mjs");
    await installKernelSpec({ prefix: VENV, projectRoot: ROOT, nodePath: process.execPath });
  },
};
