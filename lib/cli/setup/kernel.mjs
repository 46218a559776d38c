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

const extension = join(ROOT, "lib", "workbench");

/** Plotly figures in JupyterLab, from the project's own copy of Plotly. */
export const renderer = {
  name: "renderer",
  title: "Plotly figures for JupyterLab, offline",
  after: ["packages", "jupyter"],
  stamp: join(VENV, "share", "jupyter", "labextensions", ".flashlab-renderer"),
  fingerprint: () =>
    digest(
      ...["lab/install.mjs", "lab/remoteEntry.js", "browser/draw.js"].map((file) =>
        readFileSync(join(extension, file), "utf8"),
      ),
      readFileSync(join(ROOT, "package-lock.json"), "utf8"),
    ),
  present: () => existsSync(join(VENV, "share", "jupyter", "labextensions", "flashlab-plotly", "package.json")),
  async run() {
    const { installLabExtension } = await import("../../workbench/lab/install.mjs");
    await installLabExtension({ projectRoot: ROOT, prefix: VENV });
  },
};
