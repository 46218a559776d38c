// Where Jupyter finds the kernel. Plain JavaScript: the set-up imports it before anything is installed.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The kernel's name, which notebooks carry in their metadata. */
export const KERNEL_NAME = "tslab";

/** The kernelspec: how Jupyter starts the kernel of the project in `projectRoot` with the Node in `nodePath`. */
export function kernelSpec({ projectRoot, nodePath }) {
  return {
    argv: [
      nodePath,
      // Interrupting a cell unwinds the stack past Node's asynchronous scopes; by default Node would abort. The
      // second flag gives the kernel access to Node's books of those scopes (lib/kernel/unwinding.ts).
      "--no-force-async-hooks-checks",
      "--expose-internals",
      // Room for the compiler's many short-lived objects: a fifth less time for a notebook's first cell.
      "--max-semi-space-size=64",
      // Requiring an ES module from a cell is not worth a warning in the notebook.
      "--disable-warning=ExperimentalWarning",
      join(projectRoot, "lib", "kernel", "main.cjs"),
      "--project",
      projectRoot,
      "--connection-file",
      "{connection_file}",
    ],
    env: {},
    display_name: "TypeScript (tslab)",
    language: "typescript",
    interrupt_mode: "message",
    kernel_protocol_version: "5.4",
    metadata: { debugger: false },
  };
}

/**
 * Writes the kernelspec below `prefix` (a virtual environment, e.g. `.venv`) and returns the file's path.
 * Writing it again does no harm.
 */
export function installKernelSpec({ prefix, projectRoot, nodePath }) {
  const folder = join(prefix, "share", "jupyter", "kernels", KERNEL_NAME);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "kernel.json");
  writeFileSync(file, `${JSON.stringify(kernelSpec({ projectRoot, nodePath }), null, 2)}\n`);
  writeFileSync(join(folder, "logo-svg.svg"), LOGO);
  return file;
}

const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64">
  <rect width="64" height="64" rx="8" fill="#3178c6"/>
  <path d="M34 6 14 36h15l-5 22 26-32H35z" fill="#ffd54a"/>
</svg>
`;
