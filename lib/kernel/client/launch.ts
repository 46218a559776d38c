import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { ConnectionInfo } from "../connection";
import { kernelSpec } from "../install.mjs";

/** Which kernel: ours, or the one that the package `tslab` brings, for comparison. */
export type KernelName = "flashlab" | "tslab";

export interface LaunchOptions {
  kernel?: KernelName;
  /** Folder the kernel is started in; our kernel works in the project's root wherever it was started. */
  cwd?: string;
  /** Variables added to this process's environment. */
  env?: Record<string, string>;
  /** Node that runs the kernel; the running one unless given. */
  nodePath?: string;
}

/** A kernel's process and how to reach it. */
export interface LaunchedKernel {
  connection: ConnectionInfo;
  process: ChildProcess;
  command: string;
  /** How the process ended; `error` where it could not be started. */
  ended: Promise<{ code: number | null; signal: string | null; error?: Error }>;
  /** What it last wrote to stderr (and stdout), at most 4000 characters. */
  tail(): string;
}

/** The project's root, two floors above this file's folder. */
export const projectRoot = resolve(__dirname, "../../..");

/** Starts a kernel's process on free local ports. */
export async function launch(options: LaunchOptions = {}): Promise<LaunchedKernel> {
  const folder = mkdtempSync(join(tmpdir(), "flashlab-kernel-"));
  const connection = await freeConnection();
  const file = join(folder, "connection.json");
  writeFileSync(file, JSON.stringify(connection), { mode: 0o600 });

  const { argv, env } = kernelCommand(options);
  const command = argv.map((part) => part.replace("{connection_file}", file));
  const child = spawn(command[0], command.slice(1), {
    cwd: options.cwd ?? projectRoot,
    env: { ...process.env, ...env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const listen = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4000);
  };
  child.stdout?.on("data", listen);
  child.stderr?.on("data", listen);
  const ended = new Promise<{ code: number | null; signal: string | null; error?: Error }>((done) => {
    child.once("error", (error) => done({ code: null, signal: null, error }));
    child.once("close", (code, signal) => done({ code, signal }));
  }).finally(() => rmSync(folder, { recursive: true, force: true }));
  return { connection, process: child, command: command.join(" "), ended, tail: () => said.trim() };
}

function kernelCommand({ kernel = "flashlab", nodePath = process.execPath }: LaunchOptions) {
  if (kernel === "flashlab") return kernelSpec({ projectRoot, nodePath });
  const entry = join(projectRoot, "node_modules", "tslab", "bin", "tslab");
  return { argv: [nodePath, entry, "kernel", "--config-path", "{connection_file}"], env: {} };
}

/** Five ports that were free a moment ago, held together until all are known, as Jupyter itself chooses them. */
async function freeConnection(): Promise<ConnectionInfo> {
  const servers = await Promise.all(Array.from({ length: 5 }, listenAnywhere));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  const [shell_port, iopub_port, stdin_port, control_port, hb_port] = ports;
  return {
    transport: "tcp",
    ip: "127.0.0.1",
    key: randomUUID(),
    signature_scheme: "hmac-sha256",
    shell_port,
    iopub_port,
    stdin_port,
    control_port,
    hb_port,
  };
}

function listenAnywhere(): Promise<Server> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once("error", fail);
    server.listen(0, "127.0.0.1", () => done(server));
  });
}
