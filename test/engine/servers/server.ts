import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Unavailable } from "./packages";

/** A database server of a test's own, on a loopback port of its own. */
export interface DatabaseServer {
  kind: "mysql" | "postgresql";
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  /** Ends the server at once and removes its data. */
  stop(): Promise<void>;
}

/** Servers refuse to run as root; as root they are run as this user (nobody). */
const NOBODY = 65534;
export const asRoot = process.getuid?.() === 0;

/** A folder for a server's data, which the server's user owns. */
export function dataFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `flashlab-${name}-data-`));
  if (asRoot) chownSync(folder, NOBODY, NOBODY);
  return folder;
}

/** A port that nothing listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** The command that runs `program` as a user who isn't root and ends it when this process ends, however that happens. */
export function guarded(program: string, args: readonly string[]): [string, string[]] {
  if (!existsSync("/usr/bin/setpriv")) {
    if (asRoot) throw new Unavailable("setpriv, which runs a server as another user than root, isn't installed");
    return [program, [...args]];
  }
  const user = asRoot ? [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"] : [];
  return ["/usr/bin/setpriv", [...user, "--pdeathsig=KILL", "--", program, ...args]];
}

/** Runs a program of the server's to its end; throws Unavailable with its last words if it fails. */
export function runOnce(program: string, args: readonly string[], env: Record<string, string>, input = ""): void {
  try {
    const [command, all] = guarded(program, args);
    execFileSync(command, all, {
      env: { ...process.env, ...env },
      input,
      cwd: tmpdir(),
      stdio: "pipe",
      timeout: 60_000,
    });
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    const said = String((error as { stderr?: Buffer }).stderr ?? "").trim();
    throw new Unavailable(`${program} failed: ${said.slice(-600) || (error as Error).message}`);
  }
}

/** Starts a server and waits until its log says that it is ready. */
export async function startServer(
  program: string,
  args: readonly string[],
  env: Record<string, string>,
  ready: RegExp,
): Promise<ChildProcess> {
  const [command, all] = guarded(program, args);
  const child = spawn(command, all, {
    env: { ...process.env, ...env },
    cwd: tmpdir(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  const timer = setTimeout(() => child.kill("SIGKILL"), 60_000);
  try {
    await new Promise<void>((resolve, reject) => {
      const listen = (part: Buffer) => {
        log = (log + part.toString()).slice(-20_000);
        if (ready.test(log)) resolve();
      };
      child.stdout.on("data", listen);
      child.stderr.on("data", listen);
      child.on("error", reject);
      child.on("exit", (code) => reject(new Unavailable(`${program} ended with ${code}: ${log.trim().slice(-600)}`)));
    });
  } finally {
    clearTimeout(timer);
  }
  return child;
}

/** Ends a server and waits for its end; then removes what it left. */
export async function stopServer(
  child: ChildProcess,
  folders: readonly string[],
  signal: NodeJS.Signals,
): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await ended;
  }
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
