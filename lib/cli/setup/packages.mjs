import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./process.mjs";
import { REGISTRY_TIMEOUT, ROOT } from "./project.mjs";
import { digest } from "./stamp.mjs";

const QUIET = ["--no-audit", "--no-fund"];
const PATIENCE = [`--fetch-timeout=${REGISTRY_TIMEOUT * 1000}`, "--fetch-retries=1", "--fetch-retry-mintimeout=1000"];
/** npm reports every answer at this level; without one for so many seconds it is ended. */
const REPORTING = ["--loglevel=http"];
const SILENCE = 120;

const remedy = `Check the network and npm's registry setting (npm config get registry), then run npm run setup again. A registry is given up on after ${REGISTRY_TIMEOUT} s without an answer, twice.`;

/**
 * npm packages, exactly as the lock file says, without running any package's install script. First from npm's cache
 * alone; then one question tells whether the registry answers at all, for npm itself would ask on for minutes.
 */
export const packages = {
  name: "packages",
  title: "npm packages from the lock file",
  required: true,
  stamp: join(ROOT, "node_modules", ".flashlab-packages"),
  fingerprint: () => digest(readFileSync(join(ROOT, "package-lock.json"), "utf8"), process.platform, process.arch),
  present: () => existsSync(join(ROOT, "node_modules", "tsx", "package.json")),
  async run({ log }) {
    const install = ["ci", "--ignore-scripts", ...QUIET];
    try {
      await run("npm", [...install, "--offline"], { log });
    } catch {
      await run("npm", ["view", "tsx", "version", "--prefer-online", ...PATIENCE], { log, remedy });
      const options = { log, remedy, silence: SILENCE };
      await run("npm", [...install, "--prefer-offline", ...PATIENCE, ...REPORTING], options);
    }
  },
};
