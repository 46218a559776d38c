import { mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { EnvironmentError } from "../../errors";
import type { Source } from "../registry";
import { lastWords, runProgram } from "./command";
import { CONNECT_SECONDS, type FetchOptions, TOTAL_SECONDS } from "./limits";

/**
 * Fetches an npm package's archive into `target` with `npm pack`, so with npm's own settings; its scripts don't run.
 * Throws EnvironmentError with npm's reason.
 */
export async function fetchFromNpm(
  source: Extract<Source, { kind: "npm" }>,
  target: string,
  options: FetchOptions,
): Promise<void> {
  const folder = await mkdtemp(join(dirname(target), ".npm-"));
  try {
    const { status, stderr } = await runProgram(
      process.platform === "win32" ? "npm.cmd" : "npm",
      [
        "pack",
        `${source.package}@${source.version}`,
        "--pack-destination",
        folder,
        "--ignore-scripts",
        "--fetch-retries=1",
        `--fetch-timeout=${CONNECT_SECONDS * 1000}`,
        "--loglevel=error",
      ],
      { seconds: TOTAL_SECONDS, signal: options.signal, cwd: tmpdir() },
    );
    options.signal?.throwIfAborted();
    const [file] = await readdir(folder);
    if (status !== 0 || file === undefined)
      throw new EnvironmentError(
        `the npm registry didn't give the package (${lastWords(stderr) || `status ${status}`})`,
        {
          value: `${source.package}@${source.version}`,
          remedy: "Check the network and npm's settings (`npm config list`).",
        },
      );
    await rename(join(folder, file), target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
