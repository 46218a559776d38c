import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Digester, type Expected } from "./digest";

/**
 * Writes `bytes` to `path` so that the file is either whole and verified or not there: into a temporary name beside
 * it, digest checked, flushed to disk, then renamed. Two writers of one file don't disturb each other: the last whole
 * one stays, and both have the same digest. Nothing is left behind on failure.
 */
export async function writeVerified(
  bytes: Readable,
  path: string,
  expected: Expected,
  place: string,
  options: { signal?: AbortSignal; onBytes?: (count: number) => void } = {},
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = temporaryName(path);
  try {
    const digester = new Digester(expected, place, options.onBytes);
    await pipeline(bytes, digester, createWriteStream(temporary, { flags: "wx" }), { signal: options.signal });
    await sync(temporary);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** A name beside `path` that no other process uses. */
export function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}-${randomBytes(6).toString("hex")}.part`);
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
