// What only the tests need: part of the set-up when it is called by `npm test`.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { installWheels } from "./pip.mjs";
import { ask, run } from "./process.mjs";
import { ROOT, STATE, VENV } from "./project.mjs";
import { digest } from "./stamp.mjs";

const requirements = join(ROOT, "test", "requirements.txt");

/** The public conformance suite for Jupyter kernels. */
export const conformance = {
  name: "suite",
  title: "Python packages of the tests",
  after: ["jupyter"],
  stamp: join(VENV, ".flashlab-testing"),
  fingerprint: () => digest(readFileSync(requirements, "utf8")),
  present: () => existsSync(VENV),
  run: ({ log }) =>
    installWheels(["-c", join(ROOT, "lib", "cli", "setup", "constraints.txt"), "-r", requirements], [], { log }),
};

function findChromium() {
  return [process.env.FLASHLAB_CHROMIUM, "chromium", "chromium-browser", "google-chrome"].find(
    (name) => name && ask(name, ["--version"]) !== undefined,
  );
}

function canInstall() {
  return process.getuid?.() === 0 && ask("apt-get", ["--version"]) !== undefined;
}

/** A browser for the tests that drive JupyterLab; its SwiftShader also stands in for a WebGPU device. */
export const chromium = {
  name: "chromium",
  title: "Chromium for the browser tests",
  unavailable() {
    if (findChromium() || canInstall()) return undefined;
    return {
      why: "no Chromium was found",
      lost: "the browser tests and the WebGPU comparison; they say that they were skipped",
      remedy: "Install it (on Debian: sudo apt-get install chromium), or name one in FLASHLAB_CHROMIUM.",
    };
  },
  stamp: join(STATE, "chromium.stamp"),
  fingerprint: () => "present",
  present: () => findChromium() !== undefined,
  async run({ log }) {
    if (findChromium()) return;
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const options = ["-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20", "-o", "DPkg::Lock::Timeout=300"];
    await run("apt-get", [...options, "update"], { log, env });
    await run("apt-get", [...options, "install", "-y", "--no-install-recommends", "chromium"], { log, env });
  },
};
