import { mkdirSync } from "node:fs";
import { run } from "./process.mjs";
import { REGISTRY_TIMEOUT, VENV_PYTHON, WHEELS } from "./project.mjs";

/**
 * Installs wheels by way of a folder of our own. pip can't use its own cache without a network (it must ask the index
 * for versions); a folder of wheels it can. `what` says what to install, `how` where to.
 */
export async function installWheels(what, how, { log, python = VENV_PYTHON }) {
  const pip = ["-m", "pip", "--disable-pip-version-check", "--no-input"];
  const install = [...pip, "install", "--no-compile", "--no-index", "--find-links", WHEELS, ...how, ...what];
  mkdirSync(WHEELS, { recursive: true });
  try {
    await run(python, install, { log });
    return;
  } catch {
    // Not all there yet: fetch what is missing, then install again.
  }
  await run(
    python,
    [
      ...[...pip, "--timeout", String(REGISTRY_TIMEOUT), "--retries", "1", "download"],
      ...["--progress-bar", "off", "--only-binary", ":all:", "--find-links", WHEELS, "--dest", WHEELS],
      ...how.filter((option, i) => option !== "--target" && how[i - 1] !== "--target" && option !== "--upgrade"),
      ...what,
    ],
    {
      log,
      remedy: `Check the network and pip's index setting (python -m pip config list), then run npm run setup again; the registry was given up on after ${REGISTRY_TIMEOUT} s without an answer, twice.`,
    },
  );
  await run(python, install, { log });
}
