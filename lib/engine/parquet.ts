import { existsSync } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { DataError } from "../errors";
import { putFolder } from "./put-folder";

/** The glob of the Parquet files at a path: the path itself, or a folder's `*.parquet`. Throws DataError for none. */
export async function parquetFiles(path: string): Promise<string> {
  const whole = resolve(path);
  if (!existsSync(whole)) {
    if (/[*?[]/.test(path)) return whole;
    throw new DataError("there is no such Parquet file or folder", {
      value: path,
      remedy: "Check the path; relative paths start at the process's folder.",
    });
  }
  return (await stat(whole)).isDirectory() ? join(whole, "*.parquet") : whole;
}

/**
 * Has `write` make a file or folder beside `path`, and puts it in place of what is there when it is whole and on the disk. If
 * `write` fails, what it made is removed and the old stays.
 */
export async function replacing(path: string, write: (target: string) => Promise<void>): Promise<void> {
  const whole = resolve(path);
  const target = join(dirname(whole), `.${basename(whole)}.${process.pid}.new`);
  try {
    await rm(target, { recursive: true, force: true });
    await write(target);
    await settle(target);
    const folder = existsSync(whole) && ((await stat(whole)).isDirectory() || (await stat(target)).isDirectory());
    await (folder ? putFolder : rename)(target, whole);
  } finally {
    await rm(target, { recursive: true, force: true });
  }
}

/** Has the system write a file to the disk before it is given its name. */
async function settle(path: string): Promise<void> {
  if ((await stat(path)).isDirectory()) return;
  const file = await open(path, "r+");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
