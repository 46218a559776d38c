import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { EnvironmentError } from "../errors";
import { findNotebook } from "./notebook/file";
import { readCount, readOptions, runCommand } from "./options";
import { ROOT, VENV_BIN } from "./project";

export interface LabOptions {
  port?: number;
  token: string;
  browser?: boolean;
  /** The notebook to open, as a path. */
  notebook: string;
}

/**
 * JupyterLab's command line: bound to 127.0.0.1, behind a token, with the project's root as its root folder (so that
 * notebooks and `lib/` are one tree) and the walkthrough open. The token travels in the environment, where other users
 * of the machine don't see it.
 */
export function labCommand({ port, token, browser = true, notebook }: LabOptions) {
  return {
    command: join(VENV_BIN, "jupyter"),
    args: [
      "lab",
      "--ServerApp.ip=127.0.0.1",
      ...(port === undefined ? [] : [`--ServerApp.port=${port}`, "--ServerApp.port_retries=0"]),
      `--ServerApp.root_dir=${ROOT}`,
      "--ServerApp.allow_remote_access=False",
      `--LabApp.default_url=/lab/tree/${relative(ROOT, notebook).split("\\").join("/")}`,
      ...(browser ? [] : ["--no-browser"]),
      // Jupyter refuses to run as root unless told; it is bound to this machine and has a token.
      ...(process.getuid?.() === 0 ? ["--allow-root"] : []),
    ],
    env: { ...process.env, JUPYTER_TOKEN: token },
  };
}

/** `npm run lab [-- --port N] [--no-browser] [NOTEBOOK]` */
export async function lab(argv: string[]): Promise<number> {
  const { values, positionals } = readOptions(argv, {
    port: { type: "string" },
    "no-browser": { type: "boolean" },
  });
  const { command, args, env } = labCommand({
    port: readCount(values.port, "--port", 1024),
    token: process.env.JUPYTER_TOKEN ?? randomBytes(24).toString("hex"),
    browser: !values["no-browser"],
    notebook: findNotebook(positionals[0] ?? "00-tour"),
  });
  if (!existsSync(command))
    throw new EnvironmentError("JupyterLab is not installed", {
      place: command,
      remedy: "Install Python 3.10 or later and run npm run setup; the notebooks also run by npm start.",
    });
  const child = spawn(command, args, { stdio: "inherit", cwd: ROOT, env });
  return await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

// JupyterLab answers Ctrl-C itself (it asks back): no handler of ours.
if (require.main === module) void runCommand(lab);
