import { readFileSync } from "node:fs";
import { EnvironmentError, InputError } from "../errors";

/** What a Jupyter connection file says. */
export interface ConnectionInfo {
  transport: string;
  ip: string;
  key: string;
  signature_scheme: string;
  shell_port: number;
  iopub_port: number;
  stdin_port: number;
  control_port: number;
  hb_port: number;
}

export type Channel = "shell" | "iopub" | "stdin" | "control" | "hb";

/** Reads a connection file; throws an InputError where it can't be used. */
export function readConnectionFile(path: string): ConnectionInfo {
  let info: ConnectionInfo;
  try {
    info = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new InputError("the connection file can't be read", {
      value: path,
      place: "--connection-file",
      remedy: "Let Jupyter start this kernel: it writes the file.",
      cause,
    });
  }
  if (info.key && info.signature_scheme !== "hmac-sha256") {
    throw new EnvironmentError("an unknown signature scheme is asked for", {
      value: info.signature_scheme,
      place: path,
      remedy: "Use hmac-sha256, Jupyter's default.",
    });
  }
  return info;
}

/** The ZeroMQ endpoint of a channel, e.g. `tcp://127.0.0.1:5555` or `ipc://folder/kernel-1`. */
export function endpoint(info: ConnectionInfo, channel: Channel): string {
  const port = info[`${channel}_port`];
  return info.transport === "ipc" ? `ipc://${info.ip}-${port}` : `${info.transport}://${info.ip}:${port}`;
}
