// The kernel's entry, named by the kernelspec: goes to the project's root, then hands over to kernel.ts.
const { join } = require("node:path");
const { parseArgs } = require("node:util");

const { values } = parseArgs({
  options: { project: { type: "string" }, "connection-file": { type: "string" } },
});
if (!values["connection-file"]) {
  console.error("main.cjs --connection-file FILE [--project FOLDER]: Jupyter starts this kernel and writes the file.");
  process.exit(2);
}
const root = values.project ?? join(__dirname, "..", "..");
const internals = require("internal/async_hooks");
process.chdir(root);
// From Node 22 on, the compiler's own code need not be compiled at every start.
require("node:module").enableCompileCache?.(join(root, "node_modules", ".cache", "flashlab", "compiled"));
// tsx compiles the kernel's own files as they load; packages load without it, and cells are tslab's.
const unregister = require("tsx/cjs/api").register();
const { startKernelProcess } = require("./kernel.ts");
unregister();
process.setSourceMapsEnabled(false);
startKernelProcess(values["connection-file"], internals);
