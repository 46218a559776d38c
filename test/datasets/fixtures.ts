import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { strToU8, type Zippable, zipSync } from "fflate";
import type { RegistryEntry, Source } from "../../lib/datasets/registry";

/** A folder of its own for one test, removed afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "flashlab-test-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Every file under a folder, hidden ones included, relative to it. */
export function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort();
}

/** A server on 127.0.0.1 that answers with `handle` while `work` runs. */
export async function withServer<T>(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}

/** Answers each path with its bytes, others with 404. */
export function serving(pages: Record<string, Uint8Array | string>) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const page = pages[request.url ?? ""];
    if (page === undefined) response.writeHead(404).end("no such page");
    else response.writeHead(200, typeof page === "string" ? { "content-type": "text/html" } : {}).end(page);
  };
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Size and digest, as the registry has them. */
export function described(bytes: Uint8Array): { bytes: number; sha256: string } {
  return { bytes: bytes.length, sha256: sha256(bytes) };
}

export function zip(files: Zippable): Uint8Array {
  return zipSync(files, { mtime: new Date("2020-01-02T00:00:00Z") });
}

/** A member of a zip file that is a symbolic link to `target`. */
export function zipLink(target: string): Zippable[string] {
  return [strToU8(target), { os: 3, attrs: (0o120777 << 16) >>> 0 }];
}

/** A member of a tar archive. */
export interface TarMember {
  name: string;
  bytes?: Uint8Array;
  /** "0" a file, "1" a hard link, "2" a symbolic link. */
  type?: string;
  target?: string;
}

/** A gzip-compressed tar archive in the ustar format, made by hand so that it can hold what no honest tool writes. */
export function tarball(members: TarMember[]): Uint8Array {
  const blocks: Buffer[] = [];
  for (const { name, bytes = new Uint8Array(), type = "0", target = "" } of members) {
    const header = Buffer.alloc(512);
    header.write(name, 0, 100);
    header.write("0000644\0", 100);
    header.write("0000000\0", 108);
    header.write("0000000\0", 116);
    header.write(`${bytes.length.toString(8).padStart(11, "0")}\0`, 124);
    header.write("00000000000\0", 136);
    header.write("        ", 148);
    header.write(type, 156);
    header.write(target, 157, 100);
    header.write("ustar\x0000", 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    blocks.push(header, Buffer.from(bytes), Buffer.alloc((512 - (bytes.length % 512)) % 512));
  }
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

/** An entry with one file that comes from one source. */
export function entryOf(file: Uint8Array, source: Source, member: string[], extra: object = {}): RegistryEntry {
  return {
    name: "sample",
    title: "Sample",
    about: "For a test.",
    rows: 1,
    columns: ["a"],
    terms: "none",
    citation: "none",
    homepage: "",
    sources: { origin: source },
    files: [{ name: "data", path: "sample/data.csv", ...described(file), source: "origin", member, ...extra }],
  };
}
