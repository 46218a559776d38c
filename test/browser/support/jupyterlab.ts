import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { labCommand } from "../../../lib/cli/lab";
import { VENV_BIN } from "../../../lib/cli/project";
import { ROOT } from "./chromium";

/** A running JupyterLab of the project, on 127.0.0.1 behind a token of its own. */
export interface Lab {
  /** The address that opens a notebook, token included. */
  address(notebook: string): string;
  stop(): Promise<void>;
}

/** What JupyterLab lacks to be started, or undefined. */
export function jupyterMissing(): string | undefined {
  return existsSync(join(VENV_BIN, "jupyter")) ? undefined : "no JupyterLab in .venv";
}

/** Starts the JupyterLab of `.venv` as `npm run lab` does, with settings of its own, and waits until it answers. */
export async function startLab(notebook: string): Promise<Lab> {
  const home = mkdtempSync(join(tmpdir(), "flashlab-lab-"));
  const port = await freePort();
  const token = randomBytes(16).toString("hex");
  const { command, args, env } = labCommand({ port, token, browser: false, notebook });
  const server = spawn(command, args, {
    cwd: ROOT,
    env: { ...env, ...ownFolders(home), JUPYTER_PREFER_ENV_PATH: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let said = "";
  for (const stream of [server.stdout, server.stderr])
    stream.on("data", (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4000);
    });
  const stop = () => end(server).finally(() => rmSync(home, { recursive: true, force: true }));
  try {
    await untilReady(server, `http://127.0.0.1:${port}/api/status?token=${token}`);
  } catch (error) {
    await stop();
    throw new Error(`JupyterLab did not start: ${(error as Error).message}\n${said}`);
  }
  const address = (path: string) =>
    `http://127.0.0.1:${port}/lab/tree/${relative(ROOT, path).split("\\").join("/")}?reset&token=${token}`;
  return { address, stop };
}

/** Jupyter's folders, away from the user's own. */
function ownFolders(home: string): Record<string, string> {
  return {
    HOME: home,
    JUPYTER_CONFIG_DIR: join(home, "config"),
    JUPYTER_DATA_DIR: join(home, "data"),
    JUPYTER_RUNTIME_DIR: join(home, "runtime"),
    JUPYTERLAB_SETTINGS_DIR: join(home, "settings"),
    JUPYTERLAB_WORKSPACES_DIR: join(home, "workspaces"),
  };
}

async function untilReady(server: ChildProcess, url: string): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (server.exitCode !== null) throw new Error(`it ended with status ${server.exitCode}`);
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("no answer within a minute");
}

/** Asks the server to end, kernels and all, and waits; it gets ten seconds. */
async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.pid === undefined) return;
  const closed = new Promise((resolve) => server.once("close", resolve));
  process.kill(server.pid, "SIGTERM");
  const patience = setTimeout(() => process.kill(-(server.pid as number), "SIGKILL"), 10_000);
  await closed;
  clearTimeout(patience);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}
