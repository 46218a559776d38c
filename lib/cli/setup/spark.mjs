// What only `npm run test:cluster` needs: Spark, in an environment of its own.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { installWheels } from "./pip.mjs";
import { run } from "./process.mjs";
import { REGISTRY_TIMEOUT, ROOT, WHEELS } from "./project.mjs";
import { findPython } from "./python.mjs";
import { digest } from "./stamp.mjs";

const FOLDER = join(ROOT, ".venv-cluster");
const PYTHON = process.platform === "win32" ? join(FOLDER, "Scripts", "python.exe") : join(FOLDER, "bin", "python");
const requirements = join(ROOT, "test", "cluster", "requirements.txt");

/** PySpark, which brings Spark itself: 500 MB. */
export const spark = {
  name: "spark",
  title: "Spark in .venv-cluster",
  required: true,
  stamp: join(FOLDER, ".flashlab-spark"),
  fingerprint: () => digest(findPython().version, readFileSync(requirements, "utf8"), FOLDER),
  present: () => existsSync(PYTHON),
  async run({ log }) {
    const { command, why } = findPython();
    if (!command) throw new Error(`Spark is driven from Python: ${why}`);
    rmSync(FOLDER, { recursive: true, force: true });
    await run(command, ["-m", "venv", FOLDER], { log });
    await makeWheels(log);
    await installWheels(["-r", requirements], [], { log, python: PYTHON });
  },
};

/** The registry has PySpark as a source archive alone, so a wheel is made of it, once, and kept beside the others. */
async function makeWheels(log) {
  const pip = ["-m", "pip", "--disable-pip-version-check", "--no-input", "--timeout", String(REGISTRY_TIMEOUT)];
  const folders = ["--find-links", WHEELS, "--wheel-dir", WHEELS];
  const wheel = [...pip, "wheel", "--progress-bar", "off", ...folders, "-r", requirements];
  try {
    await run(PYTHON, [...wheel, "--no-index", "--only-binary", ":all:"], { log });
  } catch {
    await run(PYTHON, wheel, { log, remedy: "Check the network and pip's index setting (python -m pip config list)." });
  }
}
