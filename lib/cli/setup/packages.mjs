import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./process.mjs";
import { REGISTRY_TIMEOUT, ROOT } from "./project.mjs";
import { digest } from "./stamp.mjs";

/** npm packages, exactly as the lock file says, without running any package's install script. */
export const packages = {
  name: "packages",
  title: "npm packages from the lock file",
  required: true,
  stamp: join(ROOT, "node_modules", ".flashlab-packages"),
  fingerprint: () => digest(readFileSync(join(ROOT, "package-lock.json"), "utf8"), process.platform, process.arch),
  present: () => existsSync(join(ROOT, "node_modules", "tsx", "package.json")),
  run: ({ log }) =>
    run(
      "npm",
      [
        ...["ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"],
        ...["--fetch-retries=1", "--fetch-retry-mintimeout=1000", `--fetch-timeout=${REGISTRY_TIMEOUT * 1000}`],
      ],
      {
        log,
        remedy: `Check the network and npm's registry setting (npm config get registry), then run npm run setup again; the registry was given up on after ${REGISTRY_TIMEOUT} s without an answer, twice.`,
      },
    ),
};
